import { examineHostile, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('two layers and one diff_id, on which others panic', () => {
  it('stops the image before a layer is fetched', async () => {
    const one = gzipOfTar();
    const judged = await examineHostile(
      imageOfRaw([one, one], { config: { rootfs: { type: 'layers', diff_ids: [one.diffId] } } }),
    );
    expectRefused(judged, 'hostile', 'config lists 1 diff_ids for 2 layers');
  });

  it('stops the image whose config lists none', async () => {
    const judged = await examineHostile(imageOfRaw([gzipOfTar()], { config: { rootfs: undefined } }));
    expectRefused(judged, 'hostile', 'config lists 0 diff_ids for 1 layers');
  });
});
