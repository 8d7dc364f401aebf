import type { Codec } from '../archive/decoder.js';
import { decompress } from '../archive/decompress.js';
import type { TarEntry } from '../archive/tar-entry.js';
import { TarReader, type TarHandler } from '../archive/tar.js';
import { ImgcheckError } from '../core/error.js';
import type { Bytes } from '../core/stream.js';

/** While this many bytes wait to be taken, no more of the archive is read. */
const highWater = 1024 * 1024;
/**
 * What may wait at most. One piece of compressed input is inflated whole before reading can pause: deflate makes
 * 264 MiB of 256 KiB at its very worst, so only zstd and xz of long runs come here.
 */
const most = 320 * 1024 * 1024;

/** A member, or what has come of it. */
interface Held {
  readonly ordinal: number;
  readonly chunks: Uint8Array[];
  complete: boolean;
}

/**
 * One pass over a compressed archive that hands out members in the order in which they lie, one at a time, and
 * pauses between them. Nothing is written to disk; what comes after the last member asked for is not read.
 */
export class ArchivePass implements TarHandler {
  readonly #archive: () => Bytes;
  readonly #codec: Codec;
  readonly #what: string;
  readonly #arrived = new Signal();
  readonly #taken = new Signal();
  /** The member asked for, and what has been inflated after it already. */
  #held: Held[] = [];
  #wanted = -1;
  #count = 0;
  #waiting = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  #failure: Error | undefined;

  constructor(archive: () => Bytes, codec: Codec, what: string) {
    this.#archive = archive;
    this.#codec = codec;
    this.#what = what;
  }

  /** Members that lie after the one that was asked for last are still to be had. */
  canServe(ordinal: number): boolean {
    if (ordinal <= this.#wanted) return false;
    return !this.#stopped || this.#held.some((held) => held.ordinal === ordinal && held.complete);
  }

  /** The content of a member; the pass goes no further until the next is asked for. Left early, the pass is over. */
  async *member(ordinal: number): AsyncGenerator<Uint8Array> {
    this.#wanted = ordinal;
    this.#held = this.#held.filter((held) => held.ordinal >= ordinal || this.#drop(held));
    this.#taken.fire();
    this.#running ??= this.#run();
    let whole = false;
    try {
      for (;;) {
        const chunk = this.#take();
        if (chunk !== undefined) {
          yield chunk;
        } else if (this.#current?.complete === true) {
          whole = true;
          return;
        } else if (this.#failure !== undefined) {
          throw this.#failure;
        } else {
          await this.#arrived.next();
        }
      }
    } finally {
      if (!whole) await this.stop();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#taken.fire();
    await this.#running;
  }

  entry(entry: TarEntry): boolean {
    const ordinal = this.#count++;
    if (ordinal < this.#wanted) return false;
    this.#held.push({ ordinal, chunks: [], complete: entry.size === 0 });
    this.#arrived.fire();
    return entry.size > 0;
  }

  body(chunk: Uint8Array): void {
    const held = this.#held.at(-1);
    // The rest of a member that was given up for a later one.
    if (held === undefined) return;
    this.#waiting += chunk.byteLength;
    if (this.#waiting > most) {
      throw new ImgcheckError('hostile', `${this.#what} expands by more than ${most} bytes at a time`, {
        hint: 'decompress the archive first, and examine the result',
      });
    }
    // A Buffer's own slice would be a view of memory that is about to be written over.
    held.chunks.push(new Uint8Array(chunk));
    this.#arrived.fire();
  }

  endBody(): void {
    const last = this.#held.at(-1);
    if (last) last.complete = true;
    this.#arrived.fire();
  }

  /** See MemberIndex: the digest of what is taken out is what counts. */
  odd(): void {}

  get #current(): Held | undefined {
    return this.#held.find(({ ordinal }) => ordinal === this.#wanted);
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#current?.chunks.shift();
    if (chunk === undefined) return undefined;
    this.#waiting -= chunk.byteLength;
    this.#taken.fire();
    return chunk;
  }

  #drop(held: Held): false {
    for (const chunk of held.chunks) this.#waiting -= chunk.byteLength;
    return false;
  }

  /** Never rejects: whoever waits for a member finds the reason why it does not come. */
  async #run(): Promise<void> {
    const reader = new TarReader(this, this.#what);
    const fail = (error: unknown): void => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error));
      this.#stopped = true;
      this.#arrived.fire();
    };
    const sink = (plain: Uint8Array): void => {
      if (this.#stopped) return;
      try {
        reader.write(plain);
      } catch (error) {
        fail(error);
      }
    };
    try {
      // node's engine keeps the last bytes back until the checksum fits: the last member is not taken for whole before.
      await decompress(this.#paused(), this.#codec, sink, this.#what, { engine: 'node' });
      fail(new ImgcheckError('hostile', `${this.#what} ended before the member that was asked for`));
    } catch (error) {
      fail(error);
    }
  }

  async *#paused(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#archive()) {
      while (!this.#stopped && (this.#waiting > highWater || this.#current?.complete === true))
        await this.#taken.next();
      if (this.#stopped) throw new Error('nothing more of the archive is wanted');
      yield chunk;
    }
  }
}

/** Wakes the one who waits for it. */
class Signal {
  #wake: (() => void) | undefined;

  next(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  fire(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
