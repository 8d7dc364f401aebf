import { expect } from 'chai';
import { forecastAdvisories, type AdvisoryForecast } from '../../src/freshness/advisory-forecast.js';
import { compareWithRepository } from '../../src/freshness/repository-comparison.js';
import type { Advisory } from '../../src/repodata/advisory.js';
import type { RepositoryIndex } from '../../src/repository/repository-index.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { foreseen, packagesOf, type LayerSpec } from './foreseen.js';

const plain = (text: string) =>
  packagesOf(text).map(({ name, epoch, version, release, arch }) => ({ name, epoch, version, release, arch }));

/** `ID: name evr`: an advisory that brings that build. */
function advisory(text: string): Advisory {
  const [id = '', builds = ''] = text.split(': ');
  const common = { type: 'security', severity: 'important', severityText: 'Important', title: '', cves: [] } as const;
  return { id, ...common, packages: plain(builds) };
}

function repository(newest: string, advisories: readonly string[]): RepositoryIndex {
  const checksum = { algorithm: 'sha256', hex: '0'.repeat(64) } as const;
  return {
    location: 'repo',
    signature: { outcome: 'not-checked' },
    packages: plain(newest).map((one) => ({ ...one, checksum })),
    modules: [],
    advisories: advisories.map(advisory),
    remarks: [],
  };
}

function words({ closed, open, opened, behind }: AdvisoryForecast): string {
  return [
    ...closed.map((one) => `closes ${one.id} of ${one.packages.join(' ')}`),
    ...open.map((one) => `leaves ${one.id} of ${one.packages.join(' ')} to ${one.needs.join(' ')}`),
    ...opened.map((one) => `opens ${one.id}`),
    `behind ${behind.base} ${behind.own}`,
  ].join('; ');
}

describe('forecastAdvisories', () => {
  const cases: readonly [
    what: string,
    layers: readonly LayerSpec[],
    today: string,
    repository: RepositoryIndex,
    words: string,
  ][] = [
    [
      'closes what today’s base has mended',
      [{ has: 'a 1-1' }],
      'a 1-2',
      repository('a 1-2', ['A-1: a 1-2']),
      'closes A-1 of a.x86_64; behind 0 0',
    ],
    [
      'closes what today’s base has passed, and leaves what it has not reached',
      [{ has: 'a 1-1' }],
      'a 1-3',
      repository('a 1-4', ['A-1: a 1-2', 'A-2: a 1-4']),
      'closes A-1 of a.x86_64; leaves A-2 of a.x86_64 to base; behind 1 0',
    ],
    [
      'leaves an advisory open until all of its packages are mended',
      [{ has: 'a 1-1, b 1-1' }],
      'a 1-2, b 1-1',
      repository('a 1-2, b 1-2', ['A-1: a 1-2, b 1-2']),
      'leaves A-1 of b.x86_64 to base; behind 1 0',
    ],
    [
      'leaves its own packages to the step that installs them',
      [{ has: 'a 1-1' }, { has: 'a 1-1, own 1-1' }],
      'a 1-1',
      repository('a 1-1, own 1-2', ['A-1: own 1-2']),
      'leaves A-1 of own.x86_64 to own; behind 0 1',
    ],
    [
      'names both where base and own packages miss one advisory',
      [{ has: 'a 1-1' }, { has: 'a 1-1, own 1-1' }],
      'a 1-1',
      repository('a 1-2, own 1-2', ['A-1: a 1-2, own 1-2']),
      'leaves A-1 of a.x86_64 own.x86_64 to base own; behind 1 1',
    ],
    [
      'leaves open what a layer of its own holds',
      [{ has: 'a 1-1' }, { has: 'a 1-2', by: 'COPY rootfs /' }],
      'a 1-3',
      repository('a 1-3', ['A-1: a 1-3']),
      'leaves A-1 of a.x86_64 to own; behind 0 1',
    ],
    [
      'opens again what an update layer had mended, unless its step runs anew',
      [{ has: 'a 1-1' }, { has: 'a 1-3' }],
      'a 1-2',
      repository('a 1-3', ['A-1: a 1-3']),
      'opens A-1; behind 1 0',
    ],
    [
      'opens what a new package of the base brings',
      [{ has: 'a 1-1' }],
      'a 1-1, b 1-1',
      repository('a 1-1, b 1-2', ['A-1: b 1-2']),
      'opens A-1; behind 1 0',
    ],
    ['counts a package behind without an advisory', [{ has: 'a 1-1' }], 'a 1-1', repository('a 1-2', []), 'behind 1 0'],
  ];
  for (const [what, layers, today, index, expected] of cases) {
    it(what, async () => {
      const forecast = await foreseen(layers, 1, today);
      const now = compareWithRepository(packagesOf(layers.at(-1)?.has ?? ''), index);
      const after = compareWithRepository([...forecast.rebuilt.base, ...forecast.rebuilt.own], index);
      expect(words(forecastAdvisories(now, after, forecast, []))).to.equal(expected);
    });
  }

  it('doubts where what would be upgraded is of a module stream that nobody knows', async () => {
    const forecast = await foreseen([{ has: 'a 1-1' }], 1, 'a 1-2');
    const none = { behind: [], unknown: [], current: 0, ahead: 0, absent: 0 };
    const strange = (one: RpmPackage | undefined) => ({
      ...none,
      unknown: one ? [{ package: one, reason: 'stream-not-said' } as const] : [],
    });
    const doubts = (one: RpmPackage | undefined): readonly string[] =>
      forecastAdvisories(strange(one), none, forecast, ['gone']).doubts;
    expect(doubts(forecast.upgraded[0]?.image)).to.deep.equal(['gone', '1 of them are of unknown module streams']);
    expect(doubts(packagesOf('z 1-1')[0])).to.deep.equal(['gone']);
  });
});
