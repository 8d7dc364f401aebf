import { expect } from 'chai';
import { examineHostile, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('more diff_ids than layers', () => {
  const one = gzipOfTar();
  it('stops the image: an engine may have the other layers already', async () => {
    const judged = await examineHostile(
      imageOfRaw([one], { config: { rootfs: { type: 'layers', diff_ids: [one.diffId, one.diffId] } } }),
    );
    expectRefused(judged, 'hostile', 'config lists 2 diff_ids for 1 layers');
    expect(judged.requests.filter(({ url }) => url.includes('/blobs/'))).to.have.length(1);
  });

  it('stops the image that lists a thousand and one', async () => {
    const diffIds = Array.from({ length: 1001 }, () => one.diffId);
    const judged = await examineHostile(
      imageOfRaw([one], { config: { rootfs: { type: 'layers', diff_ids: diffIds } } }),
    );
    expectRefused(judged, 'hostile', 'rootfs.diff_ids has 1001 items, more than 1000');
  });
});
