import { constants, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digestOf, Digester } from '../../src/oci/digest.js';
import { buildTar, buildTarHeader, octal } from '../support/build-tar.js';
import { examineHostile, expectFinding, expectRefused, growthDuring, imageOfRaw } from '../support/hostile.js';

const mebibyte = 1024 ** 2;

describe('a gzip bomb', () => {
  const piece = Buffer.alloc(64 * mebibyte);
  const packed = gzipSync(piece, { level: constants.Z_BEST_COMPRESSION });
  const pieces = 8;

  it('is passed over in flat memory: 512 MiB of zeros in half a megabyte', async () => {
    const head = buildTarHeader({
      name: 'zeros',
      typeflag: '0',
      size: octal(pieces * piece.byteLength, 12),
      mode: octal(0o644, 8),
      magic: 'ustar\0',
    });
    const bytes = Buffer.concat([
      gzipSync(head),
      ...Array.from({ length: pieces }, () => packed),
      gzipSync(Buffer.alloc(1024)),
    ]);
    const whole = new Digester('sha256');
    for (const part of [head, ...Array.from({ length: pieces }, () => piece), Buffer.alloc(1024)]) whole.update(part);
    let judged: Awaited<ReturnType<typeof examineHostile>> | undefined;
    const growth = await growthDuring(async () => {
      judged = await examineHostile(imageOfRaw([{ bytes, diffId: whole.digest() }]));
    });
    if (judged) expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expect(bytes.byteLength).to.be.lessThan(mebibyte);
    expect(growth / mebibyte).to.be.lessThan(200);
  });

  it('does not become a file in memory where a small file is looked for', async () => {
    const tar = (path: string) => [
      buildTarHeader({
        name: path,
        typeflag: '0',
        size: octal(3 * piece.byteLength, 12),
        mode: octal(0o644, 8),
        magic: 'ustar\0',
      }),
      piece,
      piece,
      piece,
      Buffer.alloc(1024),
    ];
    const parts = tar('etc/os-release');
    const bytes = Buffer.concat(parts.map((part) => (part === piece ? packed : gzipSync(part))));
    const diffId = digestOf(Buffer.concat(parts));
    const growth = await growthDuring(async () => {
      const judged = await examineHostile(imageOfRaw([{ bytes, diffId }]));
      expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    });
    expect(growth / mebibyte).to.be.lessThan(200);
  });

  it('stops the image when it is tar headers all the way', async () => {
    const links = buildTar(
      Array.from({ length: 100_001 }, (_, i) => ({ path: `${i}`, type: 'hardlink', linkname: 'x' }) as const),
    );
    const judged = await examineHostile(imageOfRaw([{ bytes: gzipSync(links), diffId: digestOf(links) }]));
    expectRefused(judged, 'hostile', 'more than 100000 hard links');
  });
});
