import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('a tar that is cut within a file', () => {
  for (const kept of [512, 600, 1536]) {
    it(`stops the image: ${kept} bytes of it`, async () => {
      const tar = buildTar([{ path: 'b', body: 'x'.repeat(1100) }]).subarray(0, kept);
      expectRefused(await examineHostile(buildImage({ layers: [tar] })), 'hostile', `cut short after ${kept} bytes`);
    });
  }

  it('stops the image when the cut file is the database', async () => {
    const tar = buildTar([{ path: 'var/lib/rpm/rpmdb.sqlite', body: Buffer.alloc(100_000, 1) }]).subarray(0, 50_000);
    expectRefused(await examineHostile(buildImage({ layers: [tar] })), 'hostile', 'cut short');
  });
});
