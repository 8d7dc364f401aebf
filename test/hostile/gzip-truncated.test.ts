import { examineHostile, expectOneLine, expectRefused, gzipOfTar, imageOfRaw, runHostile } from '../support/hostile.js';

describe('gzip data that is cut', () => {
  const { bytes, diffId } = gzipOfTar();
  for (const kept of [0, 1, 9, 12, Math.floor(bytes.byteLength / 2), bytes.byteLength - 8, bytes.byteLength - 1]) {
    it(`stops the image: ${kept} of ${bytes.byteLength} bytes`, async () => {
      const image = imageOfRaw([{ bytes: bytes.subarray(0, kept), diffId }]);
      expectRefused(await examineHostile(image), 'hostile', /truncated gzip data/);
    });
  }

  it('ends the command with one line and exit code 15', async () => {
    const run = await runHostile(imageOfRaw([{ bytes: bytes.subarray(0, 40), diffId }]));
    expectOneLine(run, 15, /^imgcheck: hostile: .*truncated gzip data/);
  });
});
