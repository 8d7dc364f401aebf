import { digestOf } from '../../src/oci/digest.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectOneLine, expectRefused, imageOfRaw, runHostile, zstdLayer } from '../support/hostile.js';
import { blockHeader, rawBlocks, zstdFrame } from '../support/zstd.js';

describe('corrupt zstd data, on which a decoder that ignores errors turns for ever', () => {
  const tar = buildTar([{ path: 'etc/motd', body: 'hello '.repeat(2000) }]);
  const honest = zstdFrame(rawBlocks(tar));
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['nothing at all', new Uint8Array(0)],
    ['a frame that is cut', honest.subarray(0, honest.byteLength - 100)],
    ['half a header', honest.subarray(0, 5)],
    ['a reserved block type', zstdFrame([blockHeader(3, 100, true), Buffer.alloc(100)])],
    ['a compressed block of noise', zstdFrame([blockHeader(2, 200, true), Buffer.alloc(200, 0xa5)])],
    ['a block larger than its window', zstdFrame([blockHeader(0, 2 ** 20, true), Buffer.alloc(2 ** 20)])],
    ['no frame', Buffer.from('not zstd, whatever its media type says')],
    ['garbage after the frame', Buffer.concat([honest, Buffer.from('garbage')])],
    ['no last block', zstdFrame([blockHeader(0, 4, false), Buffer.from('abcd')])],
  ];
  for (const [title, bytes] of cases) {
    it(`stops the image: ${title}`, async () => {
      const judged = await examineHostile(imageOfRaw([{ mediaType: zstdLayer, bytes, diffId: digestOf(tar) }]));
      expectRefused(judged, 'hostile', /zstd data/);
    });
  }

  it('ends the command with one line and exit code 15', async () => {
    const bytes = zstdFrame([blockHeader(3, 100, true), Buffer.alloc(100)]);
    expectOneLine(await runHostile(imageOfRaw([{ mediaType: zstdLayer, bytes }])), 15, /corrupt zstd data/);
  });
});
