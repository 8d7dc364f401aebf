import { expect } from 'chai';
import type { AdvisoryForecast } from '../../src/freshness/advisory-forecast.js';
import type { Forecast } from '../../src/freshness/forecast.js';
import { concludeOutcome, type BaseVerdict } from '../../src/freshness/freshness.js';
import { concludeRebuild, type RebuildInput } from '../../src/freshness/rebuild.js';
import { freshnessOf, verdictOf } from '../checks/rig.js';
import { foreseen } from './foreseen.js';

const stale = verdictOf('stale');
const fresh = verdictOf('fresh');
const open = verdictOf('unknown', { how: ['option'] });

const advisories = (closed: number, ...doubts: readonly string[]): AdvisoryForecast => ({
  closed: Array.from({ length: closed }, (_, i) => ({
    id: `A-${i}`,
    type: 'security',
    severity: 'important',
    packages: ['a.x86_64'],
  })),
  open: [],
  opened: [],
  behind: { base: 0, own: 0 },
  doubts,
});

describe('concludeRebuild', () => {
  let differs: Forecast;
  let same: Forecast;
  before(async () => {
    differs = await foreseen([{ has: 'a 1-1' }], 1, 'a 1-2');
    same = await foreseen([{ has: 'a 1-1' }], 1, 'a 1-1');
  });

  const conclude = (bases: readonly BaseVerdict[], more: Partial<RebuildInput> = {}) =>
    concludeRebuild({
      freshness: freshnessOf(concludeOutcome(bases), bases),
      base: bases[0],
      forecast: undefined,
      unforeseen: 'packages were not read',
      advisories: undefined,
      unadvised: 'no repository was named for it',
      ...more,
    });

  const cases: readonly [
    what: string,
    bases: readonly BaseVerdict[],
    more: () => Partial<RebuildInput>,
    answers: readonly [layers: string, packages: string, advisories: string],
    why?: RegExp,
  ][] = [
    ['nothing on the base of today, read or not', [fresh], () => ({}), ['not-needed', 'not-needed', 'not-needed']],
    [
      'layers alone where packages were not read',
      [stale],
      () => ({}),
      ['needed', 'unknown', 'unknown'],
      /^packages were not read$/,
    ],
    [
      'layers alone where no package differs',
      [stale],
      () => ({ forecast: same }),
      ['needed', 'not-needed', 'not-needed'],
      /^no package differs from today’s base$/,
    ],
    [
      'packages where one differs',
      [stale],
      () => ({ forecast: differs }),
      ['needed', 'needed', 'unknown'],
      /^1 package differs from today’s base$/,
    ],
    [
      'advisories where a rebuild closes one',
      [stale],
      () => ({ forecast: differs, advisories: advisories(2) }),
      ['needed', 'needed', 'needed'],
    ],
    [
      'not advisories where it closes none',
      [stale],
      () => ({ forecast: differs, advisories: advisories(0) }),
      ['needed', 'needed', 'not-needed'],
    ],
    [
      'advisories unknown where it closes none that is known',
      [stale],
      () => ({ forecast: differs, advisories: advisories(0, 'repo: gone') }),
      ['needed', 'needed', 'unknown'],
    ],
    [
      'advisories where it closes one, whatever else is not known',
      [stale],
      () => ({ forecast: differs, advisories: advisories(1, 'repo: gone') }),
      ['needed', 'needed', 'needed'],
    ],
    [
      'packages unknown where none differs of those that could be read',
      [stale],
      () => ({ forecast: { ...same, problem: 'damaged' }, advisories: advisories(0) }),
      ['needed', 'unknown', 'unknown'],
      /could be compared: damaged$/,
    ],
    [
      'packages where one differs of those that could be read',
      [stale],
      () => ({ forecast: { ...differs, problem: 'damaged' } }),
      ['needed', 'needed', 'unknown'],
    ],
    [
      'packages unknown where a base of its base is stale: what that will hold nobody knows',
      [fresh, verdictOf('stale', { level: 2, reference: 'r.test/ubi' })],
      () => ({ forecast: same }),
      ['needed', 'unknown', 'unknown'],
      /^the packages of r\.test\/ubi were not compared$/,
    ],
    [
      'packages unknown where a name that the user gave could not be looked at',
      [stale, open],
      () => ({ forecast: same }),
      ['needed', 'unknown', 'unknown'],
      /^another name of its base could not be looked at$/,
    ],
    ['nothing known where the base is not', [open], () => ({}), ['unknown', 'unknown', 'unknown']],
    [
      'packages of a base that the user names though layers do not prove it',
      [open],
      () => ({ forecast: differs }),
      ['unknown', 'needed', 'unknown'],
    ],
  ];
  for (const [what, bases, more, answers, why] of cases) {
    it(`needs ${what}`, () => {
      const rebuild = conclude(bases, more());
      const found = [rebuild['layers-differ'], rebuild['packages-differ'], rebuild.advisories];
      expect(found.map((one) => one.outcome)).to.deep.equal(answers);
      for (const { reason } of found) expect(reason).to.match(/\S/);
      if (why) expect(rebuild['packages-differ'].reason).to.match(why);
    });
  }
});
