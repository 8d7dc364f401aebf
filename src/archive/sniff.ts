import type { Codec } from './decoder.js';

/** What the first bytes say the data is compressed with (RFC 1952, RFC 8878 and its skippable frames, xz format 2.1.1.1, bzip2). */
export function sniffCodec(head: Uint8Array): Codec {
  if (starts(head, [0x1f, 0x8b])) return 'gzip';
  if (starts(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  if (((head[0] ?? 0) & 0xf0) === 0x50 && starts(head.subarray(1), [0x2a, 0x4d, 0x18])) return 'zstd';
  if (starts(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) return 'xz';
  if (isBzip2(head)) return 'bzip2';
  return 'none';
}

function starts(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

/** `BZh`, the block size, and the first two bytes of the magic of a block or of the end. */
function isBzip2(head: Uint8Array): boolean {
  const level = (head[3] ?? 0) - 0x30;
  if (!starts(head, [0x42, 0x5a, 0x68]) || level < 1 || level > 9) return false;
  return starts(head.subarray(4), [0x31, 0x41]) || starts(head.subarray(4), [0x17, 0x72]);
}
