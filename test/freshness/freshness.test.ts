import { expect } from 'chai';
import { concludeOutcome, type BaseVerdict, type Outcome, type Proof } from '../../src/freshness/freshness.js';
import type { Image } from '../../src/source/image.js';
import { digestOfZeros, makeImage } from './rig.js';

const zeros = digestOfZeros();

describe('concludeOutcome', () => {
  let image: Image;
  before(async () => {
    image = await makeImage('r.test/base:9', { layers: ['a'] });
  });

  const verdict = (outcome: Outcome, proof: Proof, more: Partial<BaseVerdict> = {}): BaseVerdict => ({
    reference: 'r.test/base:9',
    level: 1,
    how: ['annotation'],
    sources: [],
    proof,
    outcome,
    reason: '',
    layers: 1,
    behind: {},
    ...more,
  });
  const refuted = (more: Partial<BaseVerdict> = {}): BaseVerdict => verdict('unknown', 'none', { image, ...more });
  const unseen = (more: Partial<BaseVerdict> = {}): BaseVerdict => verdict('unknown', 'none', more);
  const option = { how: ['option'] } as const;

  const cases: readonly [what: string, bases: () => readonly BaseVerdict[], outcome: Outcome][] = [
    ['nothing', () => [], 'unknown'],
    ['a proved base that is fresh', () => [verdict('fresh', 'layers')], 'fresh'],
    [
      'two proved bases of which one is stale',
      () => [verdict('fresh', 'layers'), verdict('stale', 'diff-ids')],
      'stale',
    ],
    [
      'a proved base of which nothing is known',
      () => [verdict('fresh', 'layers'), verdict('unknown', 'layers')],
      'unknown',
    ],
    ['a base judged by itself', () => [verdict('fresh', 'self')], 'fresh'],
    ['a claim that the layers refute beside a proved one', () => [verdict('fresh', 'layers'), refuted()], 'fresh'],
    [
      'a claim that could not be looked at beside a proved one',
      () => [verdict('fresh', 'layers'), unseen()],
      'unknown',
    ],
    ['the same beside a stale one', () => [verdict('stale', 'layers'), unseen()], 'stale'],
    ['the same beside what the user named', () => [verdict('fresh', 'layers', option), unseen()], 'fresh'],
    [
      'a mirror by its digest',
      () => [verdict('fresh', 'layers', { image }), unseen({ claimed: image.resolved.digest })],
      'fresh',
    ],
    ['another digest elsewhere', () => [verdict('fresh', 'layers', { image }), unseen({ claimed: zeros })], 'unknown'],
    ['the user’s own claim refuted', () => [verdict('fresh', 'layers'), refuted(option)], 'unknown'],
    ['claims alone', () => [refuted(), unseen()], 'unknown'],
    ['a claim judged fresh by packages', () => [verdict('fresh', 'none', { image })], 'fresh'],
    ['the same beside another claim', () => [verdict('fresh', 'none', { image }), refuted()], 'unknown'],
    [
      'a claim judged stale by packages beside another',
      () => [refuted(), verdict('stale', 'none', { image })],
      'stale',
    ],
  ];
  for (const [what, bases, outcome] of cases) {
    it(`makes ${outcome} of ${what}`, () => {
      expect(concludeOutcome(bases())).to.equal(outcome);
    });
  }
});
