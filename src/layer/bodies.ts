import { ImgcheckError } from '../core/error.js';
import type { LayerEntry } from './analyzer.js';
import type { Asked } from './wanted.js';

interface Taker {
  readonly entry: LayerEntry;
  readonly asked: readonly Asked[];
}

/** Hands entries to those who asked for them; where a body was asked for, once it is gathered and only if it fits. */
export class Bodies {
  #takers: Taker[] = [];
  /** Grown as bytes come, never allocated from what a header claims. One for all names of the member at hand. */
  #bytes = new Uint8Array(0);
  #length = 0;

  /** Whether the member at hand is waited for. */
  get waiting(): boolean {
    return this.#takers.length > 0;
  }

  offer(entry: LayerEntry, asked: readonly Asked[], sparse: boolean): void {
    const waiting: Asked[] = [];
    for (const one of asked) {
      const { analysis, analyzer } = one.worker;
      if (!one.body || entry.type !== 'file') {
        analysis.file({ entry });
        continue;
      }
      const error = refusal(entry, analyzer.maxBytes, sparse);
      if (error) analysis.file({ entry, error });
      else if (entry.size === 0) analysis.file({ entry, body: new Uint8Array(0) });
      else waiting.push(one);
    }
    if (waiting.length === 0) return;
    if (this.#takers.length === 0) {
      this.#bytes = new Uint8Array(Math.min(entry.size, 1 << 20));
      this.#length = 0;
    }
    this.#takers.push({ entry, asked: waiting });
  }

  add(chunk: Uint8Array): void {
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
    const body = this.#bytes.subarray(0, this.#length);
    const takers = this.#takers;
    this.#takers = [];
    this.#bytes = new Uint8Array(0);
    for (const { entry, asked } of takers) for (const { worker } of asked) worker.analysis.file({ entry, body });
  }
}

function refusal(entry: LayerEntry, maxBytes: number, sparse: boolean): ImgcheckError | undefined {
  if (sparse) return new ImgcheckError('unsupported', `${entry.path} is stored as a sparse file, which is not read`);
  if (entry.size <= maxBytes) return undefined;
  return new ImgcheckError('hostile', `${entry.path} of ${entry.size} bytes exceeds ${maxBytes}`);
}
