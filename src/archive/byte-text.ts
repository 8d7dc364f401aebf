const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Bytes as text: UTF-8, with every byte that is not valid UTF-8 carried as U+DC80..U+DCFF. No two byte strings give
 * the same text, so names that differ in the tar differ here.
 */
export function textOf(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return escapedTextOf(bytes);
  }
}

/** Bytes from `from` to the first NUL, or to `to`. Plain ASCII, nearly every name, takes the short way. */
export function fieldText(block: Buffer, from: number, to: number): string {
  let end = from;
  let high = 0;
  for (; end < to; end++) {
    const byte = block[end] as number;
    if (byte === 0) break;
    high |= byte;
  }
  if (end === from) return '';
  return high < 0x80 ? block.toString('latin1', from, end) : textOf(block.subarray(from, end));
}

/** How many bytes `textOf` made this text of. */
export function byteCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    // A surrogate pair stands for four bytes; a low one alone for the byte that it carries.
    if (code >= 0xd800 && code <= 0xdbff) {
      count += 2;
      i++;
    } else if (code > 0x7f && (code < 0xdc80 || code > 0xdcff)) {
      count += code > 0x7ff ? 2 : 1;
    }
  }
  return count;
}

function escapedTextOf(bytes: Uint8Array): string {
  const parts: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    let end = at;
    for (let length = sequenceLength(bytes, end); length > 0; length = sequenceLength(bytes, end)) end += length;
    if (end > at) parts.push(strict.decode(bytes.subarray(at, end)));
    if (end < bytes.length) parts.push(String.fromCharCode(0xdc00 + (bytes[end] as number)));
    at = end + 1;
  }
  return parts.join('');
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode, table 3-7), 0 where there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === undefined) return 0;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const follows = (offset: number): boolean => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}
