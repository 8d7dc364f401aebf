import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('a tar that is cut within a header', () => {
  for (const kept of [1, 511, 513, 1000]) {
    it(`stops the image: ${kept} bytes of it`, async () => {
      const tar = buildTar([{ path: 'a/' }, { path: 'b', body: 'x'.repeat(600) }]).subarray(0, kept);
      const judged = await examineHostile(buildImage({ layers: [tar] }));
      expectRefused(judged, 'hostile', `the tar is cut short after ${kept} bytes`);
    });
  }
});
