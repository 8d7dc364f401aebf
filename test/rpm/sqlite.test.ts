import { expect } from 'chai';
import { isDamage } from '../../src/rpm/record.js';
import { readSqlite } from '../../src/rpm/sqlite.js';
import { buildHeaders } from '../support/rpm-database.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';

const blobs = buildHeaders(12);

function read(bytes: Uint8Array, wal?: Uint8Array): { blobs: Uint8Array[]; damage: string[] } {
  const found = [...readSqlite(bytes, 'rpmdb.sqlite', wal).records];
  return {
    blobs: found.flatMap((one) => (isDamage(one) ? [] : [one.blob])),
    damage: found.flatMap((one) => (isDamage(one) ? [`${one.where}: ${one.damage}`] : [])),
  };
}

function hex(list: readonly Uint8Array[]): string[] {
  return list.map((blob) => Buffer.from(blob).toString('hex'));
}

function changed(change: (file: Buffer) => void, source = blobs): Buffer {
  const file = Buffer.from(buildSqlite(source));
  change(file);
  return file;
}

const pageAt = (number: number) => (number - 1) * 4096;
/** Where the cell of row 12, the longest and first to overflow, begins: found through the last leaf. */
function lastCell(file: Buffer): number {
  let page = pageAt(2);
  while (file.readUInt8(page) === 5) page = pageAt(file.readUInt32BE(page + 8));
  return page + file.readUInt16BE(page + 8 + 2 * (file.readUInt16BE(page + 3) - 1));
}

