import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('a config whose bytes have another digest', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const path = new RegExp(`GET .*/blobs/${image.config.descriptor.digest}`);

  it('stops the image', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(path, (answer) => ({
          ...answer,
          body: Buffer.from(Buffer.from(answer.body).toString().replace('linux', 'LINUX')),
        })),
    });
    expectRefused(judged, 'integrity', `digest mismatch: expected ${image.config.descriptor.digest}`);
  });

  it('stops the image when there is more of it than the manifest says', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(path, (answer) => ({ ...answer, body: Buffer.concat([answer.body, Buffer.from(' ')]) })),
    });
    expectRefused(judged, 'integrity', 'size mismatch');
  });

  it('stops the image for a digest that is a path', async () => {
    const config = { ...image.config.descriptor, digest: 'sha256:../../../etc/passwd' };
    const lying = buildImage({ layers: [], override: { config } });
    expectRefused(await examineHostile(lying), 'hostile', 'manifest.config.digest is not a sha256 or sha512 digest');
  });
});
