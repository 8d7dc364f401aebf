import { expect } from 'chai';
import { rpmdb, rpmdbFiles, rpmdbFolders, type RpmdbFact } from '../../src/analyzers/rpmdb.js';
import { ImgcheckError } from '../../src/core/error.js';
import type { LayerEntry, LayerFile } from '../../src/layer/analyzer.js';
import { factsOf } from '../../src/layer/facts.js';
import { buildBdb } from '../support/rpm-bdb.js';
import { buildHeaders, readLines, rpmLine } from '../support/rpm-database.js';
import { buildNdb } from '../support/rpm-ndb.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import { needShared } from '../support/shared.js';
import type { TarInput } from '../support/build-tar.js';
import { stackOf, walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

const headers = buildHeaders(4);
const main = 'var/lib/rpm/rpmdb.sqlite';
const [older, newer] = [buildSqlite(headers.slice(0, 1)), buildSqlite(headers)];
const log = buildWal(newer, 4096);

/** `path kind`, and of a database how many packages it has. */
function told(fact: RpmdbFact): string {
  switch (fact.kind) {
    case 'database':
      return `${fact.path} ${fact.database.kind} ${fact.database.packages.length}${fact.writeAheadLog ? ' with log' : ''}`;
    case 'unreadable':
      return `${fact.path} unreadable: ${fact.reason}`;
    case 'write-ahead-log':
      return `${fact.path} log of ${fact.bytes}`;
    case 'link':
      return `${fact.path} -> ${fact.target}`;
  }
}

const toldOf = async (content: readonly TarInput[]): Promise<string[]> =>
  factsOf(await walked(content), rpmdb).map(told);

describe('analyzers/rpmdb', () => {
  it('reads a database of any kind at each place where rpm may have it', async () => {
    const bodies = [buildSqlite(headers), buildNdb(headers), buildBdb(headers)];
    const content = rpmdbFolders.flatMap((folder) =>
      rpmdbFiles.map((file, i) => ({ path: `${folder}/${file}`, body: bodies[i] ?? '' })),
    );
    const kinds = ['sqlite', 'ndb', 'bdb-hash'];
    const expected = content.map(({ path }, i) => `${path} ${kinds[i % 3] ?? ''} 4`);
    expect((await toldOf(content)).sort()).to.deep.equal(expected.sort());
  });

  const cases: readonly (readonly [string, readonly TarInput[], readonly string[]])[] = [
    [
      'looks nowhere else',
      [
        { path: 'opt/rpm/Packages', body: newer },
        { path: `${main}-shm`, body: 'x' },
      ],
      [],
    ],
    [
      'goes by content, not by name',
      [{ path: 'var/lib/rpm/Packages', body: newer }],
      ['var/lib/rpm/Packages sqlite 4'],
    ],
    [
      'applies a log that comes before',
      [
        { path: `${main}-wal`, body: log },
        { path: main, body: older },
      ],
      [`${main} sqlite 4 with log`, `${main}-wal log of ${log.length}`],
    ],
    [
      'applies a log that comes after',
      [
        { path: main, body: older },
        { path: `${main}-wal`, body: log },
      ],
      [`${main} sqlite 4 with log`, `${main}-wal log of ${log.length}`],
    ],
    [
      'passes over an empty log',
      [
        { path: main, body: older },
        { path: `${main}-wal`, body: '' },
      ],
      [`${main} sqlite 1`],
    ],
    ['keeps a log without its database', [{ path: `${main}-wal`, body: log }], [`${main}-wal log of ${log.length}`]],
    [
      'applies the last of two logs',
      [
        { path: main, body: older },
        { path: `${main}-wal`, body: log },
        { path: `${main}-wal`, body: '' },
      ],
      [`${main} sqlite 1`],
    ],
    [
      'takes the last of two databases',
      [
        { path: main, body: older },
        { path: main, body: newer },
      ],
      [`${main} sqlite 4`],
    ],
    ['forgets a database that became a directory', [{ path: main, body: older }, { path: `${main}/` }], []],
    [
      'says why it cannot read one',
      [{ path: main, body: 'garbage' }],
      [`${main} unreadable: neither sqlite, ndb nor Berkeley DB: not a known rpm database`],
    ],
    ['says that one is empty', [{ path: main, body: '' }], [`${main} unreadable: the database file is empty`]],
    [
      'does not follow a link in the place of a file',
      [{ path: main, linkname: '/data/db' }],
      [`${main} unreadable: it is a symlink, not a file`],
    ],
    [
      'does not read a device',
      [{ path: main, dev: [1, 5] }],
      [`${main} unreadable: it is a character-device, not a file`],
    ],
    [
      'reads through a hard link',
      [
        { path: 'x', body: newer },
        { path: main, type: 'hardlink', linkname: 'x' },
      ],
      [`${main} sqlite 4`],
    ],
    [
      'says that a hard link led nowhere',
      [{ path: main, type: 'hardlink', linkname: 'x' }],
      [`${main} unreadable: it is a hard link to /x, which was not read`],
    ],
    [
      'keeps links of folders, and of those above',
      [
        { path: 'var/lib/rpm', linkname: '../x' },
        { path: 'usr', linkname: '/y' },
        { path: 'etc', linkname: 'z' },
      ],
      ['var/lib/rpm -> ../x', 'usr -> /y'],
    ],
    ['forgets a link that became a directory', [{ path: 'var/lib/rpm', linkname: 'x' }, { path: 'var/lib/rpm/' }], []],
  ];
  for (const [title, content, expected] of cases) {
    it(title, async () => {
      expect(await toldOf(content)).to.deep.equal(expected);
    });
  }

  it('finds the database below that a hard link names', async () => {
    const layers: readonly (readonly TarInput[])[] = [
      [{ path: main, body: newer }],
      [{ path: 'usr/share/rpm/rpmdb.sqlite', type: 'hardlink', linkname: main }],
    ];
    expect((await stackOf(...layers)).all(rpmdb).map(({ fact, layer }) => `${layer} ${told(fact)}`)).to.deep.equal([
      `0 ${main} sqlite 4`,
      '1 usr/share/rpm/rpmdb.sqlite sqlite 4',
    ]);
  });

  describe('given files by hand', () => {
    const file = (path: string, rest: Omit<LayerFile, 'entry'>): LayerFile => ({
      entry: { path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 1, mtime: 0 } satisfies LayerEntry,
      ...rest,
    });

    it('says why a body could not be had, of a log too', () => {
      const analysis = rpmdb.create();
      const error = new ImgcheckError('hostile', 'it is too long');
      for (const path of [main, `${main}-wal`]) analysis.file(file(path, { error }));
      expect(analysis.end().map(told)).to.deep.equal(
        [main, `${main}-wal`].map((path) => `${path} unreadable: it is too long`),
      );
    });

    it('holds no more than 384 MiB of databases that wait for logs', () => {
      const analysis = rpmdb.create();
      const huge = new Uint8Array(200 << 20);
      huge.set(newer);
      const paths = rpmdbFolders.map((folder) => `${folder}/rpmdb.sqlite`);
      for (const path of paths) analysis.file(file(path, { body: huge }));
      analysis.replaced(paths[0] ?? '');
      analysis.file(file(`${paths[1]}-wal`, { body: log }));
      expect(analysis.end().map(told)).to.deep.equal([
        `${paths[1]} unreadable: the databases and logs of the layer exceed 402653184 bytes`,
        `${paths[2]} unreadable: the databases and logs of the layer exceed 402653184 bytes`,
        `${paths[1]}-wal log of ${log.length}`,
      ]);
    });
  });

  it('keeps facts that can be cloned', async () => {
    const facts = factsOf(await walked([{ path: main, body: newer }]), rpmdb);
    expect(structuredClone(facts)).to.deep.equal(facts);
  });

  for (const name of rootfsNames().filter((one) => one.startsWith('almalinux'))) {
    it(`lists of ${name} what rpm does`, async function () {
      const [fact] = factsOf(await walkedRootfs(name), rpmdb).filter(({ kind }) => kind === 'database');
      const packages = fact?.kind === 'database' ? fact.database.packages : [];
      const lines = packages.map((one) => rpmLine(one).split('\t').slice(0, 5).join('\t')).sort();
      const expected = readLines(needShared(this, 'data', 'rootfs', `${name}.rpmqa.tsv`));
      expect(lines).to.deep.equal([...expected].sort());
    });
  }
});
