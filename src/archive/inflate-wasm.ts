import { inflateModule } from './inflate-module.js';

/** What scripts/inflate/inflate.as.ts exports; addresses and sizes are 32-bit. */
interface InflateExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  inputAddress(): number;
  inputSize(): number;
  outputAddress(): number;
  outputSize(): number;
  init(): void;
  reset(): void;
  feed(size: number): void;
  skipTo(at: number): void;
  taken(): number;
  filled(): number;
  run(): number;
}

/** The types of Node 20 do not know it; with --jitless it is not there. */
declare const WebAssembly:
  | {
      validate(bytes: Uint8Array): boolean;
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: InflateExports };
    }
  | undefined;

/** What run() answers with, from 0 on. */
const answers = ['need-input', 'output-full', 'done'] as const;
/** What is wrong, from -1 down. */
const complaints = [
  'block type 3',
  'the length of a stored block and its complement differ',
  'more than 286 literals and lengths, or 30 distances',
  'the code of code lengths is over-subscribed or incomplete',
  'a repeated code length without one before it, or more of them than codes',
  'a block that cannot end',
  'the code of literals and lengths is over-subscribed or incomplete',
  'the code of distances is over-subscribed or incomplete',
  'a literal or length code that stands for nothing',
  'a distance code that stands for nothing',
  'a distance that reaches back before the beginning',
] as const;

/** need-input: all was taken. output-full: hand `plain` on, then run again. done: the deflate stream has ended. */
export type InflateAnswer = (typeof answers)[number] | { readonly wrong: string };

/**
 * Inflates deflate streams (RFC 1951) one after another, in a WebAssembly memory of its own of 640 KiB: what one stream
 * does to it no other inflater sees. It rejects exactly what zlib rejects.
 */
export class WasmInflater {
  readonly #wasm: InflateExports;
  readonly #input: Uint8Array;
  readonly #window: Uint8Array;

  private constructor(wasm: InflateExports) {
    this.#wasm = wasm;
    wasm.init();
    const { buffer } = wasm.memory;
    this.#input = new Uint8Array(buffer, wasm.inputAddress(), wasm.inputSize());
    this.#window = new Uint8Array(buffer, wasm.outputAddress(), wasm.outputSize());
  }

  /** Undefined where WebAssembly, or its SIMD, or memory for it, is not to be had. */
  static open(): WasmInflater | undefined {
    compiled ??= compile();
    if (!compiled.module || typeof WebAssembly === 'undefined') return undefined;
    try {
      return new WasmInflater(new WebAssembly.Instance(compiled.module).exports);
    } catch (error) {
      // Each instance reserves gigabytes of addresses, which a limit on them (ulimit -v) may forbid; zlib needs none.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Another stream begins with the next byte; its matches do not reach back into the one before. */
  reset(): void {
    this.#wasm.reset();
  }

  /** The most that can be fed at once. */
  get capacity(): number {
    return this.#input.length;
  }

  /** Takes in the next bytes, in place of what was fed before: only after need-input or done. */
  feed(bytes: Uint8Array): void {
    this.#input.set(bytes);
    this.#wasm.feed(bytes.length);
  }

  /** After done: goes on at this place of what was fed last. */
  skipTo(at: number): void {
    this.#wasm.skipTo(at);
  }

  run(): InflateAnswer {
    const code = this.#wasm.run();
    return answers[code] ?? { wrong: complaints[-1 - code] ?? `error ${code}` };
  }

  /** Of the bytes fed last, how many were taken or skipped; once done, what follows belongs to others. */
  get taken(): number {
    return this.#wasm.taken();
  }

  /** How much of the window is plain bytes. */
  get filled(): number {
    return this.#wasm.filled();
  }

  /** The next run fills the window from its start again, whatever the last one answered. */
  get isFull(): boolean {
    return this.filled === this.#window.length;
  }

  /** A view of plain bytes in the window, which lasts until the next run. */
  plain(from: number, to: number): Uint8Array {
    return this.#window.subarray(from, to);
  }
}

let compiled: { readonly module: object | undefined } | undefined;

function compile(): { readonly module: object | undefined } {
  if (typeof WebAssembly === 'undefined') return { module: undefined };
  const bytes = Buffer.from(inflateModule, 'base64');
  return { module: WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined };
}
