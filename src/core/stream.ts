import { ImgcheckError } from './error.js';

/** A stream of bytes: what every transport yields and every reader takes. */
export type Bytes = AsyncIterable<Uint8Array>;

/**
 * Gathers a whole stream.
 * @throws ImgcheckError hostile when it is longer than `limit` bytes; the rest is not read.
 */
export async function collect(bytes: Bytes, limit: number, what: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    length += part.byteLength;
    if (length > limit) throw new ImgcheckError('hostile', `${what} exceeds its limit of ${limit} bytes`);
    parts.push(part);
  }
  return concat(parts, length);
}

/** One array out of many; the parts are copied. */
export function concat(parts: readonly Uint8Array[], length = parts.reduce((n, p) => n + p.byteLength, 0)): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

/** Joins small pieces (TLS records are 16 KiB) into chunks of about `size` bytes: hashing and inflating like big ones. */
export async function* gather(bytes: Bytes, size = 131072): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    parts.push(part);
    length += part.byteLength;
    if (length >= size) {
      yield parts.length === 1 ? part : concat(parts, length);
      parts = [];
      length = 0;
    }
  }
  if (length > 0) yield concat(parts, length);
}
