import { expect } from 'chai';
import { baseCurrent, behindWords } from '../../src/checks/base-current.js';
import { concludeOutcome, type BaseVerdict, type Freshness } from '../../src/freshness/freshness.js';
import type { Rebuild, RebuildAnswer } from '../../src/freshness/rebuild.js';
import type { RebuildWhen } from '../../src/freshness/rebuild-when.js';
import { digestOfZeros } from '../freshness/rig.js';
import { answer, examinationOf, freshnessOf, verdictOf } from './rig.js';

const release = { reference: 'r.test/base:1.0', digest: digestOfZeros() };
const undated = { createdFrom: 'config', createdTrust: 'none' } as const;

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
    const freshness = freshnessOf('stale', [
      verdictOf('stale', {
        builtFrom: { ...release, ...undated },
        current: { ...current, ...undated },
        remedy: 'rebuild',
      }),
    ]);
    const [finding] = baseCurrent.evaluate(await examinationOf({ also: { freshness } }));
    expect(finding.evidence).to.deep.equal([
      { type: 'upstream', ...release },
      { type: 'upstream', ...current },
    ]);
  });

  const needs = (packages: RebuildAnswer, advisories: RebuildAnswer): Rebuild => ({
    'layers-differ': { outcome: 'needed', reason: 'layers' },
    'packages-differ': packages,
    advisories,
  });
  const yes: RebuildAnswer = { outcome: 'needed', reason: 'Y' };
  const no: RebuildAnswer = { outcome: 'not-needed', reason: 'N' };
  const unread: RebuildAnswer = { outcome: 'unknown', reason: 'unread' };
  const stale = verdictOf('stale');
  const deeper = verdictOf('stale', { reference: 'r.test/ubi', level: 2 });
  const open = verdictOf('unknown', { how: ['option'], reference: 'r.test/open' });
  const wanted: readonly [
    rebuildWhen: RebuildWhen | undefined,
    bases: readonly BaseVerdict[],
    rebuild: Rebuild | undefined,
    answers: readonly string[],
  ][] = [
    [undefined, [stale], needs(yes, yes), ['fail: r.test/base:latest: because']],
    ['layers-differ', [stale], needs(yes, no), ['fail: r.test/base:latest: because']],
    ['layers-differ', [stale], needs(unread, unread), ['fail: r.test/base:latest: because']],
    ['layers-differ', [stale], needs(no, no), ['fail: r.test/base:latest: because; N']],
    [
      'packages-differ',
      [stale],
      needs(yes, no),
      ['fail: r.test/base:latest: because; Y (rebuildWhen: packages-differ)'],
    ],
    [
      'packages-differ',
      [stale],
      needs(no, no),
      ['pass: r.test/base:latest: because; N (rebuildWhen: packages-differ)'],
    ],
    [
      'packages-differ',
      [stale],
      needs(unread, unread),
      [
        'unknown: r.test/base:latest: because; whether packages differ is not known: unread (rebuildWhen: packages-differ)',
      ],
    ],
    ['advisories', [stale], needs(yes, yes), ['fail: r.test/base:latest: because; Y (rebuildWhen: advisories)']],
    ['advisories', [stale], needs(yes, no), ['pass: r.test/base:latest: because; N (rebuildWhen: advisories)']],
    [
      'advisories',
      [stale],
      needs(yes, unread),
      [
        'unknown: r.test/base:latest: because; whether a rebuild closes an advisory is not known: unread (rebuildWhen: advisories)',
      ],
    ],
    [
      'packages-differ',
      [stale],
      undefined,
      [
        'unknown: r.test/base:latest: because; whether packages differ is not known: its packages were not compared (rebuildWhen: packages-differ)',
      ],
    ],
    [
      'packages-differ',
      [verdictOf('fresh'), deeper],
      needs(no, no),
      [
        'pass: r.test/base:latest: because',
        'unknown: r.test/ubi: because; whether packages differ is not known: its packages were not compared (rebuildWhen: packages-differ)',
      ],
    ],
    [
      'packages-differ',
      [stale, open],
      needs(no, no),
      ['pass: r.test/base:latest: because; N (rebuildWhen: packages-differ)', 'unknown: r.test/open: because'],
    ],
    [
      'layers-differ',
      [stale, open],
      needs(yes, no),
      ['fail: r.test/base:latest: because', 'unknown idle: r.test/open: because'],
    ],
    ['packages-differ', [verdictOf('unknown')], needs(no, no), ['unknown: r.test/base:latest: because']],
    ['advisories', [verdictOf('fresh')], undefined, ['pass: r.test/base:latest: because']],
  ];
  for (const [rebuildWhen, bases, rebuild, answers] of wanted) {
    const by = rebuild ? Object.values(rebuild).map((one) => one.outcome) : ['nothing known'];
    const of = bases.map((one) => one.outcome).join(' and ');
    it(`goes by ${rebuildWhen ?? 'layers unless told'} for ${of}, where a rebuild is ${by.join(', ')}`, async () => {
      const freshness = freshnessOf(concludeOutcome(bases), bases);
      const also = { freshness, rebuild, base: bases[0] };
      expect(answer(baseCurrent, await examinationOf({ also }), rebuildWhen)).to.deep.equal(answers);
    });
  }

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
