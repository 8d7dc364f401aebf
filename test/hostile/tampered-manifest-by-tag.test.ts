import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectOneLine, expectRefused, runHostile } from '../support/hostile.js';
import type { FakeRegistry } from '../support/fake-registry.js';

describe('a manifest that is not what its header says', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const tamper = (registry: FakeRegistry): void =>
    registry.on(/GET .*\/manifests\/1\.0/, (answer) => ({
      ...answer,
      body: Buffer.concat([answer.body, Buffer.from('\n')]),
    }));

  it('stops the image though it was asked for by tag', async () => {
    const judged = await examineHostile(image, { bend: tamper });
    expectRefused(
      judged,
      'integrity',
      `Docker-Content-Digest mismatch: expected ${image.manifest.descriptor.digest}, got sha256:`,
    );
  });

  it('stops the image for a header that holds no digest', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(/GET .*\/manifests\/1\.0/, (answer) => ({
          ...answer,
          headers: { ...answer.headers, 'docker-content-digest': 'md5:d41d8cd98f00b204e9800998ecf8427e' },
        })),
    });
    expectRefused(judged, 'integrity', 'Docker-Content-Digest is not a sha256 or sha512 digest');
  });

  it('ends the command with one line and exit code 14', async () => {
    expectOneLine(
      await runHostile(image, { bend: tamper }),
      14,
      /^imgcheck: integrity: .*Docker-Content-Digest mismatch/,
    );
  });
});
