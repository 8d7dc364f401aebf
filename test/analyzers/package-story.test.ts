import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { packageStory, type LayerPackages } from '../../src/analyzers/package-story.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { buildRpmHeader, type HeaderFields } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { needShared } from '../support/shared.js';
import type { TarInput } from '../support/build-tar.js';
import { stackOf, type LayerContent } from '../layer/walked.js';

type Named = string | HeaderFields;

/** `name-version-release`, noarch; or the fields themselves. */
function headerOf(named: Named): Uint8Array {
  if (typeof named !== 'string') return buildRpmHeader(named);
  const [name = '', version = '', release = ''] = named.split('-');
  return buildRpmHeader({ name, version, release, arch: 'noarch' });
}

/** A layer with a database of these packages alone. */
const having = (...packages: readonly Named[]): TarInput[] => [
  { path: 'var/lib/rpm/rpmdb.sqlite', body: buildSqlite(packages.map(headerOf)) },
];
const removed: TarInput[] = [{ path: 'var/lib/.wh.rpm' }];
const word = ({ name, version, release }: RpmPackage): string => `${name}-${version}-${release}`;

function changesOf({ added, removed: gone, upgraded, downgraded }: LayerPackages): string {
  return [
    ...added.map((one) => `+${word(one)}`),
    ...gone.map((one) => `-${word(one)}`),
    ...upgraded.map(({ from, to }) => `${word(from)}<${word(to)}`),
    ...downgraded.map(({ from, to }) => `${word(from)}>${word(to)}`),
  ].join(' ');
}

async function told(...layers: readonly LayerContent[]): Promise<{ owned: string[]; changes: string[] }> {
  const story = packageStory(await stackOf(...layers));
  const owned = story.packages.map((one) => `${word(one.package)} ${one.layer}`);
  return { owned, changes: story.layers.map(changesOf) };
}

