import { expect } from 'chai';
import { readNdb } from '../../src/rpm/ndb.js';
import { isDamage } from '../../src/rpm/record.js';
import { buildHeaders } from '../support/rpm-database.js';
import { buildNdb } from '../support/rpm-ndb.js';

const blobs = buildHeaders(6);

function read(bytes: Uint8Array): { blobs: Uint8Array[]; damage: string[] } {
  const found = [...readNdb(bytes, 'Packages.db').records];
  return {
    blobs: found.flatMap((one) => (isDamage(one) ? [] : [one.blob])),
    damage: found.flatMap((one) => (isDamage(one) ? [`${one.where}: ${one.damage}`] : [])),
  };
}

function changed(change: (file: Buffer) => void): Buffer {
  const file = Buffer.from(buildNdb(blobs));
  change(file);
  return file;
}

describe('rpm/ndb', () => {
  it('yields every blob byte for byte, as views', () => {
    const file = buildNdb(blobs);
    const got = read(file);
    expect(got.damage).to.deep.equal([]);
    expect(got.blobs.map((blob) => Buffer.from(blob).toString('hex'))).to.deep.equal(
      blobs.map((blob) => Buffer.from(blob).toString('hex')),
    );
    expect(got.blobs.every((blob) => blob.buffer === file.buffer)).to.equal(true);
  });

  it('reads slots of more than one page', () => {
    const many = buildHeaders(300, 0);
    expect(read(buildNdb(many)).blobs).to.have.length(300);
  });

  it('skips free slots', () => {
    const got = read(buildNdb([blobs[0], undefined, blobs[1]]));
    expect(got.blobs).to.have.length(2);
    expect(got.damage).to.deep.equal([]);
  });

  it('lists a blob whose checksum does not fit, and counts it', () => {
    const got = read(changed((file) => void file.writeUInt8(0x21, file.byteLength - 600)));
    expect(got.blobs).to.have.length(6);
    expect(got.damage).to.deep.equal(['slot 5: the checksum of the blob does not fit']);
  });

  const slot = (i: number, field: number) => 32 + 16 * i + 4 * field;
  const spoilt: readonly (readonly [string, (file: Buffer) => void, string])[] = [
    ['a bad slot magic', (file) => void file.writeUInt8(0, slot(2, 0)), 'no slot magic'],
    ['no blocks', (file) => void file.writeUInt32LE(0, slot(2, 3)), 'lie outside'],
    ['more blocks than the file', (file) => void file.writeUInt32LE(0xffffffff, slot(2, 3)), 'lie outside'],
    ['a place beyond the file', (file) => void file.writeUInt32LE(0xffffffff, slot(2, 2)), 'lie outside'],
    ['a place among the slots', (file) => void file.writeUInt32LE(3, slot(2, 2)), 'lies within the slots'],
    ['a place without blob', (file) => void file.writeUInt32LE(257, slot(2, 2)), 'no blob magic'],
    ['another package index', (file) => void file.writeUInt32LE(99, slot(2, 1)), 'expected package index 99, got 3'],
    [
      'a blob of 4 GiB',
      (file) => void file.writeUInt32LE(0xfffffff0, file.readUInt32LE(slot(2, 2)) * 16 + 12),
      'a header of 4294967280 bytes does not fit',
    ],
  ];
  for (const [title, change, message] of spoilt) {
    it(`loses only the slot that has ${title}`, () => {
      const got = read(changed(change));
      expect(got.blobs).to.have.length(5);
      expect(got.damage).to.have.length(1);
      expect(got.damage[0]).to.include('slot 2: ').and.include(message);
    });
  }

  it('stops where blobs overlap over and over', () => {
    const file = Buffer.from(buildNdb([...blobs, ...Array.from({ length: 200 }, () => undefined)]));
    for (let i = 6; i < 206; i++) file.copy(file, slot(i, 0), slot(5, 0), slot(6, 0));
    const got = read(file);
    expect(got.blobs.length).to.be.lessThan(20);
    expect(got.damage.at(-1)).to.include('they overlap');
  });

  const refused: readonly (readonly [string, Uint8Array, 'hostile' | 'unsupported', string])[] = [
    ['is shorter than its head', buildNdb([]).subarray(0, 20), 'hostile', 'expected at least 32 bytes, got 20'],
    ['is of another version', changed((file) => void file.writeUInt32LE(1, 4)), 'unsupported', 'got 1'],
    ['has no slot pages', changed((file) => void file.writeUInt32LE(0, 12)), 'hostile', '0 slot pages'],
    [
      'has slot pages beyond its end',
      changed((file) => void file.writeUInt32LE(0xffffff, 12)),
      'hostile',
      'do not fit',
    ],
  ];
  for (const [title, file, kind, message] of refused) {
    it(`refuses a file that ${title}`, () => {
      expect(() => readNdb(file, 'Packages.db'))
        .to.throw(message)
        .with.property('kind', kind);
    });
  }
});
