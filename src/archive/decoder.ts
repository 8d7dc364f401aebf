/** How bytes are compressed. */
export type Codec = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** What inflates gzip: the project's own WebAssembly, or zlib as Node has it. They accept and refuse the same bytes. */
export const inflateEngines = ['wasm', 'node'] as const;
export type InflateEngine = (typeof inflateEngines)[number];

/** Takes plain bytes: a view, valid during the call only. */
export type Sink = (plain: Uint8Array) => void;

/** An engine: takes compressed chunks in order and hands what they decode to to the sink it was opened with. */
export interface Decoder {
  /** Settles when the next chunk may come. @throws ImgcheckError hostile for corrupt data; what the sink throws */
  write(chunk: Uint8Array): void | Promise<void>;
  /** No more chunks: settles when the sink has all. @throws ImgcheckError hostile for truncated data, and as write */
  end(): void | Promise<void>;
  /** Frees what it holds, whatever state it is in; nothing reaches the sink afterwards. */
  close(): void;
}
