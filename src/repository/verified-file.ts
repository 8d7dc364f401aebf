import { createHash } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import { gather, type Bytes } from '../core/stream.js';
import { formatChecksum } from '../repodata/checksum.js';
import type { RepomdFile } from '../repodata/repomd.js';

/**
 * The bytes of a file, which end only if they are those that repomd.xml names.
 * @throws ImgcheckError integrity for another size, at once when there are too many, or another checksum
 */
export async function* verifiedFile(bytes: Bytes, file: RepomdFile): AsyncGenerator<Uint8Array> {
  const { algorithm, hex } = file.checksum;
  const hash = createHash(algorithm);
  let size = 0;
  for await (const part of gather(bytes, 262_144)) {
    size += part.byteLength;
    if (file.size !== undefined && size > file.size) throw sizeMismatch(file, 'more');
    hash.update(part);
    yield part;
  }
  if (file.size !== undefined && size < file.size) throw sizeMismatch(file, String(size));
  checkSum(hash.digest('hex'), { algorithm, hex }, file, '');
}

/** @throws ImgcheckError integrity when the digest is not the checksum's */
export function checkSum(got: string, expected: RepomdFile['checksum'], file: RepomdFile, form: string): void {
  if (got === expected.hex) return;
  const { algorithm } = expected;
  const message = `checksum mismatch${form}: expected ${formatChecksum(expected)}, got ${algorithm}:${got}`;
  throw new ImgcheckError('integrity', message, { subject: file.href });
}

function sizeMismatch(file: RepomdFile, got: string): ImgcheckError {
  return new ImgcheckError('integrity', `size mismatch: expected ${file.size} bytes, got ${got}`, {
    subject: file.href,
  });
}