describe('rpm/sqlite', () => {
  for (const pageSize of [512, 1024, 4096, 65536]) {
    it(`yields every row of a database with pages of ${pageSize} bytes, in order`, () => {
      const got = read(buildSqlite(blobs, { pageSize }));
      expect(got.damage).to.deep.equal([]);
      expect(hex(got.blobs)).to.deep.equal(hex(blobs));
    });
  }

  it('walks a tree of several levels', () => {
    const many = buildHeaders(400, 0);
    expect(hex(read(buildSqlite(many, { pageSize: 512 })).blobs)).to.deep.equal(hex(many));
  });

  it('takes a table without rows for an empty database', () => {
    expect(read(buildSqlite([]))).to.deep.equal({ blobs: [], damage: [] });
  });

  it('does not list rows of a page that was freed', () => {
    const file = Buffer.from(buildSqlite(blobs));
    const grown = Buffer.concat([file, file.subarray(pageAt(3), pageAt(4))]);
    grown.writeUInt32BE(grown.byteLength / 4096, 28);
    expect(read(grown).blobs).to.have.length(12);
  });

  const overflowPointer = (file: Buffer): number => {
    // P of 4,8xx bytes and the row number take three bytes; what is local ends with the pointer.
    const cell = lastCell(file);
    const length = (file.readUInt8(cell) & 0x7f) * 128 + file.readUInt8(cell + 1);
    const least = Math.floor(((4096 - 12) * 32) / 255) - 23;
    const most = least + ((length - least) % 4092);
    return cell + 3 + (most <= 4061 ? most : least);
  };
  const spoilt: readonly (readonly [string, (file: Buffer) => void, string])[] = [
    ['ends too early', (f) => void f.writeUInt32BE(0, overflowPointer(f)), 'a row ends after'],
    [
      'goes on outside the file',
      (f) => void f.writeUInt32BE(0xffffffff, overflowPointer(f)),
      'page 4294967295 lies outside',
    ],
    ['is longer than the database', (f) => void f.set([0xff, 0xff, 0x7f], lastCell(f)), 'is longer than the database'],
  ];
  for (const [title, change, message] of spoilt) {
    it(`loses only the row that ${title}`, () => {
      const got = read(changed(change));
      expect(got.blobs).to.have.length(11);
      expect(got.damage).to.have.length(1);
      expect(got.damage[0]).to.include(message);
    });
  }

  it('notices a row whose pages go round', () => {
    const long = buildHeaders(2, 30_000);
    const got = read(
      changed((file) => {
        for (let number = 4; pageAt(number) < file.byteLength; number++) {
          if (file.readUInt32BE(pageAt(number)) === number + 1) file.writeUInt32BE(number, pageAt(number));
        }
      }, long),
    );
    expect(got.blobs).to.have.length(1);
    expect(got.damage[0]).to.include('comes back to page');
  });

  it('ends when interior pages point at each other', () => {
    const many = buildHeaders(400, 0);
    const file = Buffer.from(buildSqlite(many));
    expect(file.readUInt8(pageAt(2))).to.equal(5);
    file.writeUInt32BE(2, pageAt(2) + 8);
    const got = read(file);
    expect(got.damage).to.deep.equal(['page 2: page 2 is used twice']);
    expect(got.blobs.length).to.be.greaterThan(300);
  });

  it('lists what a cut file still has, and says what is missing', () => {
    const file = buildSqlite(buildHeaders(100));
    const got = read(file.subarray(0, file.byteLength - 4096));
    expect(got.damage[0]).to.match(/^file: expected [0-9]+ pages, got [0-9]+$/);
    expect(got.blobs.length).to.be.greaterThan(20).and.lessThan(100);
  });

  it('tries the page where rpm begins the table when the schema is lost, and says so', () => {
    const got = read(changed((file) => void file.writeUInt8(0, 100)));
    expect(hex(got.blobs)).to.deep.equal(hex(blobs));
    expect(got.damage).to.deep.equal(['schema: page 1: expected table page type 5 or 13, got 0']);
  });

  it('counts a row without blob', () => {
    const got = read(changed((file) => void file.writeUInt8(0, lastCell(file) + 3 + 2), buildHeaders(1)));
    expect(got.blobs).to.have.length(0);
    expect(got.damage[0]).to.include('expected a blob, got null');
  });

  it('reads through the write-ahead log, and counts its frames', () => {
    const newer = buildSqlite(blobs);
    const reading = readSqlite(buildSqlite(blobs.slice(0, 2)), 'rpmdb.sqlite', buildWal(newer, 4096));
    expect(reading.walFrames).to.equal(newer.byteLength / 4096);
    expect([...reading.records]).to.have.length(12);
  });

  it('says nothing of a write-ahead log that is empty', () => {
    const reading = readSqlite(buildSqlite(blobs), 'rpmdb.sqlite', new Uint8Array(0));
    expect(reading).to.not.have.property('walFrames');
    expect([...reading.records]).to.have.length(12);
  });

  it('reads the database alone, and says so, when the log is not its own', () => {
    const got = read(buildSqlite(blobs), buildWal(buildSqlite(blobs, { pageSize: 512 }), 512));
    expect(got.blobs).to.have.length(12);
    expect(got.damage).to.deep.equal(['write-ahead log: expected pages of 4096 bytes, got 512']);
  });

  const refused: readonly (readonly [string, Uint8Array, 'hostile' | 'unsupported', string])[] = [
    ['is shorter than its head', buildSqlite([]).subarray(0, 50), 'hostile', 'got 50'],
    ['is shorter than a page', buildSqlite([]).subarray(0, 500), 'hostile', 'expected a first page of 4096 bytes'],
    ['has pages of 0 bytes', changed((f) => void f.writeUInt16BE(0, 16)), 'hostile', 'expected a page size'],
    ['has pages of 1000 bytes', changed((f) => void f.writeUInt16BE(1000, 16)), 'hostile', 'got 1000'],
    [
      'has pages without room',
      Buffer.from(buildSqlite([], { pageSize: 512 })).fill(200, 20, 21),
      'hostile',
      '200 reserved bytes',
    ],
    ['is of a later version', changed((f) => void f.writeUInt8(3, 19)), 'unsupported', 'expected read version 1 or 2'],
    [
      'has no table Packages',
      changed((f) => void f.write('Q', f.indexOf('Packages', 0, 'latin1'), 'latin1')),
      'unsupported',
      'no table Packages',
    ],
    [
      'has neither schema nor table',
      changed((f) => void f.fill(0, 100, pageAt(3))),
      'hostile',
      'the schema cannot be read',
    ],
  ];
  for (const [title, file, kind, message] of refused) {
    it(`refuses a file that ${title}`, () => {
      expect(() => readSqlite(file, 'rpmdb.sqlite'))
        .to.throw(message)
        .with.property('kind', kind);
    });
  }
});
