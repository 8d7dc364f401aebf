import { expect } from 'chai';
import { readBdb } from '../../src/rpm/bdb.js';
import { isDamage } from '../../src/rpm/record.js';
import { buildBdb, type BdbOptions } from '../support/rpm-bdb.js';
import { buildHeaders, databaseIn, readPlain } from '../support/rpm-database.js';
import { needShared } from '../support/shared.js';

const blobs = buildHeaders(12);

function read(bytes: Uint8Array): { blobs: Uint8Array[]; damage: string[] } {
  const found = [...readBdb(bytes, 'Packages').records];
  return {
    blobs: found.flatMap((one) => (isDamage(one) ? [] : [one.blob])),
    damage: found.flatMap((one) => (isDamage(one) ? [`${one.where}: ${one.damage}`] : [])),
  };
}

function hex(list: readonly Uint8Array[]): string[] {
  return list.map((blob) => Buffer.from(blob).toString('hex')).sort();
}

/** The database with 4 KiB pages, little-endian: pages 1 and 2 are the buckets. */
function changed(change: (file: Buffer) => void): Buffer {
  const file = Buffer.from(buildBdb(blobs));
  change(file);
  return file;
}

const pageAt = (number: number) => number * 4096;

describe('rpm/bdb', () => {
  const layouts: readonly (readonly [string, BdbOptions])[] = [
    ['512-byte pages', { pageSize: 512 }],
    ['4 KiB pages, big-endian', { bigEndian: true }],
    ['16 KiB pages', { pageSize: 16384 }],
    ['64 KiB pages, big-endian', { pageSize: 65536, bigEndian: true }],
  ];
  for (const [title, options] of layouts) {
    it(`yields every value of a hash with ${title}, inline and off-page`, () => {
      const got = read(buildBdb(blobs, options));
      expect(got.damage).to.deep.equal([]);
      expect(hex(got.blobs)).to.deep.equal(hex(blobs));
    });
  }

  it('lists values stored inline in a 64 KiB hash page', () => {
    const small = buildHeaders(100, 0);
    expect(read(buildBdb(small, { pageSize: 65536 })).blobs).to.have.length(100);
  });

  it('follows a bucket through all its pages', () => {
    const small = buildHeaders(100, 0);
    expect(hex(read(buildBdb(small, { pageSize: 2048 })).blobs)).to.deep.equal(hex(small));
  });

  it('accepts unsorted pages of version 8, and any log sequence number', () => {
    const file = changed((bytes) => {
      bytes.writeUInt32LE(8, 16);
      for (const number of [1, 2]) {
        bytes.writeUInt8(2, pageAt(number) + 25);
        bytes.writeUInt32LE(number * 7, pageAt(number));
      }
    });
    expect(read(file)).to.deep.include({ damage: [] });
    expect(read(file).blobs).to.have.length(12);
  });

  it('takes a bucket that was never used for empty', () => {
    const file = Buffer.from(buildBdb([]));
    file.fill(0, pageAt(1), pageAt(2));
    file.writeUInt32LE(0, 88);
    expect(read(file)).to.deep.equal({ blobs: [], damage: [] });
  });

  it('does not take a bucket that was zeroed for empty', () => {
    const got = read(changed((file) => void file.fill(0, pageAt(1), pageAt(2))));
    expect(got.damage).to.deep.equal(['hash head: expected 13 keys, got 6: a bucket is blank']);
    expect(got.blobs).to.have.length(6);
  });

  const firstChain = (file: Buffer): number => {
    for (let number = 3; number * 4096 < file.byteLength; number++) {
      if (file.readUInt8(pageAt(number) + 25) === 7 && file.readUInt32LE(pageAt(number) + 16) !== 0)
        return pageAt(number);
    }
    throw new Error('no value in two pages');
  };
  const spoilt: readonly (readonly [string, (file: Buffer) => void, string])[] = [
    [
      'comes back to itself',
      (f) => void f.writeUInt32LE(firstChain(f) / 4096, firstChain(f) + 16),
      'comes back to page',
    ],
    ['ends early', (f) => void f.writeUInt32LE(0, firstChain(f) + 16), 'ends after'],
    ['leaves the file', (f) => void f.writeUInt32LE(0x7fffffff, firstChain(f) + 16), 'lies outside the file'],
    [
      'has a page of another type',
      (f) => void f.writeUInt8(0, firstChain(f) + 25),
      'expected overflow page type 7, got 0',
    ],
    [
      'has a page that is blank',
      (f) => void f.fill(0, firstChain(f), firstChain(f) + 4096),
      'it says that it is page 0',
    ],
    ['has a page without content', (f) => void f.writeUInt16LE(0, firstChain(f) + 22), 'without content'],
    ['has a page of too much content', (f) => void f.writeUInt16LE(65535, firstChain(f) + 22), 'lie outside'],
  ];
  for (const [title, change, message] of spoilt) {
    it(`loses only the value whose chain ${title}`, () => {
      const got = read(changed(change));
      expect(got.blobs).to.have.length(11);
      expect(got.damage).to.have.length(1);
      expect(got.damage[0]).to.include(message);
    });
  }

  const structure: readonly (readonly [string, (file: Buffer) => void, string])[] = [
    ['four billion buckets', (f) => void f.writeUInt32LE(0xfffffff0, 72), 'buckets do not fit'],
    ['garbage for spares', (f) => void f.fill(0xff, 96, 224), 'lies outside the file'],
    ['a bucket that goes round', (f) => void f.writeUInt32LE(1, pageAt(1) + 16), 'page 1 is used twice'],
    ['a last page beyond the end', (f) => void f.writeUInt32LE(9999, 32), 'expected 10000 pages'],
  ];
  for (const [title, change, message] of structure) {
    it(`finds every value in spite of ${title}, and says that there is damage`, () => {
      const got = read(changed(change));
      expect(hex(got.blobs)).to.deep.equal(hex(blobs));
      expect(got.damage[0]).to.include(message);
    });
  }

  it('does not list a hash page that no bucket reaches while all else is sound', () => {
    const file = Buffer.from(buildBdb(blobs));
    const stray = Buffer.from(file.subarray(pageAt(1), pageAt(2)));
    stray.writeUInt32LE(file.byteLength / 4096, 8);
    const longer = Buffer.concat([file, stray]);
    longer.writeUInt32LE(longer.byteLength / 4096 - 1, 32);
    expect(hex(read(longer).blobs)).to.deep.equal(hex(blobs));
  });

  const items: readonly (readonly [string, (file: Buffer) => void, string])[] = [
    [
      'an unknown item type',
      (f) => void f.writeUInt8(2, pageAt(1) + f.readUInt16LE(pageAt(1) + 26 + 6)),
      'unknown item type 2',
    ],
    ['an item outside the page', (f) => void f.writeUInt16LE(65535, pageAt(1) + 26 + 6), 'is impossible'],
  ];
  for (const [title, change, message] of items) {
    it(`goes on behind ${title}`, () => {
      const got = read(changed(change));
      expect(got.damage[0]).to.include(message);
      expect(got.blobs.length).to.be.greaterThan(9);
    });
  }

  it('walks a btree from its first leaf to its last', function () {
    const path = databaseIn(needShared(this, 'data', 'rpmdb', 'made', 'alpha-btree'));
    const reading = readBdb(readPlain(path), 'Packages');
    expect(reading.kind).to.equal('bdb-btree');
    expect([...reading.records].filter((one) => !isDamage(one))).to.have.length(11);
  });

  it('searches the leaves of a btree whose root is lost', function () {
    const path = databaseIn(needShared(this, 'data', 'rpmdb', 'made', 'alpha-btree'));
    const file = Buffer.from(readPlain(path));
    file.writeUInt32LE(9999, 88);
    const got = read(file);
    expect(got.blobs).to.have.length(11);
    expect(got.damage).to.have.length(1);
  });

  const refused: readonly (readonly [string, Uint8Array, 'hostile' | 'unsupported', string])[] = [
    ['is shorter than its first page', changed(() => undefined).subarray(0, 300), 'hostile', 'got 300'],
    [
      'is of version 7',
      changed((f) => void f.writeUInt32LE(7, 16)),
      'unsupported',
      'expected format version 8 to 10, got 7',
    ],
    ['has pages of 0 bytes', changed((f) => void f.writeUInt32LE(0, 20)), 'hostile', 'expected a page size'],
    ['has pages of 1 MiB', changed((f) => void f.writeUInt32LE(1048576, 20)), 'hostile', 'got 1048576'],
    ['has pages of 1000 bytes', changed((f) => void f.writeUInt32LE(1000, 20)), 'hostile', 'got 1000'],
    ['is encrypted', changed((f) => void f.writeUInt8(1, 24)), 'unsupported', 'encrypted'],
    ['has page checksums', changed((f) => void f.writeUInt8(1, 26)), 'unsupported', 'page checksums'],
    ['is another kind', changed((f) => void f.writeUInt32LE(0x042253, 12)), 'unsupported', 'not a Berkeley DB'],
  ];
  for (const [title, file, kind, message] of refused) {
    it(`refuses a file that ${title}`, () => {
      expect(() => readBdb(file, 'Packages'))
        .to.throw(message)
        .with.property('kind', kind);
    });
  }
});
