import { expect } from 'chai';
import { baseConflict } from '../../src/checks/base-conflict.js';
import type { Freshness } from '../../src/freshness/freshness.js';
import { answer, examinationOf, freshnessOf, verdictOf } from './rig.js';

describe('base-conflict', () => {
  const self = verdictOf('fresh', { proof: 'self', how: ['own-tag'] });
  const cases: readonly [what: string, freshness: Freshness | undefined, answers: readonly string[]][] = [
    ['no answer when nobody asked', undefined, ['unknown idle: the base was not asked for']],
    ['pass for an image that is a base itself', freshnessOf('fresh', [self]), ['pass: no source names a base']],
    ['pass where nobody names a base', freshnessOf('unknown', []), ['pass: no source names a base']],
    [
      'pass for one proved claim',
      freshnessOf('stale', [verdictOf('stale')]),
      ['pass: 1 source names a base, no contradiction'],
    ],
    [
      'pass where only the policy lists one',
      freshnessOf('unknown', [verdictOf('unknown', { how: ['policy'] })]),
      ['pass: no source names a base'],
    ],
    [
      'pass for two sources of one proved base',
      freshnessOf('fresh', [verdictOf('fresh', { how: ['annotation', 'label'] })]),
      ['pass: 2 sources name a base, no contradiction'],
    ],
    [
      'unknown where no claim is proved',
      freshnessOf('unknown', [verdictOf('unknown')]),
      ['unknown: 1 source names a base, and no layers bear it out'],
    ],
    [
      'fail for each contradiction',
      freshnessOf('fresh', [verdictOf('fresh')], { conflicts: ['one', 'two'] }),
      ['fail: one', 'fail: two'],
    ],
  ];
  for (const [what, freshness, answers] of cases) {
    it(`gives ${what}`, async () => {
      expect(answer(baseConflict, await examinationOf({ also: { freshness } }))).to.deep.equal(answers);
    });
  }
});
