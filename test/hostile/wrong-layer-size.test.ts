import { expect } from 'chai';
import { examineHostile, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('a layer whose size is not what the manifest says', () => {
  const { bytes, diffId } = gzipOfTar();
  const size = bytes.byteLength;
  for (const [title, claimed] of [
    ['one byte short', size - 1],
    ['one byte long', size + 1],
    ['nothing', 0],
    ['8 PiB', 2 ** 53 - 1],
  ] as const) {
    for (const chunked of [false, true]) {
      it(`stops the image: ${title}${chunked ? ', without a Content-Length to go by' : ''}`, async () => {
        const judged = await examineHostile(imageOfRaw([{ bytes, diffId, claims: { size: claimed } }]), {
          bend: (registry) => registry.on(/GET .*\/blobs\//, (answer) => ({ ...answer, chunked })),
        });
        expectRefused(judged, 'integrity', `size mismatch: expected ${claimed} bytes`);
      });
    }
  }

  it('stops reading a layer that never ends at the size that it should have', async () => {
    const image = imageOfRaw([{ bytes, diffId }]);
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(new RegExp(`blobs/${image.layers[0]?.descriptor.digest}`), (answer) => ({
          ...answer,
          endless: true,
        })),
    });
    expectRefused(judged, 'integrity', `size mismatch: expected ${size} bytes`);
  });

  for (const claimed of [-1, 1.5, 2 ** 53, '17']) {
    it(`stops the image for a size that is none: ${JSON.stringify(claimed)}`, async () => {
      const judged = await examineHostile(imageOfRaw([{ bytes, diffId, claims: { size: claimed as number } }]));
      expectRefused(judged, 'hostile', 'manifest.layers[0].size is not a whole number of zero or more');
      expect(judged.requests.filter(({ url }) => url.includes('/blobs/'))).to.have.length(0);
    });
  }
});
