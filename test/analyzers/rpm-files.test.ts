import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { packagedFilesOf, type PackagedFile } from '../../src/analyzers/packaged-files.js';
import { readRpmFiles, rpmFiles } from '../../src/analyzers/rpm-files.js';
import { factsOf } from '../../src/layer/facts.js';
import { databaseIn, readPlain } from '../support/rpm-database.js';
import { fileListTags, type ListedFile } from '../support/rpm-file-list.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import { needShared, sharedPath } from '../support/shared.js';
import { walked } from '../layer/walked.js';

const place = 'var/lib/rpm/rpmdb.sqlite';

function listed(): readonly string[] {
  const root = sharedPath('data', 'rpmdb');
  if (root === undefined) return [];
  return ['real', 'made']
    .flatMap((kind) => readdirSync(join(root, kind)).map((name) => join(kind, name)))
    .filter((folder) => existsSync(join(root, folder, 'files.tsv.gz')));
}

const filesOf = (bytes: Uint8Array, log?: Uint8Array): PackagedFile[] => [
  ...packagedFilesOf(readRpmFiles(place, bytes, log).table),
];

function packageOf(name: string, files: readonly ListedFile[], algorithm?: number): Uint8Array {
  return buildRpmHeader({ name, version: '1', release: '2', arch: 'noarch', ...fileListTags(files, algorithm) });
}

const pathOf = ({ directory, name }: PackagedFile): string => `/${[directory, name].filter(Boolean).join('/')}`;

describe('analyzers/rpm-files', () => {
  for (const folder of listed()) {
    it(`keeps of ${folder} all that rpm lists of installed files`, function () {
      const root = needShared(this, 'data', 'rpmdb', folder);
      const lines = filesOf(readPlain(databaseIn(root))).map((file) =>
        [
          ...[
            file.package.name.replace(/\.[^.]+$/, ''),
            pathOf(file),
            file.mode,
            file.digest ? Buffer.from(file.digest).toString('hex') : '',
          ],
          ...[
            file.config,
            file.ghost,
            file.missingOk,
            file.state,
            file.verify,
            file.user,
            file.group,
            file.size,
            file.linkTarget,
          ],
        ].join('\t'),
      );
      const expected = readPlain(join(root, 'files.tsv.gz'))
        .toString('utf8')
        .split('\n')
        .filter(Boolean)
        .flatMap((line) => {
          const [name, version, path, mode, digest, , flagText, state, verify, ...rest] = line.split('\t');
          const flags = Number(flagText);
          if (state === '2' || state === '3') return [];
          const marks = [1, 64, 8].map((bit) => (flags & bit) !== 0);
          return [
            [`${name}-${version}`, path, mode, digest, ...marks, state, Number(verify) & 0xffff, ...rest].join('\t'),
          ];
        });
      // The list has no epochs.
      expect(lines.map((line) => line.replace(/-\d+:/, '-')).sort()).to.deep.equal(expected.sort());
    });
  }

  it('reads a database and its log from a layer, and forgets what was replaced', async () => {
    const [older, newer] = [[packageOf('a', [{ path: '/a' }])], [packageOf('a', [{ path: '/a' }, { path: '/b' }])]].map(
      (all) => buildSqlite(all),
    );
    const facts = async (...bodies: readonly Uint8Array[]) =>
      factsOf(
        await walked([{ path: place, body: older ?? '' }, ...bodies.map((body) => ({ path: `${place}-wal`, body }))], {
          analyzers: [rpmFiles],
        }),
        rpmFiles,
      );
    const log = buildWal(newer ?? new Uint8Array(), 4096);
    const paths = async (...bodies: readonly Uint8Array[]) =>
      (await facts(...bodies)).map(({ path, table }) => [path, ...[...packagedFilesOf(table)].map(pathOf)]);
    expect(await paths()).to.deep.equal([[place, '/a']]);
    expect(await paths(log)).to.deep.equal([[place, '/a', '/b']]);
    expect(await paths(log, new Uint8Array(0))).to.deep.equal([[place, '/a']]);
    const plain = await facts(log);
    expect(structuredClone(plain)).to.deep.equal(plain);
  });

  it('has no files of what is no database', () => {
    expect(filesOf(Buffer.from('garbage'))).to.deep.equal([]);
  });

  it('keeps MD5 and SHA-256, and no digest of another kind', () => {
    for (const [algorithm, bytes] of [
      [1, 16],
      [8, 32],
      [2, undefined],
      [10, undefined],
    ] as const) {
      const [file] = filesOf(buildSqlite([packageOf('a', [{ path: '/a', body: 'x' }], algorithm)]));
      expect([file?.package.digestAlgorithm, file?.digest?.byteLength]).to.deep.equal([algorithm, bytes]);
    }
  });

  it('marks a package whose list cannot be read, and keeps the others', () => {
    const { signed } = fileListTags([{ path: '/a' }, { path: '/b' }]);
    const changed = signed.map((tag) => (tag.tag === 1116 ? { ...tag, value: [0, 5] } : tag));
    const broken = buildRpmHeader({ name: 'broken', version: '1', release: '2', signed: changed });
    const files = filesOf(buildSqlite([broken, packageOf('whole', [{ path: '/c' }])]));
    expect(files.map((file) => [file.package.name, file.package.unread, pathOf(file)])).to.deep.equal([
      ['broken-1-2', true, '/a'],
      ['whole-1-2.noarch', false, '/c'],
    ]);
  });
});
