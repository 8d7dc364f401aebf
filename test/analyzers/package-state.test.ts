import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { packageState } from '../../src/analyzers/package-state.js';
import type { TarInput } from '../support/build-tar.js';
import { buildBdb } from '../support/rpm-bdb.js';
import { buildHeaders, readLines, rpmLine } from '../support/rpm-database.js';
import { buildNdb } from '../support/rpm-ndb.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildWal } from '../support/rpm-wal.js';
import { needShared } from '../support/shared.js';
import { stackOf, type LayerContent } from '../layer/walked.js';

const headers = buildHeaders(6);
const sqlite = (count: number): Uint8Array => buildSqlite(headers.slice(0, count));
const folder = 'var/lib/rpm';
const main = `${folder}/rpmdb.sqlite`;
const sysimage = 'usr/lib/sysimage/rpm';
const database = (count: number, path = main): TarInput => ({ path, body: sqlite(count) });
const log: TarInput = { path: `${main}-wal`, body: buildWal(sqlite(4), 4096) };
const hardlink = (path: string, linkname: string): TarInput => ({ path, type: 'hardlink', linkname });

/** `outcome packages path layer`, then problems, then other databases. */
async function told(...layers: readonly LayerContent[]): Promise<string[]> {
  const { outcome, packages, place, problems, others } = packageState(await stackOf(...layers));
  const where = place ? ` ${place.path} ${place.layer}` : '';
  return [`${outcome} ${packages.length}${where}`, ...problems, ...others.map((path) => `other ${path}`)];
}

