const encoder = new TextEncoder();
const unreserved = /^[A-Za-z0-9._~-]$/;

/**
 * A URI reference (RFC 3986) for a path or an image reference: `file:` for an absolute path outside an image, else
 * relative. Bytes of names that are no UTF-8 (archive/byte-text.ts) stay the bytes that they are.
 */
export function safeUri(path: string): string {
  if (path.startsWith('/')) return `file://${encodePath(path)}`;
  const encoded = encodePath(path);
  // An empty reference would name the document itself.
  return encoded === '' ? './' : encoded;
}

/** Everything but letters, digits, `-._~` and slashes as %XX: no colon can be taken for a scheme. */
function encodePath(path: string): string {
  let encoded = '';
  for (const char of path) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '/' || unreserved.test(char)) encoded += char;
    else if (code >= 0xdc80 && code <= 0xdcff) encoded += percent(code - 0xdc00);
    else for (const byte of encoder.encode(char)) encoded += percent(byte);
  }
  return encoded;
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
