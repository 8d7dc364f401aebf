import { expect } from 'chai';
import { examineHostile, expectFinding, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('one layer a thousand times', () => {
  const many = (files: number, layers: number) => {
    const one = gzipOfTar(Array.from({ length: files }, (_, i) => ({ path: `s${i}`, mode: 0o4755, body: '' })));
    return imageOfRaw(Array.from({ length: layers }, () => one));
  };

  it('is fetched once', async () => {
    const image = many(10, 1000);
    const judged = await examineHostile(image);
    expectFinding(judged, 'layers-intact', 'pass', '1000 layers');
    expect(
      judged.requests.filter(({ url }) => url.includes(String(image.layers[0]?.descriptor.digest))),
    ).to.have.length(1);
  });

  it('stops the image when what all of them hold is more than can be kept', async () => {
    expectRefused(await examineHostile(many(60, 1000)), 'hostile', 'more than 50000 facts in 1000 layers');
  });

  it('stops the image of 1001 layers', async () => {
    expectRefused(await examineHostile(many(1, 1001)), 'hostile', 'layers has 1001 items, more than 1000');
  });
});
