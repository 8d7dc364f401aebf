import { expect } from 'chai';
import { reportBaseLayers } from '../../src/report/base-layers.js';
import { verdictOf } from '../checks/rig.js';
import { makeImage } from '../freshness/rig.js';

describe('reportBaseLayers', () => {
  const words = (layers: ReturnType<typeof reportBaseLayers>): string[] =>
    layers.map(({ number, same, instruction }) => `${number} ${same ?? 'other'} ${instruction}`);

  it('says which of today’s layers the image has at the same height, and how it is the same', async () => {
    const image = await makeImage('r.test/app:1', { layers: ['a', 'b', 'c'] });
    const today = await makeImage('r.test/base:1', { layers: ['a', 'x'] });
    expect(words(reportBaseLayers(verdictOf('stale', { image: today }), image))).to.deep.equal([
      '1 digest RUN make a',
      '2 other RUN make x',
    ]);
    const plain = await makeImage('r.test/base:1', { layers: ['a', 'b'], compression: 'none' });
    expect(words(reportBaseLayers(verdictOf('fresh', { image: plain }), image))).to.deep.equal([
      '1 diff-id RUN make a',
      '2 diff-id RUN make b',
    ]);
  });

  it('says nothing of deeper bases and of one that was not had', async () => {
    const image = await makeImage('r.test/app:1', { layers: ['a'] });
    expect(reportBaseLayers(verdictOf('stale'), image)).to.deep.equal([]);
    expect(reportBaseLayers(verdictOf('stale', { image, level: 2, of: 'r.test/base:1' }), image)).to.deep.equal([]);
  });
});
