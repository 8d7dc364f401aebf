import { crc32 } from 'node:zlib';
import { ImgcheckError } from '../core/error.js';
import type { Decoder, Sink } from './decoder.js';
import { GzipHeader, GzipTrailer } from './gzip-framing.js';
import type { WasmInflater } from './inflate-wasm.js';

/** Pieces that are handed over end at a multiple of it, but for the last: a tar reader finds its blocks aligned. */
const blockSize = 512;

/**
 * gzip (RFC 1952) on the project's own engine: to those who use it no other than GzipDecoder, and synchronous.
 * All members; zeros after the last one are padding, anything else there is refused.
 */
export class WasmGzipDecoder implements Decoder {
  readonly #sink: Sink;
  readonly #what: string;
  readonly #header = new GzipHeader();
  readonly #trailer = new GzipTrailer();
  #inflater: WasmInflater | undefined;
  #part: 'start' | 'header' | 'deflate' | 'trailer' | 'between' | 'padding' = 'start';
  /** The engine has the piece at hand: small members are many in one. */
  #fed = false;
  /** Of the member at hand. */
  #crc = 0;
  #plainSize = 0;
  /** Of the window, what the checksum has in it, and what was handed over. */
  #summed = 0;
  #handed = 0;

  constructor(inflater: WasmInflater, sink: Sink, what: string) {
    this.#inflater = inflater;
    this.#sink = sink;
    this.#what = what;
  }

  write(chunk: Uint8Array): void {
    for (let start = 0; start < chunk.length && this.#inflater;) {
      const piece = chunk.subarray(start, start + this.#inflater.capacity);
      start += piece.length;
      this.#fed = false;
      for (let at = 0; at < piece.length && this.#inflater;) at = this.#take(this.#inflater, piece, at);
    }
  }

  end(): void {
    if (!this.#inflater) return;
    this.#handOver(this.#inflater, 1);
    if (this.#part === 'start') throw this.#hostile('truncated gzip data: it is empty');
    if (this.#part !== 'between' && this.#part !== 'padding') throw this.#hostile('truncated gzip data');
  }

  close(): void {
    this.#inflater = undefined;
  }

  /** Says where the rest begins. */
  #take(inflater: WasmInflater, bytes: Uint8Array, from: number): number {
    switch (this.#part) {
      case 'between':
      case 'start':
        this.#part = this.#part === 'between' && bytes[from] === 0 ? 'padding' : 'header';
        this.#header.begin();
        return from;
      case 'header': {
        const to = this.#header.take(bytes, from);
        if (this.#header.state === 'complete') this.#beginMember(inflater);
        else if (this.#header.state === 'wrong') throw this.#wrong(inflater, 'corrupt gzip data');
        return to;
      }
      case 'deflate':
        if (!this.#fed) inflater.feed(bytes);
        this.#fed = true;
        inflater.skipTo(from);
        return this.#inflate(inflater);
      case 'trailer': {
        const to = this.#trailer.take(bytes, from);
        if (this.#trailer.state === 'complete') this.#part = 'between';
        else if (this.#trailer.state === 'wrong') throw this.#wrong(inflater, 'corrupt gzip data');
        return to;
      }
      case 'padding':
        if (bytes.subarray(from).some((byte) => byte !== 0)) {
          throw this.#wrong(inflater, 'data after the end of the gzip data');
        }
        return bytes.length;
    }
  }

  #beginMember(inflater: WasmInflater): void {
    inflater.reset();
    this.#crc = 0;
    this.#plainSize = 0;
    this.#part = 'deflate';
  }

  #endMember(): void {
    this.#trailer.begin(this.#crc, this.#plainSize);
    this.#part = 'trailer';
  }

  /** Inflates what the engine has of the piece; says how much of it belongs to the member. */
  #inflate(inflater: WasmInflater): number {
    for (;;) {
      if (inflater.isFull) this.#summed = this.#handed = 0;
      const answer = inflater.run();
      this.#sum(inflater);
      if (typeof answer === 'object') throw this.#wrong(inflater, 'corrupt gzip data', new Error(answer.wrong));
      this.#handOver(inflater, answer === 'output-full' ? 1 : blockSize);
      if (answer === 'done') this.#endMember();
      if (answer !== 'output-full' || !this.#inflater) return inflater.taken;
    }
  }

  #sum(inflater: WasmInflater): void {
    const { filled } = inflater;
    if (filled === this.#summed) return;
    this.#crc = crc32(inflater.plain(this.#summed, filled), this.#crc);
    this.#plainSize += filled - this.#summed;
    this.#summed = filled;
  }

  /** What there is, up to a multiple of `unit`. */
  #handOver(inflater: WasmInflater, unit: number): void {
    const upTo = inflater.filled - (inflater.filled % unit);
    if (upTo <= this.#handed || !this.#inflater) return;
    const plain = inflater.plain(this.#handed, upTo);
    this.#handed = upTo;
    this.#sink(plain);
  }

  /** What was inflated before comes first: if the sink refuses it, that is the earlier failure. */
  #wrong(inflater: WasmInflater, message: string, cause?: Error): ImgcheckError {
    this.#handOver(inflater, 1);
    return this.#hostile(message, cause);
  }

  #hostile(message: string, cause?: Error): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`, { cause });
  }
}
