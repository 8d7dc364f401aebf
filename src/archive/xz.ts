import { ImgcheckError } from '../core/error.js';
import type { Decoder, Sink } from './decoder.js';

/** What xz-decompress's WebAssembly (XZ Embedded) offers; addresses and sizes are 32-bit. */
interface XzExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  supply_input(context: number, size: number): void;
  get_next_output(context: number): number;
}

/** `enum xz_ret` of XZ Embedded. */
const results = { ok: 0, streamEnd: 1, unsupportedCheck: 2, memory: 3, memoryLimit: 4, options: 6, stuck: 8 } as const;

/**
 * xz, all streams of it and the padding between them; dictionaries of up to 64 MiB, checks CRC32 and CRC64.
 * Every decoder has a WebAssembly memory of its own.
 *
 * The exports are driven by hand: the library's own stream lets one decoder in the whole process run at a time, so
 * that one that waits for its source stops all others.
 */
export class XzDecoder implements Decoder {
  readonly #sink: Sink;
  readonly #what: string;
  #xz: XzExports | undefined;
  readonly #context: number;
  #ended = false;
  #fed = false;

  private constructor(xz: XzExports, sink: Sink, what: string) {
    this.#xz = xz;
    this.#sink = sink;
    this.#what = what;
    this.#context = xz.create_context();
  }

  static async open(sink: Sink, what: string): Promise<XzDecoder> {
    return new XzDecoder(await instantiate(), sink, what);
  }

  write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && this.#xz;) {
      const { size, input } = this.#fields(this.#xz);
      const piece = chunk.subarray(at, at + size);
      new Uint8Array(this.#xz.memory.buffer).set(piece, input);
      this.#xz.supply_input(this.#context, piece.length);
      this.#decode(this.#xz);
      at += piece.length;
      this.#fed = true;
    }
  }

  end(): void {
    if (!this.#xz) return;
    if (!this.#fed) throw this.#wrong('hostile', 'truncated xz data: it is empty');
    // An empty piece says that the input is over.
    this.#xz.supply_input(this.#context, 0);
    this.#decode(this.#xz);
    if (!this.#ended) throw this.#wrong('hostile', 'truncated xz data');
  }

  close(): void {
    this.#xz = undefined;
  }

  #decode(xz: XzExports): void {
    for (;;) {
      const before = this.#fields(xz).taken;
      const result = xz.get_next_output(this.#context);
      const { size, taken, given, output, filled } = this.#fields(xz);
      if (result === results.streamEnd) this.#ended = true;
      else if (result !== results.ok) throw this.#refusal(result, given === 0);
      new Uint32Array(xz.memory.buffer, this.#context, 6)[5] = 0;
      if (filled > 0) this.#sink(new Uint8Array(xz.memory.buffer, output, filled));
      if (this.#ended || (taken === given && filled < size)) return;
      if (taken === before && filled === 0) throw this.#wrong('hostile', 'corrupt xz data');
    }
  }

  /** The context starts with: buffer size; input address, position, size; output address, position. */
  #fields(xz: XzExports) {
    const fields = new Uint32Array(xz.memory.buffer, this.#context, 6);
    const [size = 0, input = 0, taken = 0, given = 0, output = 0, filled = 0] = fields;
    return { size, input, taken, given, output, filled };
  }

  #refusal(result: number, atEnd: boolean): ImgcheckError {
    switch (result) {
      case results.unsupportedCheck:
      case results.options:
        return this.#wrong('unsupported', 'xz data with a filter or check that is not known');
      case results.memory:
      case results.memoryLimit:
        return this.#wrong('hostile', 'xz data that needs a dictionary above 64 MiB');
      default:
        return this.#wrong('hostile', result === results.stuck && atEnd ? 'truncated xz data' : 'corrupt xz data');
    }
  }

  #wrong(kind: 'hostile' | 'unsupported', message: string): ImgcheckError {
    return new ImgcheckError(kind, `${this.#what}: ${message}`);
  }
}

/** The statics that the library's stream makes its instances with; not in its types. */
interface XzInternals {
  _getModuleInstance(): Promise<void>;
  _moduleInstance?: { readonly exports: XzExports };
}

async function instantiate(): Promise<XzExports> {
  // A CommonJS module without named exports: Node puts it under `default`, other loaders do not.
  const library: { XzReadableStream?: unknown; default?: { XzReadableStream?: unknown } } =
    await import('xz-decompress');
  const internals = (library.XzReadableStream ?? library.default?.XzReadableStream) as XzInternals;
  await internals._getModuleInstance();
  const instance = internals._moduleInstance;
  if (!instance) throw new Error('xz-decompress made no instance');
  return instance.exports;
}
