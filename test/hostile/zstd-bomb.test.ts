import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { buildTar } from '../support/build-tar.js';
import {
  examineHostile,
  expectFinding,
  expectRefused,
  growthDuring,
  imageOfRaw,
  zstdLayer,
} from '../support/hostile.js';
import { rawBlocks, runBlocks, zstdFrame } from '../support/zstd.js';

describe('a zstd bomb', () => {
  it('reads honest zstd: what the bomb is made with', async () => {
    const tar = buildTar([{ path: 'su', mode: 0o4755, body: 'x' }]);
    const judged = await examineHostile(
      imageOfRaw([{ mediaType: zstdLayer, bytes: zstdFrame(rawBlocks(tar)), diffId: digestOf(tar) }]),
    );
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expectFinding(judged, 'setuid', 'fail', '/su by layer 1');
  });

  it('stops the image where 2 GiB come out of 64 KiB', async () => {
    const bytes = zstdFrame(runBlocks(2 ** 31));
    expect(bytes.byteLength).to.be.lessThan(70_000);
    const growth = await growthDuring(async () => {
      const judged = await examineHostile(imageOfRaw([{ mediaType: zstdLayer, bytes }]));
      expectRefused(judged, 'hostile', 'more than 1100 plain bytes to each compressed one');
    });
    expect(growth).to.be.lessThan(200 * 1024 ** 2);
  });

  it('stops the image where a frame asks for a window of 2 GiB', async () => {
    const bytes = zstdFrame(runBlocks(1000), 21);
    expectRefused(
      await examineHostile(imageOfRaw([{ mediaType: zstdLayer, bytes }])),
      'hostile',
      'a window of 2147483648 bytes exceeds',
    );
  });
});
