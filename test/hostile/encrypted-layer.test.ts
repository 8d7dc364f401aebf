import { expect } from 'chai';
import { examineHostile, expectOneLine, expectRefused, gzipOfTar, imageOfRaw, runHostile } from '../support/hostile.js';

describe('an encrypted layer', () => {
  const image = imageOfRaw([
    gzipOfTar(),
    { ...gzipOfTar([{ path: 'b' }]), mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' },
  ]);

  it('is refused by name before any layer is fetched', async () => {
    const judged = await examineHostile(image);
    expectRefused(judged, 'unsupported', 'the layer is encrypted');
    expect(judged.requests.filter(({ url }) => url.includes('/blobs/'))).to.have.length(0);
  });

  it('ends the command with one line and exit code 16', async () => {
    expectOneLine(await runHostile(image), 16, /^imgcheck: unsupported: .*the layer is encrypted/);
  });
});
