import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('gzip data with more behind it', () => {
  const { bytes, diffId } = gzipOfTar();
  for (const garbage of [
    Buffer.from('garbage'),
    Buffer.concat([Buffer.alloc(512), Buffer.from('x')]),
    Buffer.alloc(300_000, 7),
  ]) {
    it(`stops the image: ${garbage.byteLength} bytes of garbage`, async () => {
      const judged = await examineHostile(imageOfRaw([{ bytes: Buffer.concat([bytes, garbage]), diffId }]));
      expectRefused(judged, 'hostile', /data after the end of the gzip data|corrupt gzip data/);
    });
  }

  it('passes for zeros, which are padding', async () => {
    const judged = await examineHostile(imageOfRaw([{ bytes: Buffer.concat([bytes, Buffer.alloc(1000)]), diffId }]));
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
  });

  it('reads a second gzip member as what it is: more of the tar', async () => {
    const [first, second] = [
      buildTar([{ path: 'a', body: 'x' }], { endBlocks: 0 }),
      buildTar([{ path: 'su', mode: 0o4755, body: 'y' }]),
    ];
    const image = imageOfRaw([
      { bytes: Buffer.concat([gzipSync(first), gzipSync(second)]), diffId: digestOf(Buffer.concat([first, second])) },
    ]);
    const judged = await examineHostile(image);
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expectFinding(judged, 'setuid', 'fail', '/su by layer 1');
    expect(judged.report.coverage?.entries).to.equal(2);
  });
});
