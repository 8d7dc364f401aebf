import type { Codec } from './decoder.js';

/** What the first bytes say the data is compressed with (RFC 1952, RFC 8878 and its skippable frames, xz format 2.1.1.1). */
export function sniffCodec(head: Uint8Array): Codec {
  if (starts(head, [0x1f, 0x8b])) return 'gzip';
  if (starts(head, [0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  if (((head[0] ?? 0) & 0xf0) === 0x50 && starts(head.subarray(1), [0x2a, 0x4d, 0x18])) return 'zstd';
  if (starts(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00])) return 'xz';
  return 'none';
}

function starts(head: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => head[i] === byte);
}
