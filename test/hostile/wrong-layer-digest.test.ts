import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar, gzip } from '../support/build-tar.js';
import { examineHostile, expectFinding, expectOneLine, expectRefused, runHostile } from '../support/hostile.js';
import type { FakeRegistry } from '../support/fake-registry.js';

describe('a layer whose bytes have another digest', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'bin/sh', body: 'a' }])] });
  const digest = image.layers[0]?.descriptor.digest ?? '';
  const blob = new RegExp(`GET .*/blobs/${digest}`);
  const other = gzip(buildTar([{ path: 'bin/sh', body: 'b' }]));
  const swap = (times?: number) => (registry: FakeRegistry) =>
    registry.on(blob, (answer) => ({ ...answer, body: sameLength(other, answer.body.byteLength) }), times);

  it('stops the image after it was fetched twice', async () => {
    const judged = await examineHostile(image, { bend: swap() });
    expectRefused(judged, 'integrity', `digest mismatch: expected ${digest}, got sha256:`);
    expect(judged.requests.filter(({ url }) => url.includes(digest))).to.have.length(2);
  });

  it('is forgiven once: bytes can rot on their way', async () => {
    expectFinding(await examineHostile(image, { bend: swap(1) }), 'layers-intact', 'pass', '1 layer');
  });

  it('ends the command with one line and exit code 14', async () => {
    expectOneLine(
      await runHostile(image, { bend: swap() }),
      14,
      /^imgcheck: integrity: .*digest mismatch: expected sha256:/,
    );
  });
});

function sameLength(bytes: Uint8Array, length: number): Uint8Array {
  const fitted = Buffer.alloc(length);
  fitted.set(bytes.subarray(0, length));
  return fitted;
}
