import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';

// Berkeley DB's db_page.h, as rpm's lib/backend/bdb_ro.c reads it. Numbers are in the writer's byte order.
export const pageHeadLength = 26;
const metaLength = 512;
const magics: Readonly<Record<number, 'bdb-hash' | 'bdb-btree'>> = { 0x061561: 'bdb-hash', 0x053162: 'bdb-btree' };
const overflowType = 7;

/** What the first page says of the file. */
export interface BdbMeta {
  readonly kind: 'bdb-hash' | 'bdb-btree';
  readonly littleEndian: boolean;
  readonly pageSize: number;
  /** The number of the last page. */
  readonly lastPage: number;
}

/** True when the bytes carry the magic of a hash or btree file, in either byte order. */
export function isBdb(bytes: Uint8Array): boolean {
  return bytes.byteLength >= 16 && findMagic(new Cursor(bytes, 'file')) !== undefined;
}

/** The pages of a Berkeley DB file, each checked to be the one asked for; and values that run over many pages. */
export class BdbFile {
  readonly meta: BdbMeta;
  /** The first page, to be read further by the kind at hand. */
  readonly head: Cursor;
  /** Whole pages that are really there. */
  readonly pages: number;
  readonly #bytes: Uint8Array;
  readonly #chainOf: Uint32Array;
  #chains = 0;
  #budget: number;
  #hasCounter = false;

  /** @throws ImgcheckError unsupported (version, encryption, page checksums) or hostile (a head that makes no sense) */
  constructor(bytes: Uint8Array, what: string) {
    this.head = new Cursor(bytes.subarray(0, metaLength), what);
    this.meta = readMeta(this.head, bytes.byteLength, what);
    this.#bytes = bytes;
    this.pages = Math.floor(bytes.byteLength / this.meta.pageSize);
    this.#chainOf = new Uint32Array(this.pages);
    // Each overflow page belongs to one value; twice over leaves room for one bad chain, and bounds the work.
    this.#budget = 2 * this.pages;
  }

  /** A number of the page in the file's byte order. */
  u16(page: Cursor, offset: number): number {
    return page.u16(offset, this.meta.littleEndian);
  }

  u32(page: Cursor, offset: number): number {
    return page.u32(offset, this.meta.littleEndian);
  }

  /** @throws ImgcheckError hostile when there is no such page or it says that it is another one */
  page(number: number): Cursor {
    const page = this.rawPage(number);
    const stored = this.u32(page, 8);
    if (stored !== number) throw fault(`page ${number}: it says that it is page ${stored}`);
    return page;
  }

  /** A page whose own number is not checked: a bucket that was never used is all zero. */
  rawPage(number: number): Cursor {
    const { pageSize } = this.meta;
    if (number >= this.pages) throw fault(`page ${number} lies outside the file of ${this.pages} pages`);
    return new Cursor(this.#bytes.subarray(number * pageSize, (number + 1) * pageSize), `page ${number}`);
  }

  /**
   * True for the key 0, whose value is the highest key used and no header.
   * @throws ImgcheckError hostile when there is a second one
   */
  isCounter(key: Uint8Array): boolean {
    if (key.byteLength !== 4 || key.some((byte) => byte !== 0)) return false;
    if (this.#hasCounter) throw fault('a second record with key 0');
    this.#hasCounter = true;
    return true;
  }

  /**
   * Joins a value that begins at an overflow page. It ends by its length, never by what the pages say.
   * @throws ImgcheckError hostile when the chain is too short, comes round, or leaves the file
   */
  overflow(first: number, length: number): Uint8Array {
    if (length > this.#bytes.byteLength) throw fault(`a value of ${length} bytes is longer than the file`);
    const parts: Uint8Array[] = [];
    const chain = ++this.#chains;
    let have = 0;
    for (let number = first; have < length;) {
      if (number === 0) throw fault(`the chain from page ${first} ends after ${have} of ${length} bytes`);
      const page = this.page(number);
      const type = page.u8(25);
      if (type !== overflowType)
        throw fault(`page ${number}: expected overflow page type ${overflowType}, got ${type}`);
      if (this.#chainOf[number] === chain) throw fault(`the chain from page ${first} comes back to page ${number}`);
      this.#chainOf[number] = chain;
      if (--this.#budget < 0) throw fault('the overflow pages are used more than once each');
      const there = this.u16(page, 22);
      if (there === 0) throw fault(`page ${number}: an overflow page without content`);
      const part = page.slice(pageHeadLength, Math.min(there, length - have));
      parts.push(part);
      have += part.byteLength;
      number = this.u32(page, 16);
    }
    return concat(parts, have);
  }
}

function findMagic(head: Cursor): Pick<BdbMeta, 'kind' | 'littleEndian'> | undefined {
  for (const littleEndian of [true, false]) {
    const kind = magics[head.u32(12, littleEndian)];
    if (kind) return { kind, littleEndian };
  }
  return undefined;
}

function readMeta(head: Cursor, fileLength: number, what: string): BdbMeta {
  const refuse = (kind: 'hostile' | 'unsupported', message: string) =>
    new ImgcheckError(kind, message, { subject: what });
  const found = findMagic(head);
  if (!found) throw refuse('unsupported', 'not a Berkeley DB hash or btree file');
  if (head.length < metaLength)
    throw refuse('hostile', `expected a first page of ${metaLength} bytes, got ${fileLength}`);
  const u32 = (offset: number) => head.u32(offset, found.littleEndian);
  const [version, pageSize] = [u32(16), u32(20)];
  if (version < 8 || version > 10) throw refuse('unsupported', `expected format version 8 to 10, got ${version}`);
  if (head.u8(24) !== 0) throw refuse('unsupported', 'the database is encrypted');
  if ((head.u8(26) & 1) !== 0) throw refuse('unsupported', 'the database has page checksums');
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) {
    throw refuse('hostile', `expected a page size of 512 to 65536, got ${pageSize}`);
  }
  return { ...found, pageSize, lastPage: u32(32) };
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
