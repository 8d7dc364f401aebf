import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('a document that does not end', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a' }])] });

  it('stops the image at 4 MiB of manifest', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(/GET .*\/manifests\//, (answer) => ({ ...answer, body: Buffer.alloc(65536, ' '), endless: true })),
    });
    expectRefused(judged, 'hostile', 'the manifest exceeds its limit of 4194304 bytes');
    expect(judged.requests).to.have.length(1);
  });

  it('stops the image for a config that goes on past its size', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) => registry.on(/GET .*\/blobs\//, (answer) => ({ ...answer, endless: true })),
    });
    expectRefused(judged, 'integrity', 'size mismatch');
  });

  it('stops the image for a manifest that came encoded', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(/GET .*\/manifests\//, (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'content-encoding': 'gzip' },
        })),
    });
    expectRefused(judged, 'unsupported', 'the manifest came with Content-Encoding gzip');
  });
});
