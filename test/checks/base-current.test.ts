import { expect } from 'chai';
import { baseCurrent, behindWords } from '../../src/checks/base-current.js';
import type { Freshness } from '../../src/freshness/freshness.js';
import { digestOfZeros } from '../freshness/rig.js';
import { answer, examinationOf, freshnessOf, verdictOf } from './rig.js';

const release = { reference: 'r.test/base:1.0', digest: digestOfZeros() };

describe('base-current', () => {
  const cases: readonly [what: string, freshness: Freshness | undefined, answers: readonly string[]][] = [
    ['no answer when nobody asked', undefined, ['unknown idle: the base was not asked for']],
    ['pass on a fresh base', freshnessOf('fresh', [verdictOf('fresh')]), ['pass: r.test/base:latest: because']],
    [
      'fail on a stale one, with the distance',
      freshnessOf('stale', [verdictOf('stale', { behind: { releases: 3, days: 47 } })]),
      ['fail: r.test/base:latest: because (3 releases and 47 days behind)'],
    ],
    [
      'unknown where that is the verdict',
      freshnessOf('unknown', [verdictOf('unknown')]),
      ['unknown: r.test/base:latest: because'],
    ],
    [
      'each base for itself; a refuted claim does not bind beside a proved one',
      freshnessOf('fresh', [verdictOf('unknown'), verdictOf('fresh')]),
      ['unknown idle: r.test/base:latest: because', 'pass: r.test/base:latest: because'],
    ],
    [
      'an open claim that binds where the whole is open',
      freshnessOf('unknown', [verdictOf('unknown'), verdictOf('fresh')]),
      ['unknown: r.test/base:latest: because', 'pass: r.test/base:latest: because'],
    ],
    ['unknown where no base is known', freshnessOf('unknown', []), ['unknown: no base is known']],
    ['the remarks where no base is known', freshnessOf('unknown', [], { remarks: ['a', 'b'] }), ['unknown: a; b']],
  ];
  for (const [what, freshness, answers] of cases) {
    it(`gives ${what}`, async () => {
      expect(answer(baseCurrent, await examinationOf({ read: false, also: { freshness } }))).to.deep.equal(answers);
    });
  }

  it('attaches what it was built on and what that is today', async () => {
    const current = { ...release, reference: 'r.test/base:latest' };
    const freshness = freshnessOf('stale', [verdictOf('stale', { builtFrom: release, current, remedy: 'rebuild' })]);
    const [finding] = baseCurrent.evaluate(await examinationOf({ also: { freshness } }));
    expect(finding.evidence).to.deep.equal([
      { type: 'upstream', ...release },
      { type: 'upstream', ...current },
    ]);
  });

  const words: readonly [behind: { releases?: number; days?: number }, words: string][] = [
    [{}, ''],
    [{ releases: 1 }, ' (1 release behind)'],
    [{ days: 1 }, ' (1 day behind)'],
    [{ releases: 2, days: 0 }, ' (2 releases and 0 days behind)'],
  ];
  for (const [behind, expected] of words) {
    it(`says "${expected}" for ${JSON.stringify(behind)}`, () => {
      expect(behindWords(verdictOf('stale', { behind }))).to.equal(expected);
    });
  }
});
