import { expect } from 'chai';
import { examineHostile, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

const timeouts = { connect: 5000, headers: 150, stall: 150 };

describe('a layer that stops coming', () => {
  const image = imageOfRaw([gzipOfTar([{ path: 'a', body: Array.from({ length: 9000 }, (_, i) => i * i).join() }])]);
  const blob = new RegExp(`blobs/${image.layers[0]?.descriptor.digest}`);

  for (const stallAt of [0, 1000]) {
    it(`is given up after three fresh tries: at byte ${stallAt}`, async () => {
      const judged = await examineHostile(image, {
        client: { timeouts },
        bend: (registry) => registry.on(blob, (answer) => ({ ...answer, stallAt })),
      });
      expectRefused(judged, 'network', /./);
      expect(judged.requests.filter(({ url }) => blob.test(url)).length).to.be.within(4, 5);
    });
  }

  it('is given up when the registry never answers', async () => {
    const judged = await examineHostile(image, {
      client: { timeouts },
      bend: (registry) => registry.on(blob, (answer) => ({ ...answer, silent: true })),
    });
    expectRefused(judged, 'network', /./);
    expect(judged.requests.filter(({ url }) => blob.test(url))).to.have.length(4);
  });

  it('is given up at the total limit, however it trickles', async () => {
    const judged = await examineHostile(image, {
      client: { timeouts: { ...timeouts, total: 400 } },
      bend: (registry) => registry.on(blob, (answer) => ({ ...answer, stallAt: 10 })),
    });
    expectRefused(judged, 'network', /./);
  });
});
