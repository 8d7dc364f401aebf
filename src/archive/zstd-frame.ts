/** What a zstd frame's header says, or how many bytes of it are needed to tell. */
export type ZstdFrame =
  | { readonly kind: 'incomplete'; readonly need: number }
  | { readonly kind: 'skippable' }
  | { readonly kind: 'frame'; readonly window: number; readonly dictionary: boolean }
  | { readonly kind: 'unknown' };

/** Reads the start of a frame (RFC 8878 section 3.1.1.1): the window is what a decoder must have memory for. */
export function parseZstdFrame(head: Uint8Array): ZstdFrame {
  if (head.length < 5) return { kind: 'incomplete', need: 5 };
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.getUint32(0, true);
  if (magic >>> 4 === 0x184d2a5) return { kind: 'skippable' };
  if (magic !== 0xfd2fb528) return { kind: 'unknown' };
  const descriptor = view.getUint8(4);
  const single = (descriptor & 0x20) !== 0;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] as number;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >>> 6] as number;
  const need = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
  if (head.length < need) return { kind: 'incomplete', need };
  const dictionaryAt = single ? 5 : 6;
  const dictionary = head.subarray(dictionaryAt, dictionaryAt + dictionaryBytes).some((byte) => byte !== 0);
  if (!single) {
    const base = 2 ** (10 + (view.getUint8(5) >>> 3));
    return { kind: 'frame', window: base + (base / 8) * (view.getUint8(5) & 7), dictionary };
  }
  const sizeAt = dictionaryAt + dictionaryBytes;
  const window =
    sizeBytes === 1
      ? view.getUint8(sizeAt)
      : sizeBytes === 2
        ? view.getUint16(sizeAt, true) + 256
        : sizeBytes === 4
          ? view.getUint32(sizeAt, true)
          : Number(view.getBigUint64(sizeAt, true));
  return { kind: 'frame', window, dictionary };
}
