import type { FileDigests } from '../layer/analyzer.js';
import { PathHasher } from '../layer/path-set.js';
import { digestWidth, rowWidth, type EntryExtra, type FileTable } from './file-table.js';

/** One row of a layer's table. */
export interface TableEntry {
  /** As in st_mode; 15 for a hard link. */
  readonly type: number;
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** Undefined for all but files, and for those stored sparse. */
  readonly digests?: FileDigests;
  readonly extra?: EntryExtra;
}

/** Finds the rows of a layer's table by path. */
export class FileTableIndex {
  readonly #table: FileTable;
  readonly #hasher: PathHasher;
  readonly #rows: DataView;
  /** Row numbers from 1 by their hash, open addressing. */
  readonly #slots: Int32Array;

  constructor(table: FileTable) {
    this.#table = table;
    this.#hasher = new PathHasher(table.key);
    this.#rows = new DataView(table.rows.buffer, table.rows.byteOffset, table.rows.byteLength);
    let slots = 64;
    while (slots < table.hashes.length * 2) slots *= 2;
    this.#slots = new Int32Array(slots);
    for (const [row, hash] of table.hashes.entries()) this.#slots[this.#place(hash)] = row + 1;
  }

  find(path: string): TableEntry | undefined {
    const row = this.#slots[this.#place(this.#hasher.hash(path))];
    return row === undefined || row === 0 ? undefined : this.#read((row - 1) * rowWidth);
  }

  #place(hash: number): number {
    const mask = this.#slots.length - 1;
    let place = (hash >>> 0) & mask;
    for (let row = this.#slots[place]; row && this.#table.hashes[row - 1] !== hash; row = this.#slots[place]) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #read(at: number): TableEntry {
    const mode = this.#rows.getUint16(at);
    const digests = this.#digests(this.#rows.getUint32(at + 18));
    const extra = this.#table.extras[this.#rows.getUint32(at + 22) - 1];
    return {
      type: mode >>> 12,
      mode: mode & 0o7777,
      uid: this.#rows.getUint32(at + 2),
      gid: this.#rows.getUint32(at + 6),
      size: this.#rows.getFloat64(at + 10),
      ...(digests ? { digests } : {}),
      ...(extra ? { extra } : {}),
    };
  }

  #digests(number: number): FileDigests | undefined {
    if (number === 0) return undefined;
    const at = (number - 1) * digestWidth;
    const { digests, md5 } = this.#table;
    const sha256 = digests.subarray(at, at + 32);
    return md5 ? { sha256, md5: digests.subarray(at + 32, at + digestWidth) } : { sha256 };
  }
}
