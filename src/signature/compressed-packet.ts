import { inflateRawSync, inflateSync } from 'node:zlib';
import { Bzip2Decoder } from '../archive/bzip2.js';
import { ImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';

/**
 * Opens the body of an OpenPGP compressed packet (RFC 9580, section 5.6): stored, ZIP, ZLIB or BZIP2. Decoding stops
 * as soon as there are more than `limit` bytes.
 * @throws ImgcheckError hostile when it is more, malformed, or followed by something; unsupported for another algorithm
 */
export function openCompressedPacket(body: Uint8Array, limit: number): Uint8Array {
  const [algorithm] = body;
  const packed = body.subarray(1);
  switch (algorithm) {
    case undefined:
      throw fault('a compressed packet without algorithm');
    case 0:
      return packed;
    case 1:
      return inflate(inflateRawSync, packed, limit);
    case 2:
      return inflate(inflateSync, packed, limit);
    case 3:
      return expandBzip2(packed, limit);
    default:
      throw new ImgcheckError('unsupported', `expected compression by ZIP, ZLIB or BZIP2, got algorithm ${algorithm}`);
  }
}

/** With `info`, which the types of Node leave out of these functions. */
type Inflate = typeof inflateSync;

function inflate(work: Inflate, packed: Uint8Array, limit: number): Uint8Array {
  try {
    const { buffer, engine } = work(packed, { maxOutputLength: limit, info: true }) as unknown as Inflated;
    if (engine.bytesWritten < packed.byteLength) throw fault('data after the end of a compressed packet');
    return buffer;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLong(limit, error);
    if (code.startsWith('Z_')) throw fault('a compressed packet that does not inflate', error);
    throw error;
  }
}

/** What `info` asks for: `bytesWritten` counts what the engine took. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** All blocks but the last hold 100,000 bytes or more; a short one takes as long to decode. */
const bzip2Pieces = 32;
/** The head of a bzip2 stream, and what a block or its end begins with. */
const bzip2Stream = /BZh[1-9](?:1AY&SY|\x17rE8P\x90)/g;

function expandBzip2(packed: Uint8Array, limit: number): Uint8Array {
  // An empty stream takes 14 bytes, and decoding it megabytes: a message is one stream.
  const text = new TextDecoder('latin1').decode(packed);
  if ((text.match(bzip2Stream)?.length ?? 0) > 1) throw fault('a compressed packet of more than one bzip2 stream');
  const parts: Uint8Array[] = [];
  let length = 0;
  const decoder = new Bzip2Decoder((plain) => {
    length += plain.byteLength;
    if (length > limit) throw tooLong(limit);
    if (parts.length >= bzip2Pieces) throw fault('a compressed packet of many short bzip2 blocks');
    parts.push(plain.slice());
  }, 'a compressed packet');
  decoder.write(packed);
  decoder.end();
  return concat(parts, length);
}

function tooLong(limit: number, cause?: unknown): ImgcheckError {
  return fault(`a compressed packet of more than ${limit} bytes when plain`, cause);
}

function fault(message: string, cause?: unknown): ImgcheckError {
  return new ImgcheckError('hostile', message, { cause });
}
