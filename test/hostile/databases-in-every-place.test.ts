import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { Digester } from '../../src/oci/digest.js';
import { buildTarHeader, octal } from '../support/build-tar.js';
import { examineHostile, growthDuring, imageOfRaw } from '../support/hostile.js';

const mebibyte = 1024 ** 2;

describe('a database of 80 MB with a log of 80 MB, in every place there is', () => {
  it('does not take the memory of all of them at once', async () => {
    const piece = Buffer.alloc(40 * mebibyte);
    const packed = gzipSync(piece);
    // SQLite in WAL mode: it waits for a log that may follow it in the tar.
    const start = Buffer.alloc(512);
    start.write('SQLite format 3\0', 0, 'latin1');
    start.set([2, 2], 18);
    const parts: Uint8Array[] = [];
    for (const folder of ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm']) {
      for (const name of ['rpmdb.sqlite', 'rpmdb.sqlite-wal']) {
        const size = octal(start.byteLength + 2 * piece.byteLength, 12);
        parts.push(
          buildTarHeader({ name: `${folder}/${name}`, typeflag: '0', size, mode: octal(0o644, 8), magic: 'ustar\0' }),
        );
        parts.push(start, ...Array.from({ length: 2 }, () => piece));
      }
    }
    parts.push(Buffer.alloc(1024));
    const digester = new Digester('sha256');
    for (const part of parts) digester.update(part);
    const bytes = Buffer.concat(parts.map((part) => (part === piece ? packed : gzipSync(part))));
    const growth = await growthDuring(async () => {
      const judged = await examineHostile(imageOfRaw([{ bytes, diffId: digester.digest() }]));
      expect(judged.report.coverage?.packages).to.equal('incomplete');
    });
    expect(growth / mebibyte).to.be.lessThan(600);
  });
});
