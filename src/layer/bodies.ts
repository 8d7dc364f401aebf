import { ImgcheckError } from '../core/error.js';
import type { LayerEntry, LayerFile } from './analyzer.js';
import { ContentHash } from './content-hash.js';
import { Starts } from './starts.js';
import type { Asked } from './wanted.js';

interface Taker {
  readonly entry: LayerEntry;
  readonly asked: readonly Asked[];
}

/**
 * Hands entries to those who asked for them; where a body was asked for, once it is gathered and only if it fits,
 * where its digests were, once it has passed, and where its start was, as soon as that is there.
 */
export class Bodies {
  #takers: Taker[] = [];
  /** Grown as bytes come, never allocated from what a header claims. One for all names of the member at hand. */
  #bytes = new Uint8Array(0);
  #length = 0;
  #hash: ContentHash | undefined;
  #gathers = false;
  readonly #starts = new Starts();

  /** Whether the member at hand is waited for. */
  get waiting(): boolean {
    return this.#takers.length > 0 || this.#starts.waiting;
  }

  offer(entry: LayerEntry, asked: readonly Asked[], sparse: boolean): void {
    const waiting: Asked[] = [];
    for (const one of asked) {
      const { analysis, analyzer } = one.worker;
      const start = one.start ?? 0;
      if (!(one.body || one.digest || start > 0) || entry.type !== 'file') {
        analysis.file({ entry });
        continue;
      }
      const error = refusal(entry, one.body ? analyzer.maxBytes : Infinity, sparse);
      if (error) analysis.file({ entry, error });
      else if (start > 0) this.#starts.offer(entry, one.worker, start);
      else if (entry.size === 0) analysis.file(empty(entry, one));
      else waiting.push(one);
    }
    if (waiting.length === 0) return;
    if (waiting.some((one) => one.body) && !this.#gathers) {
      this.#gathers = true;
      this.#bytes = new Uint8Array(Math.min(entry.size, 1 << 20));
      this.#length = 0;
    }
    if (waiting.some((one) => one.digest)) this.#hash ??= new ContentHash();
    this.#takers.push({ entry, asked: waiting });
  }

  add(chunk: Uint8Array): void {
    this.#hash?.update(chunk);
    this.#starts.add(chunk);
    if (!this.#gathers) return;
    const need = this.#length + chunk.byteLength;
    if (need > this.#bytes.byteLength) {
      const size = this.#takers[0]?.entry.size ?? need;
      const grown = new Uint8Array(Math.min(Math.max(need, this.#bytes.byteLength * 2), size));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = need;
  }

  finish(): void {
    this.#starts.finish();
    if (this.#takers.length === 0) return;
    const body = this.#bytes.subarray(0, this.#length);
    const [takers, hash] = [this.#takers, this.#hash];
    this.#takers = [];
    this.#hash = undefined;
    this.#gathers = false;
    this.#bytes = new Uint8Array(0);
    const digests = hash?.digests();
    for (const { entry, asked } of takers) {
      for (const one of asked) one.worker.analysis.file(one.digest && digests ? { entry, digests } : { entry, body });
    }
  }
}

function refusal(entry: LayerEntry, maxBytes: number, sparse: boolean): ImgcheckError | undefined {
  if (sparse) return new ImgcheckError('unsupported', `${entry.path} is stored as a sparse file, which is not read`);
  if (entry.size <= maxBytes) return undefined;
  return new ImgcheckError('hostile', `${entry.path} of ${entry.size} bytes exceeds ${maxBytes}`);
}

/** A layer can have a million empty files: their digests are made once. */
const digestsOfNothing = new ContentHash().digests();

function empty(entry: LayerEntry, { digest }: Asked): LayerFile {
  return digest ? { entry, digests: digestsOfNothing } : { entry, body: new Uint8Array(0) };
}
