import { ImgcheckError } from '../core/error.js';
import { gather, type Bytes } from '../core/stream.js';
import { Bzip2Decoder } from './bzip2.js';
import type { Codec, Decoder, InflateEngine, Sink } from './decoder.js';
import { openGzipDecoder } from './gzip-engine.js';
import { XzDecoder } from './xz.js';
import { ZstdDecoder } from './zstd.js';

export type { Codec } from './decoder.js';

export interface DecompressLimits {
  /** Plain bytes in all. */
  readonly plainBytes: number;
  /** Plain bytes to each compressed one, once 64 MiB are past. Deflate cannot reach 1100. */
  readonly ratio: number;
}

export interface DecompressOptions extends Partial<DecompressLimits> {
  /** What inflates gzip: wasm unless told. */
  readonly engine?: InflateEngine | undefined;
}

const defaultLimits: DecompressLimits = { plainBytes: 64 * 1024 ** 3, ratio: 1100 };
const ratioFrom = 64 * 1024 ** 2;
/** Engines and hashes are at their best with pieces of this many bytes. */
const pieceSize = 262_144;

/**
 * Hands the plain bytes to the sink, in order, each piece a view that is valid during the call only. The source is
 * not advanced while its last piece is worked on.
 *
 * When decoding or the sink fails, the source is still read to its end: what it says of its own bytes (a digest that
 * does not match, a lost connection) is the better reason, and is thrown instead.
 * @throws ImgcheckError what the source throws; hostile for corrupt, truncated or over-long data, and for anything
 * after the end of it but zeros after gzip; unsupported for xz with unknown filters and bzip2 with randomised blocks; what the sink throws
 */
export async function decompress(
  bytes: Bytes,
  codec: Codec,
  sink: Sink,
  what: string,
  options: DecompressOptions = {},
): Promise<{ compressedSize: number; plainSize: number }> {
  const { plainBytes, ratio, engine = 'wasm' } = { ...defaultLimits, ...options };
  let compressedSize = 0;
  let plainSize = 0;
  const counted: Sink = (plain) => {
    plainSize += plain.byteLength;
    if (plainSize > plainBytes) throw new ImgcheckError('hostile', `${what}: more than ${plainBytes} bytes when plain`);
    if (plainSize > ratioFrom && plainSize > compressedSize * ratio) {
      throw new ImgcheckError('hostile', `${what}: more than ${ratio} plain bytes to each compressed one`);
    }
    sink(plain);
  };
  const decoder = await openDecoder(codec, counted, what, engine);
  let failure: { readonly error: unknown } | undefined;
  const attempt = async (work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failure = { error };
      decoder.close();
    }
  };
  try {
    for await (const piece of gather(bytes, pieceSize)) {
      compressedSize += piece.byteLength;
      if (!failure) await attempt(() => decoder.write(piece));
    }
    if (!failure) await attempt(() => decoder.end());
  } finally {
    decoder.close();
  }
  if (failure) throw failure.error;
  return { compressedSize, plainSize };
}

/** The libraries behind zstd and xz are loaded when one is needed. */
function openDecoder(codec: Codec, sink: Sink, what: string, engine: InflateEngine): Decoder | Promise<Decoder> {
  switch (codec) {
    case 'none':
      return { write: sink, end: () => undefined, close: () => undefined };
    case 'gzip':
      return openGzipDecoder(sink, what, engine);
    case 'zstd':
      return ZstdDecoder.open(sink, what);
    case 'xz':
      return XzDecoder.open(sink, what);
    case 'bzip2':
      return new Bzip2Decoder(sink, what);
  }
}
