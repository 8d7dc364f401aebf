import { mediaTypes } from '../../src/oci/media-type.js';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectOneLine, expectRefused, runHostile } from '../support/hostile.js';
import type { FakeRegistry } from '../support/fake-registry.js';

describe('a manifest of docker schema 1', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a' }])] });
  const downgrade = (type: string) => (registry: FakeRegistry) =>
    registry.on(/GET .*\/manifests\//, (answer) => ({
      ...answer,
      headers: { ...answer.headers, 'content-type': type },
      body: Buffer.from(
        JSON.stringify({ schemaVersion: 1, name: 'hostile/app', tag: '1.0', fsLayers: [], signatures: [] }),
      ),
    }));

  for (const type of [mediaTypes.dockerSchema1, mediaTypes.dockerSchema1Signed]) {
    it(`is refused by name: ${type}`, async () => {
      expectRefused(
        await examineHostile(image, { bend: downgrade(type) }),
        'unsupported',
        'docker schema 1 manifests are not read',
      );
    });
  }

  it('ends the command with one line and exit code 16', async () => {
    const run = await runHostile(image, { bend: downgrade(mediaTypes.dockerSchema1) });
    expectOneLine(run, 16, /^imgcheck: unsupported: .*schema 1 .*push the image again/);
  });
});
