import { examineHostile, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('gzip data with one byte changed', () => {
  const { bytes, diffId } = gzipOfTar([
    { path: 'etc/motd', body: Array.from({ length: 900 }, (_, i) => i * i).join(' ') },
  ]);
  const places = [0, 2, 10, 30, 200, bytes.byteLength - 9, bytes.byteLength - 6, bytes.byteLength - 1];
  for (const at of places) {
    it(`stops the image when it is published so: byte ${at}`, async () => {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      const judged = await examineHostile(imageOfRaw([{ bytes: flipped, diffId }]));
      expectRefused(judged, 'hostile', /gzip data|tar header|cut short/);
    });
  }

  it('is the digest that does not match when it is changed on the way', async () => {
    const flipped = Buffer.from(bytes);
    flipped[200] = (flipped[200] ?? 0) ^ 0xff;
    const image = imageOfRaw([{ bytes, diffId }]);
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(new RegExp(`blobs/${image.layers[0]?.descriptor.digest}`), (answer) => ({
          ...answer,
          body: flipped,
        })),
    });
    expectRefused(judged, 'integrity', 'digest mismatch: expected sha256:');
  });
});
