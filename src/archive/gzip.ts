import { createGunzip } from 'node:zlib';
import { ImgcheckError } from '../core/error.js';
import type { Decoder, Sink } from './decoder.js';

/** What one call inflates to: with this the engine is twice as fast as with Node's 16 KiB. */
const chunkSize = 262_144;

/**
 * gzip (RFC 1952), all members of it. Zeros after the last member are padding; anything else there is refused,
 * as other readers would take it for data, or not.
 *
 * The stream is driven by hand: piped, a failing source becomes an uncaught exception or is reported as corruption,
 * and a wait on one write never ends when the engine dies (it drops the write's callback).
 */
export class GzipDecoder implements Decoder {
  readonly #gunzip = createGunzip({ chunkSize });
  readonly #sink: Sink;
  readonly #what: string;
  readonly #plain: Uint8Array[] = [];
  #failure: { readonly error: unknown } | undefined;
  #fed = 0;
  /** The engine takes no more: the last member has ended, and zeros follow or the input is over. */
  #ended = false;
  #closed = false;
  /** Resolves the wait at hand. */
  #wake: () => void = () => undefined;

  constructor(sink: Sink, what: string) {
    this.#sink = sink;
    this.#what = what;
    // Consumed after the engine was sent off for the next piece: the thread pool inflates meanwhile.
    this.#gunzip.on('data', (plain: Uint8Array) => {
      this.#plain.push(plain);
      queueMicrotask(() => this.#drain());
    });
    this.#gunzip.on('error', (error: NodeJS.ErrnoException) => this.#engineFailed(error));
    this.#gunzip.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#ended) {
      this.#checkPadding(chunk);
      return;
    }
    this.#fed += chunk.byteLength;
    await this.#until((done) =>
      this.#gunzip.write(chunk, (error) => {
        if (error) this.#engineFailed(error);
        done();
      }),
    );
    if (this.#ended) this.#checkPadding(chunk.subarray(chunk.byteLength - (this.#fed - this.#gunzip.bytesWritten)));
  }

  async end(): Promise<void> {
    if (this.#fed === 0) throw this.#hostile('truncated gzip data: it is empty');
    if (!this.#ended) await this.#until(() => this.#gunzip.end());
  }

  close(): void {
    this.#closed = true;
    this.#gunzip.destroy();
  }

  /** Waits for the engine's answer, good or bad: every way in which it can end wakes us. */
  async #until(start: (done: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      start(resolve);
    });
    this.#drain();
    if (this.#failure) throw this.#failure.error;
  }

  #drain(): void {
    try {
      for (const plain of this.#plain.splice(0)) if (!this.#failure && !this.#closed) this.#sink(plain);
    } catch (error) {
      this.#fail(error);
    }
  }

  #engineFailed(error: NodeJS.ErrnoException): void {
    // What was inflated before comes first: if the sink refuses it, that is the earlier failure.
    this.#drain();
    const truncated = error.code === 'Z_BUF_ERROR';
    this.#fail(this.#hostile(truncated ? 'truncated gzip data' : 'corrupt gzip data', error));
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#gunzip.destroy();
    this.#wake();
  }

  #checkPadding(bytes: Uint8Array): void {
    if (bytes.some((byte) => byte !== 0)) throw this.#hostile('data after the end of the gzip data');
  }

  #hostile(message: string, cause?: unknown): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`, { cause });
  }
}
