import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';
import { readWal, type WriteAheadLog } from './sqlite-wal.js';

const headLength = 100;

/** The pages of an SQLite database (sqlite.org/fileformat2.html), those of its write-ahead log laid over them. */
export class SqliteFile {
  readonly pageSize: number;
  /** Bytes of a page that hold content. */
  readonly usable: number;
  /** Pages of the database: numbered from 1. */
  readonly pages: number;
  readonly wal: WriteAheadLog | undefined;
  /** How to read its text. */
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  /** Pages that it says it has and that are not there. */
  readonly missingPages: number;
  readonly #bytes: Uint8Array;
  readonly #chainOf: Uint32Array;
  #chains = 0;
  #budget: number;

  /** @throws ImgcheckError hostile when the head makes no sense, unsupported for a format version yet to come */
  constructor(bytes: Uint8Array, what: string, wal: Uint8Array | undefined) {
    const refuse = (message: string) => new ImgcheckError('hostile', message, { subject: what });
    if (bytes.byteLength < headLength) throw refuse(`expected at least ${headLength} bytes, got ${bytes.byteLength}`);
    const main = new Cursor(bytes, what);
    const stated = main.u16(16);
    this.pageSize = stated === 1 ? 65536 : stated;
    if (this.pageSize < 512 || (this.pageSize & (this.pageSize - 1)) !== 0) {
      throw refuse(`expected a page size of 512 to 65536, got ${stated}`);
    }
    this.usable = this.pageSize - main.u8(20);
    if (this.usable < 480) throw refuse(`${main.u8(20)} reserved bytes leave too little of a page`);
    this.wal = wal && wal.byteLength > 0 ? readWal(wal, this.pageSize) : undefined;
    this.#bytes = bytes;
    const present = Math.floor(bytes.byteLength / this.pageSize);
    // Log pages may lie beyond the main file, yet cannot be more than there are.
    this.pages = Math.min(this.wal?.databasePages ?? present, present + (this.wal?.pages.size ?? 0));
    if (this.pages < 1) throw refuse(`expected a first page of ${this.pageSize} bytes, got ${bytes.byteLength}`);
    this.#chainOf = new Uint32Array(this.pages + 1);
    // Each overflow page belongs to one row; twice over leaves room for one bad chain, and bounds the work.
    this.#budget = 2 * this.pages;
    const head = this.page(1);
    if (head.u8(19) > 2) {
      throw new ImgcheckError('unsupported', `expected read version 1 or 2, got ${head.u8(19)}`, { subject: what });
    }
    const encoding = head.u32(56);
    this.encoding = encoding === 2 ? 'utf-16le' : encoding === 3 ? 'utf-16be' : 'utf-8';
    // The size in the head counts only if the last writer knew of the field.
    const size = head.u32(24) === head.u32(92) ? head.u32(28) : 0;
    this.missingPages = Math.max(0, (this.wal?.databasePages ?? size) - this.pages);
  }

  /** @throws ImgcheckError hostile when there is no such page */
  page(number: number): Cursor {
    const logged = number <= this.pages ? this.wal?.pages.get(number) : undefined;
    const at = (number - 1) * this.pageSize;
    if (number < 1 || number > this.pages || (!logged && at + this.pageSize > this.#bytes.byteLength)) {
      throw new ImgcheckError('hostile', `page ${number} lies outside the database of ${this.pages} pages`);
    }
    return new Cursor(logged ?? this.#bytes.subarray(at, at + this.pageSize), `page ${number}`);
  }

  /**
   * The payload of a table leaf cell, of which `length` bytes begin at `at` and go on in overflow pages.
   * @throws ImgcheckError hostile when the chain is too short, comes round, or leaves the database
   */
  payload(page: Cursor, at: number, length: number): Uint8Array {
    const { usable } = this;
    if (length <= usable - 35) return page.slice(at, length);
    if (length > this.pages * this.pageSize) throw fault(`a row of ${length} bytes is longer than the database`);
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const most = least + ((length - least) % (usable - 4));
    const local = most <= usable - 35 ? most : least;
    const parts = [page.slice(at, local)];
    const first = page.u32(at + local);
    const chain = ++this.#chains;
    let have = local;
    for (let number = first; have < length;) {
      if (number === 0) throw fault(`a row ends after ${have} of ${length} bytes`);
      const overflow = this.page(number);
      if (this.#chainOf[number] === chain) throw fault(`the chain from page ${first} comes back to page ${number}`);
      this.#chainOf[number] = chain;
      if (--this.#budget < 0) throw fault('the overflow pages are used more than once each');
      const part = overflow.slice(4, Math.min(usable - 4, length - have));
      parts.push(part);
      have += part.byteLength;
      number = overflow.u32(0);
    }
    return concat(parts, have);
  }
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