describe('analyzers/package-story', () => {
  const twice = (installTime: number): HeaderFields => ({
    name: 'a',
    version: '1',
    release: '1',
    arch: 'noarch',
    installTime,
  });
  const cases: readonly (readonly [string, readonly LayerContent[], readonly string[], readonly string[]])[] = [
    ['has nothing to tell of no layers', [], [], []],
    ['has nothing to tell of layers without a database', [[], [{ path: 'x' }]], [], ['', '']],
    [
      'tells what each layer added',
      [having('b-1-1', 'a-1-1'), [], having('a-1-1', 'b-1-1', 'c-1-1')],
      ['a-1-1 0', 'b-1-1 0', 'c-1-1 2'],
      ['+b-1-1 +a-1-1', '', '+c-1-1'],
    ],
    [
      'tells what was upgraded, downgraded and removed',
      [having('a-1-1', 'b-2-1', 'c-1-1'), having('a-1-2', 'b-1-9')],
      ['a-1-2 1', 'b-1-9 1'],
      ['+a-1-1 +b-2-1 +c-1-1', '-c-1-1 a-1-1<a-1-2 b-2-1>b-1-9'],
    ],
    [
      'compares versions as rpm does',
      [having('a-1.0~rc1-1', 'b-9-1'), having('a-1.0-1', 'b-10-1')],
      ['a-1.0-1 1', 'b-10-1 1'],
      ['+a-1.0~rc1-1 +b-9-1', 'a-1.0~rc1-1<a-1.0-1 b-9-1<b-10-1'],
    ],
    [
      'takes a package that was removed and added again for the later layer’s',
      [having('a-1-1', 'b-1-1'), having('b-1-1'), having('a-1-1', 'b-1-1')],
      ['a-1-1 2', 'b-1-1 0'],
      ['+a-1-1 +b-1-1', '-a-1-1', '+a-1-1'],
    ],
    [
      'takes all for the later layer’s when the database was gone between',
      [having('a-1-1'), removed, having('a-1-1')],
      ['a-1-1 2'],
      ['+a-1-1', '-a-1-1', '+a-1-1'],
    ],
    [
      'takes an equal version that was installed again for the later layer’s, and calls it no change',
      [having(twice(1)), having(twice(2)), having(twice(2))],
      ['a-1-1 1'],
      ['+a-1-1', '', ''],
    ],
    [
      'keeps the layer of a package when the database moves',
      [
        having('a-1-1'),
        [
          ...removed,
          { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', body: buildSqlite(['a-1-1', 'b-1-1'].map(headerOf)) },
        ],
      ],
      ['a-1-1 0', 'b-1-1 1'],
      ['+a-1-1', '+b-1-1'],
    ],
    ['has nothing left when the database is removed', [having('a-1-1'), removed], [], ['+a-1-1', '-a-1-1']],
    [
      'knows several versions of one name',
      [having('k-1-1', 'k-2-1'), having('k-2-1', 'k-3-1')],
      ['k-2-1 0', 'k-3-1 1'],
      ['+k-1-1 +k-2-1', 'k-1-1<k-3-1'],
    ],
    [
      'does not take one architecture for another',
      [
        having({ name: 'a', version: '1', release: '1', arch: 'i686' }),
        having({ name: 'a', version: '2', release: '1', arch: 'x86_64' }),
      ],
      ['a-2-1 1'],
      ['+a-1-1', '+a-2-1 -a-1-1'],
    ],
    [
      'looks past a layer whose database cannot be read',
      [having('a-1-1'), [{ path: 'var/lib/rpm/rpmdb.sqlite', body: 'x' }], having('a-1-1', 'b-1-1')],
      ['a-1-1 0', 'b-1-1 2'],
      ['+a-1-1', '', '+b-1-1'],
    ],
    [
      'lists nothing when the last database cannot be read',
      [having('a-1-1'), [{ path: 'var/lib/rpm/rpmdb.sqlite', body: 'x' }]],
      [],
      ['+a-1-1', ''],
    ],
    ['leaves keys out', [having('a-1-1', { name: 'gpg-pubkey', version: 'a', release: 'b' })], ['a-1-1 0'], ['+a-1-1']],
    ['lists twice what a database lists twice', [having('a-1-1', 'a-1-1')], ['a-1-1 0', 'a-1-1 0'], ['+a-1-1 +a-1-1']],
  ];
  for (const [title, layers, owned, changes] of cases) {
    it(title, async () => {
      expect(await told(...layers)).to.deep.equal({ owned, changes });
    });
  }

  it('keeps the state of the whole image, and its keys there', async () => {
    const { state } = packageStory(await stackOf(having('a-1-1', { name: 'gpg-pubkey', version: 'a', release: 'b' })));
    expect(state.outcome).to.equal('read');
    expect(state.packages).to.have.length(2);
  });

  it('tells what rpm did in the layers of the collection', async function () {
    const layers = [1, 2, 3, 4].map((i) =>
      gunzipSync(readFileSync(needShared(this, 'data', 'rpmdb', 'made', 'alpha-layers', `layer${i}.tar.gz`))),
    );
    const { owned, changes } = await told(...layers.slice(0, 2));
    expect(owned).to.deep.equal(['acme-core-1.2~rc1-4 1', 'acme-libs-1.2~rc1-3 1']);
    const first = '+acme-core-1.2~rc1-3 +acme-tools-1.2~rc1-3';
    const second = '+acme-libs-1.2~rc1-3 -acme-tools-1.2~rc1-3 acme-core-1.2~rc1-3<acme-core-1.2~rc1-4';
    expect(changes).to.deep.equal([first, second]);
    const whole = await told(...layers);
    expect(whole.changes.slice(0, 3)).to.deep.equal([first, second, '-acme-core-1.2~rc1-4 -acme-libs-1.2~rc1-3']);
    expect(new Set(whole.owned.map((line) => line.split(' ').at(-1)))).to.deep.equal(new Set(['3']));
  });
});