describe('analyzers/package-state', () => {
  const wal = `${main}-wal`;
  const cases: readonly (readonly [string, readonly LayerContent[], readonly string[]])[] = [
    ['says that there is none', [[{ path: 'etc/passwd' }]], ['none 0']],
    ['reads the only one', [[], [database(3)]], [`read 3 ${main} 1`]],
    ['reads the highest', [[database(3)], [database(2)]], [`read 2 ${main} 1`]],
    [
      'reads one that lies at the new place',
      [[database(3, `${sysimage}/rpmdb.sqlite`)]],
      [`read 3 ${sysimage}/rpmdb.sqlite 0`],
    ],
    [
      'tells of a second one at another place',
      [[database(3)], [database(2, `${sysimage}/rpmdb.sqlite`)]],
      [`read 3 ${main} 0`, `other ${sysimage}/rpmdb.sqlite`],
    ],
    [
      'takes sqlite before ndb before bdb in a folder, in whatever layers',
      [
        [{ path: `${folder}/Packages`, body: buildBdb(headers) }, database(1)],
        [{ path: `${folder}/Packages.db`, body: buildNdb(headers) }],
      ],
      [`read 1 ${main} 0`, `other ${folder}/Packages`, `other ${folder}/Packages.db`],
    ],
    [
      'follows a move behind a link',
      [
        [database(3)],
        [database(2, `${sysimage}/rpmdb.sqlite`), { path: folder, linkname: '../../usr/lib/sysimage/rpm' }],
      ],
      [`read 2 ${sysimage}/rpmdb.sqlite 1`],
    ],
    [
      'follows an absolute link',
      [[database(2, 'usr/share/rpm/rpmdb.sqlite'), { path: folder, linkname: '/usr/share/rpm' }]],
      ['read 2 usr/share/rpm/rpmdb.sqlite 0'],
    ],
    [
      'prefers where a link leads to what lies at another place',
      [
        [
          database(2, `${sysimage}/rpmdb.sqlite`),
          database(3, 'usr/share/rpm/rpmdb.sqlite'),
          { path: folder, linkname: '/usr/share/rpm' },
        ],
      ],
      ['read 3 usr/share/rpm/rpmdb.sqlite 0', `other ${sysimage}/rpmdb.sqlite`],
    ],
    [
      'follows a link in the new place to the old',
      [[database(2), { path: sysimage, linkname: '../../../var/lib/rpm' }]],
      [`read 2 ${main} 0`],
    ],
    [
      'cannot tell where a link leads out of what is known',
      [[{ path: folder, linkname: '/data/rpm' }]],
      ['incomplete 0', `/${folder} leads to /data/rpm, where databases are not looked for`],
    ],
    [
      'cannot tell either when a decoy lies at another place',
      [[{ path: 'var', linkname: 'data' }, database(2, `${sysimage}/rpmdb.sqlite`)]],
      [
        `incomplete 2 ${sysimage}/rpmdb.sqlite 0`,
        `/${folder} leads to /data/lib/rpm, where databases are not looked for`,
      ],
    ],
    [
      'does not care where a link leads that rpm would not come to',
      [[database(2), { path: 'usr/share', linkname: '/data' }]],
      [`read 2 ${main} 0`],
    ],
    [
      'does not go around in links forever',
      [
        [
          { path: folder, linkname: `/${sysimage}` },
          { path: sysimage, linkname: `/${folder}` },
        ],
      ],
      ['none 0'],
    ],
    [
      'takes a folder over a link below it',
      [[{ path: folder, linkname: '/data' }], [database(2)]],
      [`read 2 ${main} 1`],
    ],
    [
      'says that it was whited out',
      [[database(3)], [], [{ path: `${folder}/.wh.rpmdb.sqlite` }]],
      ['removed 0', `the database ${main} of layer 1 was removed in layer 3`],
    ],
    [
      'says that its folder was whited out',
      [[database(3)], [{ path: 'var/.wh.lib' }]],
      ['removed 0', `the database ${main} of layer 1 was removed in layer 2`],
    ],
    [
      'says that its folder became opaque',
      [[database(3)], [{ path: `${folder}/.wh..wh..opq` }]],
      ['removed 0', `the database ${main} of layer 1 was removed in layer 2`],
    ],
    [
      'says that its folder became a file',
      [[database(3)], [{ path: folder, body: '' }]],
      ['removed 0', `the database ${main} of layer 1 was removed in layer 2`],
    ],
    ['reads one that is put back', [[database(3)], [{ path: 'var/lib/.wh.rpm' }], [database(3)]], [`read 3 ${main} 2`]],
    [
      'falls back to a lower place that is left',
      [[database(3), database(2, `${sysimage}/rpmdb.sqlite`)], [{ path: `${folder}/.wh..wh..opq` }]],
      [`read 2 ${sysimage}/rpmdb.sqlite 0`],
    ],
    ['applies a log of the same layer', [[database(2), log]], [`read 4 ${main} 0`]],
    [
      'does not apply a log of a layer above',
      [[database(2)], [log]],
      [`incomplete 2 ${main} 0`, `${wal} of layer 2 belongs to a database of layer 1: its changes are not applied`],
    ],
    [
      'does not apply a log of a layer below',
      [[log], [database(2)]],
      [`incomplete 2 ${main} 1`, `${wal} of layer 1 belongs to a database of layer 2: its changes are not applied`],
    ],
    [
      'does not mind a log that was emptied with the database rewritten',
      [
        [database(2), log],
        [database(4), { path: wal, body: '' }],
      ],
      [`read 4 ${main} 1`],
    ],
    [
      'says that a log it applied is gone',
      [[database(2), log], [{ path: `${folder}/.wh.rpmdb.sqlite-wal` }]],
      [`incomplete 4 ${main} 0`, `${main} was read with its write-ahead log, which a higher layer took away`],
    ],
    [
      'says that a log cannot be read',
      [[database(2), { path: wal, linkname: 'x' }]],
      [`incomplete 2 ${main} 0`, `${wal} could not be read: it is a symlink, not a file`],
    ],
    [
      'does not mind the log of a database that does not count',
      [[database(2), { path: 'usr/share/rpm/rpmdb.sqlite-wal', body: log.body ?? '' }]],
      [`read 2 ${main} 0`],
    ],
    [
      'says that one cannot be read, and does not take another',
      [[{ path: main, body: 'garbage' }, database(2, `${sysimage}/rpmdb.sqlite`)]],
      [
        'incomplete 0',
        `${main} could not be read: neither sqlite, ndb nor Berkeley DB: not a known rpm database`,
        `other ${sysimage}/rpmdb.sqlite`,
      ],
    ],
    ['reads through a hard link within a layer', [[database(2, 'x'), hardlink(main, 'x')]], [`read 2 ${main} 0`]],
    [
      'reads through a hard link to a known place below',
      [[database(2, `${sysimage}/rpmdb.sqlite`)], [hardlink(main, `${sysimage}/rpmdb.sqlite`)]],
      [`read 2 ${main} 1`, `other ${sysimage}/rpmdb.sqlite`],
    ],
    [
      'cannot read through a hard link to elsewhere below',
      [[database(2, 'x')], [hardlink(main, 'x')]],
      ['incomplete 0', `${main} could not be read: it is a hard link to /x, which was not read`],
    ],
    [
      'does not mind a hard link that a higher layer took away',
      [[database(2, 'x')], [hardlink(main, 'x')], [database(3)]],
      [`read 3 ${main} 2`],
    ],
  ];
  for (const [title, layers, expected] of cases) {
    it(title, async () => {
      expect(await told(...layers)).to.deep.equal(expected);
    });
  }

  it('lists what is left of a damaged one, and says how much is not', async () => {
    const blobs = headers.map((blob, i) => (i === 2 ? blob.subarray(1) : blob));
    const [first, problem] = await told([{ path: main, body: buildSqlite(blobs) }]);
    expect(first).to.equal(`incomplete 5 ${main} 0`);
    expect(problem).to.match(/^var\/lib\/rpm\/rpmdb.sqlite is damaged: 1 records or pages could not be read \(row 3: /);
  });

  describe('of layers that rpm wrote', () => {
    const layersOf = (test: Mocha.Context, count: number): readonly Uint8Array[] =>
      Array.from({ length: count }, (_, i) =>
        gunzipSync(readFileSync(needShared(test, 'data', 'rpmdb', 'made', 'alpha-layers', `layer${i + 1}.tar.gz`))),
      );
    for (const [layers, place] of [
      [1, { path: main, layer: 0, kind: 'sqlite' }],
      [2, { path: main, layer: 1, kind: 'sqlite' }],
      [4, { path: `${sysimage}/rpmdb.sqlite`, layer: 3, kind: 'sqlite' }],
    ] as const) {
      it(`lists after layer ${layers} what rpm lists`, async function () {
        const state = packageState(await stackOf(...layersOf(this, layers)));
        expect(state).to.deep.include({ outcome: 'read', place, problems: [], others: [] });
        const expected = readLines(
          needShared(this, 'data', 'rpmdb', 'made', 'alpha-layers', `after-layer${layers}.tsv`),
        );
        expect(state.packages.map(rpmLine).sort()).to.deep.equal([...expected].sort());
      });
    }

    it('says after layer 3 that the database was removed', async function () {
      const state = packageState(await stackOf(...layersOf(this, 3)));
      expect(state).to.deep.include({ outcome: 'removed', packages: [], place: undefined });
      expect(state.problems).to.deep.equal([`the database ${main} of layer 2 was removed in layer 3`]);
    });

    for (const [title, logName, list] of [
      ['with its log', 'rpmdb.sqlite-wal', 'packages.tsv'],
      ['with a log that was cut', 'rpmdb.sqlite-wal.torn', 'torn-wal.tsv'],
      ['without', undefined, 'main-only.tsv'],
    ] as const) {
      it(`lists a database ${title} as rpm does`, async function () {
        const set = needShared(this, 'data', 'rpmdb', 'made', 'alpha-wal');
        const logs = logName === undefined ? [] : [{ path: wal, body: readFileSync(join(set, logName)) }];
        const stack = await stackOf([{ path: main, body: readFileSync(join(set, 'rpmdb.sqlite')) }, ...logs]);
        expect(packageState(stack).packages.map(rpmLine).sort()).to.deep.equal([...readLines(join(set, list))].sort());
      });
    }
  });
});
