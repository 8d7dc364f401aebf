import type { Decoder, InflateEngine, Sink } from './decoder.js';
import { GzipDecoder } from './gzip.js';
import { WasmGzipDecoder } from './gzip-wasm.js';
import { WasmInflater } from './inflate-wasm.js';

/** A decoder of gzip on the engine that is asked for; where WebAssembly is not to be had, on node's. */
export function openGzipDecoder(sink: Sink, what: string, engine: InflateEngine): Decoder {
  const inflater = engine === 'wasm' ? WasmInflater.open() : undefined;
  return inflater ? new WasmGzipDecoder(inflater, sink, what) : new GzipDecoder(sink, what);
}
