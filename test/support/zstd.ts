/** Writes zstd frames (RFC 8878) of raw and run-length blocks: all a test needs, and the worst bomb there is. */
const magic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const blockLimit = 128 * 1024;

/** A frame without content size; `window` is the exponent above 2^10. */
export function zstdFrame(blocks: readonly Uint8Array[], window = 7): Uint8Array {
  return Buffer.concat([magic, Uint8Array.of(0, window << 3), ...blocks]);
}

/** The bytes as they are, as many blocks as it takes, the last one marked. */
export function rawBlocks(bytes: Uint8Array): readonly Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.byteLength / blockLimit));
  return Array.from({ length: count }, (_, i) => {
    const part = bytes.subarray(i * blockLimit, (i + 1) * blockLimit);
    return Buffer.concat([blockHeader(0, part.byteLength, i === count - 1), part]);
  });
}

/** `count` bytes of one value in four bytes each 128 KiB. */
export function runBlocks(count: number, value = 0): readonly Uint8Array[] {
  const blocks = Math.ceil(count / blockLimit);
  return Array.from({ length: blocks }, (_, i) =>
    Buffer.concat([
      blockHeader(1, Math.min(blockLimit, count - i * blockLimit), i === blocks - 1),
      Uint8Array.of(value),
    ]),
  );
}

/** Type 0 is raw, 1 a run, 2 compressed, 3 reserved. */
export function blockHeader(type: 0 | 1 | 2 | 3, size: number, last: boolean): Uint8Array {
  const word = (size << 3) | (type << 1) | (last ? 1 : 0);
  return Uint8Array.of(word & 255, (word >> 8) & 255, word >> 16);
}
