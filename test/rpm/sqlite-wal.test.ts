import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDatabase } from '../../src/rpm/database.js';
import { readWal } from '../../src/rpm/sqlite-wal.js';
import { buildHeaders, readLines, rpmLine } from '../support/rpm-database.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import { needShared } from '../support/shared.js';

const pageSize = 4096;
const frame = 24 + pageSize;
const database = buildSqlite(buildHeaders(6));
const pages = database.byteLength / pageSize;

function changed(change: (wal: Buffer) => void): Buffer {
  const wal = Buffer.from(buildWal(database, pageSize));
  change(wal);
  return wal;
}

describe('rpm/sqlite-wal', () => {
  it('counts every frame up to the last commit', () => {
    const log = readWal(buildWal(database, pageSize), pageSize);
    expect(log).to.deep.include({ frames: pages, databasePages: pages, damage: undefined });
    expect([...log.pages.keys()]).to.have.length(pages);
  });

  it('drops a transaction that was cut, and says so', () => {
    const wal = buildWal(database, pageSize);
    const log = readWal(wal.subarray(0, wal.byteLength - 100), pageSize);
    expect(log).to.deep.include({ frames: 0, databasePages: undefined, damage: 'it ends within a transaction' });
    expect(log.pages.size).to.equal(0);
  });

  it('stops at a frame whose checksum does not fit', () => {
    const log = readWal(
      changed((wal) => void wal.writeUInt8(99, 32 + 2 * frame + 1000)),
      pageSize,
    );
    expect(log).to.deep.include({ frames: 0, damage: 'it ends within a transaction' });
  });

  it('takes frames of an older generation behind the last commit for no damage', () => {
    const old = Buffer.alloc(frame, 7);
    const log = readWal(Buffer.concat([buildWal(database, pageSize), old]), pageSize);
    expect(log).to.deep.include({ frames: pages, damage: undefined });
  });

  const ignored: readonly (readonly [string, Uint8Array, string])[] = [
    ['is shorter than its head', new Uint8Array(20), 'expected at least 32 bytes, got 20'],
    ['has another magic', changed((wal) => void wal.writeUInt8(0, 0)), 'no magic'],
    ['is of another version', changed((wal) => void wal.writeUInt32BE(1, 4)), 'got 1'],
    ['has other pages', changed((wal) => void wal.writeUInt32BE(512, 8)), 'expected pages of 4096 bytes, got 512'],
    ['has a head that does not add up', changed((wal) => void wal.writeUInt8(1, 12)), 'the checksum of its head'],
  ];
  for (const [title, wal, message] of ignored) {
    it(`ignores a log that ${title}, and says so`, () => {
      const log = readWal(wal, pageSize);
      expect(log.frames).to.equal(0);
      expect(log.damage).to.include(message);
    });
  }

  const states: readonly (readonly [string, string | undefined, string, number])[] = [
    ['with its log', 'rpmdb.sqlite-wal', 'packages.tsv', 0],
    ['alone', undefined, 'main-only.tsv', 0],
    ['with a log that was cut', 'rpmdb.sqlite-wal.torn', 'torn-wal.tsv', 1],
  ];
  for (const [title, wal, expected, damaged] of states) {
    it(`shows a real database ${title} as rpm does`, function () {
      const folder = needShared(this, 'data', 'rpmdb', 'made', 'alpha-wal');
      const log = wal === undefined ? undefined : readFileSync(join(folder, wal));
      const read = readDatabase(readFileSync(join(folder, 'rpmdb.sqlite')), 'rpmdb.sqlite', log);
      expect(read.packages.map(rpmLine).sort()).to.deep.equal([...readLines(join(folder, expected))].sort());
      expect(read.damaged).to.equal(damaged);
      expect(read.walFrames === undefined).to.equal(wal === undefined);
    });
  }
});
