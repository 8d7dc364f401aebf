import { ImgcheckError } from '../core/error.js';
import type { Decoder, Sink } from './decoder.js';
import { parseZstdFrame } from './zstd-frame.js';

/** What zstddec's WebAssembly offers; addresses and sizes are 32-bit. */
interface ZstdExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  malloc(size: number): number;
  ZSTD_createDCtx(): number;
  ZSTD_decompressStream(context: number, output: number, input: number): number;
}

/** The types of Node 20 do not know it. */
declare const WebAssembly: {
  readonly Instance: new (module: object, imports: object) => { readonly exports: ZstdExports };
};

const bufferSize = 262_144;
/** The most that zstd writes, or reads, without being asked to with --long or --ultra. */
const windowLimit = 2 ** 27;
/** Results above it are negated error codes, of which the format defines no more than 120. */
const lastResult = 0xffffff87;
const nothing = new Uint8Array(0);

/**
 * zstd (RFC 8878), all frames of it, skippable ones passed over. Every decoder has a WebAssembly memory of its own:
 * what one stream does to it no other stream sees, and it goes when the decoder goes.
 *
 * The exports are driven by hand: the library's own generator does not look at error codes, so that corrupt data
 * makes it yield nothing for ever.
 */
export class ZstdDecoder implements Decoder {
  readonly #sink: Sink;
  readonly #what: string;
  #zstd: ZstdExports | undefined;
  readonly #context: number;
  readonly #input: number;
  readonly #output: number;
  /** Two structs of address, size and position: input, then output. */
  readonly #structs: number;
  #filled = 0;
  /** Of a frame's header what has come of it; undefined inside a frame. */
  #head: Uint8Array | undefined = nothing;
  #frames = 0;

  private constructor(zstd: ZstdExports, sink: Sink, what: string) {
    this.#zstd = zstd;
    this.#sink = sink;
    this.#what = what;
    this.#context = zstd.ZSTD_createDCtx();
    this.#input = zstd.malloc(bufferSize);
    this.#output = zstd.malloc(bufferSize);
    this.#structs = zstd.malloc(24);
  }

  static async open(sink: Sink, what: string): Promise<ZstdDecoder> {
    compiled ??= compile();
    const { exports } = new WebAssembly.Instance(await compiled, {
      env: { emscripten_notify_memory_growth: () => undefined },
    });
    return new ZstdDecoder(exports, sink, what);
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.#zstd;) {
      const rest = chunk.subarray(at, at + bufferSize);
      at += this.#head ? this.#gatherHead(this.#head, rest) : this.#decode(this.#zstd, rest);
    }
  }

  end(): void {
    if (this.#head?.length !== 0 || this.#frames === 0) throw this.#hostile('truncated zstd data');
    if (this.#zstd) this.#flush(this.#zstd);
  }

  close(): void {
    this.#zstd = undefined;
  }

  /** The frame's header decides how much memory decoding takes: it is looked at before the engine sees it. */
  #gatherHead(before: Uint8Array, bytes: Uint8Array): number {
    let head = before;
    let taken = 0;
    let frame = parseZstdFrame(head);
    while (frame.kind === 'incomplete' && taken < bytes.length) {
      const more = bytes.subarray(taken, taken + frame.need - head.length);
      taken += more.length;
      head = Buffer.concat([head, more]);
      frame = parseZstdFrame(head);
    }
    this.#head = head;
    if (frame.kind === 'incomplete' || !this.#zstd) return taken;
    if (frame.kind === 'unknown') {
      throw this.#hostile(this.#frames > 0 ? 'data after the end of the zstd data' : 'corrupt zstd data');
    }
    if (frame.kind === 'frame' && frame.dictionary) throw this.#hostile('zstd data that needs a dictionary');
    if (frame.kind === 'frame' && frame.window > windowLimit) {
      throw this.#hostile(`zstd data with a window of ${frame.window} bytes exceeds ${windowLimit}`);
    }
    this.#head = undefined;
    this.#decode(this.#zstd, head);
    return taken;
  }

  /** Decodes up to the end of the bytes or of the frame; says how many it took. */
  #decode(zstd: ZstdExports, bytes: Uint8Array): number {
    new Uint8Array(zstd.memory.buffer).set(bytes, this.#input);
    for (let taken = 0; ;) {
      const full = this.#filled === bufferSize;
      if (full) this.#flush(zstd);
      const before = taken + this.#filled;
      const structs = [this.#input, bytes.length, taken, this.#output, bufferSize, this.#filled];
      new Uint32Array(zstd.memory.buffer, this.#structs, 6).set(structs);
      const result = zstd.ZSTD_decompressStream(this.#context, this.#structs + 12, this.#structs) >>> 0;
      if (result > lastResult) throw this.#hostile('corrupt zstd data');
      // The memory may have grown, which cuts old views off.
      const after = new Uint32Array(zstd.memory.buffer, this.#structs, 6);
      taken = after[2] as number;
      this.#filled = after[5] as number;
      if (result === 0) {
        this.#frames++;
        this.#head = nothing;
        return taken;
      }
      if (this.#filled < bufferSize && taken === bytes.length) return taken;
      if (taken + this.#filled === before) throw this.#hostile('corrupt zstd data');
    }
  }

  /** Whole buffers only, but for the last: what reads them finds its blocks aligned. */
  #flush(zstd: ZstdExports): void {
    const filled = this.#filled;
    this.#filled = 0;
    if (filled > 0) this.#sink(new Uint8Array(zstd.memory.buffer, this.#output, filled));
  }

  #hostile(message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`);
  }
}

let compiled: Promise<object> | undefined;

async function compile(): Promise<object> {
  const { ZSTDDecoder } = await import('zstddec/stream');
  const library = new ZSTDDecoder();
  let found: { readonly module: object } | undefined;
  library._init = (result: { readonly module: object }) => void (found = result);
  await library.init();
  if (!found) throw new Error('zstddec was initialised elsewhere');
  return found.module;
}
