import type { LayerEntry } from './analyzer.js';
import type { Worker } from './wanted.js';

interface Waiting {
  readonly entry: LayerEntry;
  readonly worker: Worker;
  readonly bytes: number;
}

/**
 * Shows the first bytes of files to those who asked for them: of the piece at hand where it holds them all, which is
 * nearly always, else out of one room that the next file is written over.
 */
export class Starts {
  #waiting: Waiting[] = [];
  #room = new Uint8Array(0);
  #length = 0;

  /** Whether more bytes of the member at hand are needed. */
  get waiting(): boolean {
    return this.#waiting.length > 0;
  }

  offer(entry: LayerEntry, worker: Worker, bytes: number): void {
    const wanted = Math.min(bytes, entry.size);
    if (wanted === 0) worker.analysis.file({ entry, start: new Uint8Array(0) });
    else this.#waiting.push({ entry, worker, bytes: wanted });
  }

  add(chunk: Uint8Array): void {
    if (this.#waiting.length === 0) return;
    const most = Math.max(...this.#waiting.map((one) => one.bytes));
    if (this.#length === 0 && chunk.byteLength >= most) {
      this.#show(chunk);
      return;
    }
    const piece = chunk.subarray(0, most - this.#length);
    this.#grow(this.#length + piece.byteLength, most);
    this.#room.set(piece, this.#length);
    this.#length += piece.byteLength;
    if (this.#length === most) this.#show(this.#room.subarray(0, most));
  }

  /** The member is over: what was not shown yet never comes. */
  finish(): void {
    if (this.#waiting.length > 0) this.#show(this.#room.subarray(0, this.#length));
  }

  /** As bytes come, never from what a header claims. */
  #grow(need: number, most: number): void {
    if (need <= this.#room.byteLength) return;
    const grown = new Uint8Array(Math.min(Math.max(need, this.#room.byteLength * 2), Math.max(need, most)));
    grown.set(this.#room.subarray(0, this.#length));
    this.#room = grown;
  }

  #show(bytes: Uint8Array): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#length = 0;
    for (const { entry, worker, bytes: wanted } of waiting) {
      worker.analysis.file({ entry, start: bytes.subarray(0, wanted) });
    }
  }
}
