import { expect } from 'chai';
import { answerOf } from '../support/fake-answer.js';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding, type Judged } from '../support/hostile.js';
import type { Hook } from '../support/fake-registry.js';

describe('a list of tags that does not end', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const list = (hook: Hook): Promise<Judged> =>
    examineHostile(image, { bend: (registry) => registry.on(/\/tags\/list/, hook) });
  const json = (tags: unknown, link?: string) =>
    answerOf(200, link ? { link: `<${link}>; rel="next"` } : {}, JSON.stringify({ name: 'x', tags }));
  let page = 0;

  const cases: readonly (readonly [string, Hook])[] = [
    ['pages that go on for ever', () => json([`9.${++page}`], `/v2/hostile/app/tags/list?n=1&last=${page}`)],
    ['a page that names itself', () => json(['9.9'], '/v2/hostile/app/tags/list?n=1000')],
    ['a page on another host', () => json(['9.9'], 'https://elsewhere.invalid/v2/tags/list')],
    ['a body without end', (answer) => ({ ...answer, body: Buffer.alloc(65536, ' '), endless: true })],
    ['tags that are none', () => json(['\u001b[2J', '../../x', 'a'.repeat(200), ''])],
    ['tags that are no text', () => json([1, null, {}])],
    ['no list', () => json('all of them')],
    ['no JSON', () => answerOf(200, {}, '<html>')],
    ['an error', () => answerOf(500, {}, '')],
  ];
  for (const [title, hook] of cases) {
    it(`leaves the base question open and nothing else: ${title}`, async () => {
      const judged = await list(hook);
      expectFinding(judged, 'layers-intact', 'pass', '1 layer');
      expect(judged.exitCode).to.be.oneOf([0, 3, 4]);
      expect(judged.requests.length).to.be.lessThan(60);
    });
  }
});
