import { expect } from 'chai';
import { tagMovedBack } from '../../src/checks/tag-moved-back.js';
import { digestOf, shortDigest, type Digest } from '../../src/oci/digest.js';
import type { TagObservation } from '../../src/state/observed-tags.js';
import { answer, examinationOf } from './rig.js';

const [a, b, c] = ['a', 'b', 'c'].map((word) => digestOf(Buffer.from(word))) as [Digest, Digest, Digest];
const seenA = { digest: a, first: '2024-01-01T03:00:00.000Z', last: '2024-02-01T03:00:00.000Z' };
const seenB = { digest: b, first: '2024-03-01T03:00:00.000Z', last: '2024-03-01T04:00:00.000Z' };
const app = 'registry.test/app:1';
const base = 'registry.test/base:latest';

function observed(digests: readonly Digest[], past: Partial<TagObservation['past']> = {}, tag = app): TagObservation {
  return { tag, digests, past: { seen: [], kept: true, ...past } };
}

describe('tag-moved-back', () => {
  const words = `${app} went back to ${shortDigest(a)} (seen 2024-01-01 to 2024-02-01), after it had named ${shortDigest(b)} (seen on 2024-03-01)`;
  const cases: readonly (readonly [string, readonly TagObservation[], readonly string[]])[] = [
    ['says when a tag is seen for the first time', [observed([a])], [`pass idle: seen for the first time: ${app}`]],
    [
      'says so when nothing is kept',
      [observed([a], { kept: false }), observed([b], { kept: false }, base)],
      ['unknown idle: what the tags named before is not kept (--cache none)'],
    ],
    [
      'passes a tag that stayed',
      [observed([b], { seen: [seenA, seenB] })],
      [`pass: ${app} names the same image as since 2024-03-01`],
    ],
    [
      'passes a tag that moved forward',
      [observed([c], { seen: [seenA, seenB] })],
      [`pass: ${app} names a new image; before, ${shortDigest(b)} (seen on 2024-03-01)`],
    ],
    ['fails one that names an older image again', [observed([a], { seen: [seenA, seenB] })], [`fail: ${words}`]],
    [
      'fails the base alone when only that went back',
      [observed([c]), observed([a], { seen: [seenA, seenB] }, base)],
      [`fail: ${words.replace(app, base)}`],
    ],
    [
      'goes by which was seen first, whatever was seen last',
      [observed([b], { seen: [{ ...seenA, last: '2024-04-01T00:00:00.000Z' }, seenB] })],
      [`pass: ${app} names the same image as since 2024-03-01`],
    ],
    [
      'fails a tag that named two images within the run, even if nothing is kept',
      [observed([a, b], { kept: false })],
      [`fail: ${app} named 2 images within this run: ${shortDigest(a)}, then ${shortDigest(b)}`],
    ],
    [
      'leaves it open where what was kept is damaged',
      [observed([a], { damage: 'the record is not JSON' }), observed([b], {}, base)],
      [`unknown: what was remembered of ${app} cannot be read and is started anew: the record is not JSON`],
    ],
    [
      'names four tags and counts the rest',
      Array.from({ length: 9 }, (_, i) => observed([a], {}, `registry.test/base:${i}`)),
      [
        `pass idle: seen for the first time: ${[0, 1, 2, 3].map((i) => `registry.test/base:${i}`).join('; ')}; and 5 more`,
      ],
    ],
  ];
  for (const [title, tags, expected] of cases) {
    it(title, async () => {
      expect(answer(tagMovedBack, await examinationOf({ also: { tags } }))).to.deep.equal(expected);
    });
  }

  it('has as evidence both digests of a tag that went back', async () => {
    const tags = [observed([a], { seen: [seenA, seenB] })];
    const [finding] = tagMovedBack.evaluate(await examinationOf({ also: { tags } }));
    expect(finding.evidence).to.deep.equal([
      { type: 'upstream', reference: app, digest: a },
      { type: 'upstream', reference: app, digest: b },
    ]);
  });
});
