import { expect } from 'chai';
import { buildImage, buildIndex } from '../support/build-image.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import { examineHostile, expectOneLine, expectRefused, runHostile } from '../support/hostile.js';
import { buildTar } from '../support/build-tar.js';

describe('an index that contains itself', () => {
  const inner = buildIndex([], { annotations: { no: '1' } });
  const outer = buildIndex([inner]);
  // No file holds its own digest: a registry that lies gives the outer one for the inner one.
  const path = new RegExp(`/manifests/${inner.manifest.descriptor.digest}`);

  it('stops the image: the bytes are not those of the digest', async () => {
    const judged = await examineHostile(outer, {
      bend: (registry) =>
        registry.on(path, (answer) => ({
          ...answer,
          headers: { 'content-type': mediaTypes.ociIndex },
          body: outer.manifest.bytes,
        })),
    });
    expectRefused(judged, 'integrity', 'digest mismatch');
  });

  it('reads an index that is listed a hundred times once', async () => {
    const many = buildIndex(Array.from({ length: 100 }, () => inner));
    const judged = await examineHostile(many);
    expectRefused(judged, 'missing', 'the index has no image for linux/amd64');
    expect(judged.requests).to.have.length(2);
  });

  it('ends the command with one line and exit code 14', async () => {
    const run = await runHostile(outer, {
      bend: (registry) =>
        registry.on(path, (answer) => ({
          ...answer,
          headers: { 'content-type': mediaTypes.ociIndex },
          body: outer.manifest.bytes,
        })),
    });
    expectOneLine(run, 14, /^imgcheck: integrity: .*digest mismatch/);
  });

  it('stops the image for an index that is a manifest as well', async () => {
    const image = buildImage({ layers: [buildTar([{ path: 'a' }])], override: { manifests: [] } });
    expectRefused(await examineHostile(image), 'hostile', 'an index and a manifest at once');
  });
});
