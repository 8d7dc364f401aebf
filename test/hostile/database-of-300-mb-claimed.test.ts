import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Digester } from '../../src/oci/digest.js';
import { buildTarHeader, octal } from '../support/build-tar.js';
import {
  examineHostile,
  expectFinding,
  expectRefused,
  growthDuring,
  imageOfRaw,
  imageOfTar,
} from '../support/hostile.js';

const mebibyte = 1024 ** 2;

function headerOf(path: string, size: number): Uint8Array {
  return buildTarHeader({ name: path, typeflag: '0', size: octal(size, 12), mode: octal(0o644, 8), magic: 'ustar\0' });
}

describe('a package database of 300 MB', () => {
  it('is passed over, and said not to have been read', async () => {
    const piece = Buffer.alloc(30 * mebibyte);
    const parts = [
      headerOf('var/lib/rpm/rpmdb.sqlite', 10 * piece.byteLength),
      ...Array.from({ length: 10 }, () => piece),
      Buffer.alloc(1024),
    ];
    const packed = gzipSync(piece);
    const digester = new Digester('sha256');
    for (const part of parts) digester.update(part);
    const bytes = Buffer.concat(parts.map((part) => (part === piece ? packed : gzipSync(part))));
    const growth = await growthDuring(async () => {
      const judged = await examineHostile(imageOfRaw([{ bytes, diffId: digester.digest() }]));
      expectFinding(judged, 'package-database', 'unknown', 'of 314572800 bytes exceeds 268435456');
      expect(judged.report.coverage?.packages).to.equal('incomplete');
      expect(judged.exitCode).to.equal(3);
    });
    expect(growth / mebibyte).to.be.lessThan(150);
  });

  it('takes no memory when it is only claimed', async () => {
    const growth = await growthDuring(async () => {
      const judged = await examineHostile(
        imageOfTar([headerOf('var/lib/rpm/Packages', 250 * mebibyte), Buffer.alloc(8192)]),
      );
      expectRefused(judged, 'hostile', 'the tar is cut short');
    });
    expect(growth / mebibyte).to.be.lessThan(60);
  });

  it('takes no memory when a sparse file says that it is one', async () => {
    const pax = {
      'GNU.sparse.major': '1',
      'GNU.sparse.minor': '0',
      'GNU.sparse.name': 'var/lib/rpm/Packages',
      'GNU.sparse.realsize': '314572800',
    };
    const judged = await examineHostile(
      imageOfTar([{ path: 'GNUSparseFile.0/Packages', body: '0\n'.padEnd(512, '\0'), pax }]),
    );
    expectFinding(judged, 'package-database', 'unknown', 'sparse');
  });
});
