import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { isImgcheckError } from '../../src/core/error.js';
import { readDatabase, type Database } from '../../src/rpm/database.js';
import { debianTool, type Tool } from '../support/debian.js';
import { mutate, randomFrom } from '../support/random.js';
import { buildBdb } from '../support/rpm-bdb.js';
import { buildHeaders, databaseIn, readLines, readPlain, rpmLine } from '../support/rpm-database.js';
import { buildNdb } from '../support/rpm-ndb.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import { needShared, sharedPath } from '../support/shared.js';

describe('rpm/database', () => {
  describe('of the shared collection', () => {
    const without = new Set(['alpha-filesystem', 'alpha-layers', 'alpha-tampered', 'alpha-wal']);
    for (const kind of ['real', 'rebuilt', 'made']) {
      const root = sharedPath('data', 'rpmdb', kind);
      const sets = root === undefined ? [] : readdirSync(root).filter((name) => !name.includes('.'));
      for (const set of sets.filter((name) => !without.has(name))) {
        it(`lists ${kind}/${set} line by line as rpm does`, () => {
          const folder = join(root ?? '', set);
          const read = readDatabase(readPlain(databaseIn(folder)), set);
          const lines = read.packages.map(rpmLine).sort();
          expect(lines).to.deep.equal([...readLines(join(folder, 'packages.tsv'))].sort());
          expect(read).to.deep.include({ damage: [], damaged: 0 });
          expect(read.packages.flatMap((one) => one.shadowed)).to.deep.equal([]);
        });
      }
    }

    it('believes the signed region of made/alpha-tampered where rpm believes what was put beside it', function () {
      const folder = needShared(this, 'data', 'rpmdb', 'made', 'alpha-tampered');
      const read = readDatabase(readPlain(databaseIn(folder)), 'alpha-tampered');
      const rpmSays = readLines(join(folder, 'packages.tsv'));
      const truth = rpmSays.map((line) => line.replace('acme-core\t2\t99.9\t', 'acme-core\t2\t1.2~rc1\t'));
      expect(truth).to.not.deep.equal(rpmSays);
      expect(read.packages.map(rpmLine).sort()).to.deep.equal([...truth].sort());
      const shadowed = read.packages.filter((one) => one.shadowed.length > 0);
      expect(Object.fromEntries(shadowed.map((one) => [one.name, one.shadowed]))).to.deep.equal({
        'acme-core': [1001],
        'acme-core-reloc': [1035],
      });
    });
  });

  describe('that is damaged', () => {
    // File, packages listed, damage counted; or the kind of error.
    const edge: readonly (readonly [string, number | 'hostile' | 'unsupported', number, string])[] = [
      ['bdb-zero-length.bin', 'unsupported', 0, 'is empty'],
      ['bdb-short-meta.bin', 'hostile', 0, 'expected a first page of 512 bytes'],
      ['bdb-bad-magic.bin', 'unsupported', 0, 'not a known rpm database'],
      ['bdb-pagesize-1M.bin', 'hostile', 0, 'got 1048576'],
      ['bdb-pagesize-0.bin', 'hostile', 0, 'got 0'],
      ['bdb-truncated.bin', 6, 6, 'expected 46 pages, got 27'],
      ['bdb-overflow-self-loop.bin', 10, 1, 'comes back to page 3'],
      ['bdb-overflow-type0.bin', 10, 1, 'expected overflow page type 7, got 0'],
      ['bdb-overflow-zero-page.bin', 10, 1, 'it says that it is page 0'],
      ['bdb-overflow-next-out-of-file.bin', 10, 1, 'lies outside the file'],
      ['bdb-overflow-missing-end.bin', 10, 1, 'ends after 998 of 3396 bytes'],
      ['bdb-pgno-mismatch.bin', 10, 1, 'it says that it is page 999'],
      ['bdb-spares-garbage.bin', 11, 2, 'lies outside the file'],
      ['bdb-maxbucket-huge.bin', 11, 1, 'buckets do not fit'],
      ['ndb-zero-length.bin', 'unsupported', 0, 'is empty'],
      ['ndb-slot-blkcnt0.bin', 4, 1, 'slot 0'],
      ['ndb-bad-slot-magic.bin', 4, 1, 'no slot magic'],
      ['ndb-pkgidx-mismatch.bin', 4, 1, 'expected package index 1, got 77777'],
      ['ndb-adler-mismatch.bin', 5, 1, 'checksum'],
      ['ndb-bloblen-huge.bin', 4, 1, 'does not fit'],
      ['ndb-slotpages-huge.bin', 'hostile', 0, 'slot pages do not fit'],
      ['ndb-truncated.bin', 2, 3, 'lie outside'],
      ['ndb-version1.bin', 'unsupported', 0, 'expected version 0'],
      ['sqlite-zero-length.bin', 'unsupported', 0, 'is empty'],
      ['sqlite-bad-magic.bin.gz', 'unsupported', 0, 'not a known rpm database'],
      ['sqlite-truncated.bin.gz', 0, 13, 'lies outside the database'],
      ['sqlite-empty-table.bin.gz', 0, 0, ''],
      ['sqlite-no-packages-table.bin', 'unsupported', 0, 'no table Packages'],
      ['sqlite-512-utf16.bin.gz', 11, 0, ''],
      ['sqlite-64k-page-freed.bin.gz', 10, 0, ''],
      ['hdr-empty-blob.bin.gz', 2, 1, 'row 2: header: expected at least 24 bytes, got 0'],
      ['hdr-il-huge.bin.gz', 2, 1, 'row 2: header: expected 1 to 65535 index entries'],
      ['hdr-dl-short.bin.gz', 2, 1, 'row 2: header: expected 3196 bytes, got 3236'],
      ['hdr-truncated.bin.gz', 2, 1, 'row 2: header: expected 3236 bytes, got 1618'],
      ['hdr-name-offset-out.bin.gz', 2, 1, 'row 2: header: tag 1000'],
      ['hdr-count-huge.bin.gz', 2, 1, 'row 2: header: tag 1117: count 268435455'],
      ['hdr-dirindex-out.bin.gz', 3, 0, ''],
      ['hdr-region-offset-bad.bin.gz', 2, 1, 'row 2: header: the region trailer'],
      ['hdr-magic-prefix.bin.gz', 2, 1, 'row 2: header: expected 1 to 65535 index entries'],
      ['hdr-no-region.bin.gz', 3, 0, ''],
    ];
    for (const [file, outcome, damaged, message] of edge) {
      const end = typeof outcome === 'string' ? `refuses it as ${outcome}` : `lists ${outcome} and counts ${damaged}`;
      it(`${end}: ${file}`, function () {
        const bytes = readPlain(needShared(this, 'data', 'rpmdb', 'edge', `alpha-${file}`));
        if (typeof outcome === 'string') {
          expect(() => readDatabase(bytes, file))
            .to.throw(message)
            .with.property('kind', outcome);
          return;
        }
        const read = readDatabase(bytes, file);
        expect(read.packages).to.have.length(outcome);
        expect(read.damaged).to.equal(damaged);
        expect(read.damage.join('; ')).to.include(message);
      });
    }

    it('leaves no file of the collection untried', function () {
      const files = readdirSync(needShared(this, 'data', 'rpmdb', 'edge')).filter((name) => name.includes('.bin'));
      expect(files).to.have.members(edge.map(([file]) => `alpha-${file}`));
    });

    it('counts all damage but tells of the first twenty', () => {
      const blobs = buildHeaders(50).map((blob) => blob.subarray(1));
      const read = readDatabase(buildSqlite(blobs), 'rpmdb.sqlite');
      expect(read.packages).to.have.length(0);
      expect(read.damaged).to.equal(50);
      expect(read.damage).to.have.length(20);
    });
  });

  it('refuses a file in which the same header is listed over and over', () => {
    const file = Buffer.from(buildSqlite(buildHeaders(2, 20_000), { pageSize: 65536 }));
    const leaf = 65536;
    const [count, cell] = [10_000, file.readUInt16BE(leaf + 10)];
    file.writeUInt16BE(count, leaf + 3);
    for (let i = 0; i < count; i++) file.writeUInt16BE(cell, leaf + 8 + 2 * i);
    expect(() => readDatabase(file, 'rpmdb.sqlite'))
      .to.throw('its records overlap')
      .with.property('kind', 'hostile');
  });

  describe('read by the real rpm', () => {
    const made: readonly (readonly [string, string, (blobs: readonly Uint8Array[]) => Uint8Array])[] = [
      ['an sqlite', 'rpmdb.sqlite', (blobs) => buildSqlite(blobs)],
      ['a 512-byte page sqlite', 'rpmdb.sqlite', (blobs) => buildSqlite(blobs, { pageSize: 512 })],
      ['a Berkeley DB', 'Packages', (blobs) => buildBdb(blobs)],
      [
        'a big-endian 16 KiB page Berkeley DB',
        'Packages',
        (blobs) => buildBdb(blobs, { pageSize: 16384, bigEndian: true }),
      ],
    ];
    for (const [title, name, build] of made) {
      it(`lists ${title} database of our writers alike`, async function () {
        this.timeout(300_000);
        const tools = { rpm: await debianTool(this, 'rpm'), rpmdb: await debianTool(this, 'rpmdb') };
        const bytes = build(buildHeaders(30));
        const lines = readDatabase(bytes, name).packages.map(rpmLine).sort();
        expect(await queryAll(tools, name, bytes)).to.deep.equal(lines);
      });
    }
  });

  describe('changed at random', () => {
    const blobs = buildHeaders(5, 150);
    const btree = sharedPath('data', 'rpmdb', 'made', 'alpha-btree');
    const newer = buildSqlite(blobs, { pageSize: 512 });
    const older = buildSqlite(blobs.slice(0, 1), { pageSize: 512 });
    const seeds: readonly (readonly [string, Uint8Array, Uint8Array?])[] = [
      ['sqlite', newer],
      ['sqlite with a write-ahead log', older, buildWal(newer, 512)],
      ['ndb', buildNdb(blobs)],
      ['bdb-hash', buildBdb(blobs, { pageSize: 512 })],
      ['bdb-hash, big-endian', buildBdb(blobs, { pageSize: 1024, bigEndian: true })],
      ...(btree === undefined ? [] : [['bdb-btree', readPlain(databaseIn(btree))] as const]),
    ];
    for (const [kind, bytes, wal] of seeds) {
      it(`ends with a list or an error of ours, 10,000 times: ${kind}`, () => {
        const random = randomFrom(20_261_124);
        let listed = 0;
        for (let round = 0; round < 10_000; round++) {
          const inLog = wal !== undefined && round % 2 === 0;
          const main = inLog ? bytes : mutate(bytes, random);
          const read = attempt(main, inLog ? mutate(wal, random) : wal);
          if (!read) continue;
          listed++;
          expect(read.damage.length).to.be.at.most(20);
          expect(read.packages.length, `round ${round}`).to.be.at.most(100);
        }
        expect(listed).to.be.greaterThan(500);
      });
    }
  });
});

function attempt(bytes: Uint8Array, wal: Uint8Array | undefined): Database | undefined {
  try {
    return readDatabase(bytes, 'database', wal);
  } catch (error) {
    if (isImgcheckError(error, 'hostile', 'unsupported')) return undefined;
    throw error;
  }
}

async function queryAll(
  tools: { readonly rpm: Tool; readonly rpmdb: Tool },
  name: string,
  bytes: Uint8Array,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'imgcheck-rpm-'));
  try {
    writeFileSync(join(folder, name), bytes);
    // rpm wants its own indexes beside the one table; it makes them here.
    if (name === 'rpmdb.sqlite') await tools.rpmdb.run(['--initdb', '--dbpath', folder]);
    const tags = 'NAME EPOCHNUM VERSION RELEASE ARCH SOURCERPM VENDOR INSTALLTIME MODULARITYLABEL'.split(' ');
    const format = `${tags.map((tag) => `%{${tag}}`).join('\\t')}\\n`;
    const options = ['-qa', '--nosignature', '--nodigest', '--dbpath', folder, '--qf', format];
    const { stdout } = await tools.rpm.run(options);
    return stdout.trim().split('\n').sort();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
