/**
 * A numeric header field: octal digits between spaces and NULs, or GNU's binary form (POSIX pax, "ustar Interchange
 * Format"; GNU tar manual, "Extensions"). NaN for anything else, an infinity for what lies beyond 2^53.
 */
export function parseTarNumber(block: Uint8Array, from: number, length: number): number {
  const to = from + length;
  if ((block[from] as number) & 0x80) return parseBinary(block, from, to);
  let at = from;
  while (at < to && isBlank(block[at] as number)) at++;
  let value = 0;
  for (; at < to; at++) {
    const digit = (block[at] as number) - 0x30;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  if (at < to && block[at] === 0) return value;
  for (; at < to; at++) if (!isBlank(block[at] as number)) return NaN;
  return value;
}

/** Two's complement, big-endian, below the marking bit. */
function parseBinary(block: Uint8Array, from: number, to: number): number {
  const negative = ((block[from] as number) & 0x40) !== 0;
  let value = negative ? ((block[from] as number) | 0x80) - 0x100 : (block[from] as number) & 0x7f;
  for (let at = from + 1; at < to; at++) value = value * 256 + (block[at] as number);
  if (Number.isSafeInteger(value)) return value;
  return negative ? -Infinity : Infinity;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0;
}
