import { Cursor } from '../core/bytes.js';

/** What a write-ahead log adds to its database: the pages of every committed transaction, the last version of each. */
export interface WriteAheadLog {
  /** Frames up to the last commit: the ones that count. */
  readonly frames: number;
  /** Pages of the database after the last commit; undefined when nothing was committed. */
  readonly databasePages: number | undefined;
  readonly pages: ReadonlyMap<number, Uint8Array>;
  /** Why (some of) it does not count. */
  readonly damage: string | undefined;
}

const headLength = 32;
const frameHeadLength = 24;
const version = 3007000;

/**
 * Reads an SQLite `-wal` file (sqlite.org/fileformat2.html, section 4). Frames count while their salts and the
 * running checksum fit, and up to the last commit; older frames behind them are no damage, a cut transaction is.
 */
export function readWal(bytes: Uint8Array, pageSize: number): WriteAheadLog {
  const none = (damage: string): WriteAheadLog => ({ frames: 0, databasePages: undefined, pages: new Map(), damage });
  if (bytes.byteLength < headLength) return none(`expected at least ${headLength} bytes, got ${bytes.byteLength}`);
  const cursor = new Cursor(bytes, 'write-ahead log');
  const magic = cursor.u32(0);
  if (magic !== 0x377f0682 && magic !== 0x377f0683) return none('it has no magic of its kind');
  if (cursor.u32(4) !== version) return none(`expected version ${version}, got ${cursor.u32(4)}`);
  if (cursor.u32(8) !== pageSize) return none(`expected pages of ${pageSize} bytes, got ${cursor.u32(8)}`);
  const sum = new Checksum(cursor, magic === 0x377f0682);
  sum.add(0, 24);
  if (!sum.equals(24)) return none('the checksum of its head does not fit');
  return readFrames(cursor, pageSize, sum);
}

function readFrames(cursor: Cursor, pageSize: number, sum: Checksum): WriteAheadLog {
  const pages = new Map<number, Uint8Array>();
  let pending: [number, Uint8Array][] = [];
  let frames = 0;
  let databasePages: number | undefined;
  let at = headLength;
  const isOurs = () => cursor.u32(at + 8) === cursor.u32(16) && cursor.u32(at + 12) === cursor.u32(20);
  while (at + frameHeadLength + pageSize <= cursor.length && isOurs()) {
    sum.add(at, 8);
    sum.add(at + frameHeadLength, pageSize);
    const page = cursor.u32(at);
    if (page === 0 || !sum.equals(at + 16)) break;
    pending.push([page, cursor.slice(at + frameHeadLength, pageSize)]);
    const committed = cursor.u32(at + 4);
    if (committed > 0) {
      for (const [number, content] of pending) pages.set(number, content);
      frames += pending.length;
      pending = [];
      databasePages = committed;
    }
    at += frameHeadLength + pageSize;
  }
  const isCut = pending.length > 0 || (at + frameHeadLength <= cursor.length && isOurs());
  return { frames, databasePages, pages, damage: isCut ? 'it ends within a transaction' : undefined };
}

/** The running checksum over pairs of 32-bit words, whose byte order the magic says. */
class Checksum {
  readonly #cursor: Cursor;
  readonly #littleEndian: boolean;
  #a = 0;
  #b = 0;

  constructor(cursor: Cursor, littleEndian: boolean) {
    this.#cursor = cursor;
    this.#littleEndian = littleEndian;
  }

  add(offset: number, length: number): void {
    let [a, b] = [this.#a, this.#b];
    for (let at = offset; at < offset + length; at += 8) {
      a = (a + this.#cursor.u32(at, this.#littleEndian) + b) >>> 0;
      b = (b + this.#cursor.u32(at + 4, this.#littleEndian) + a) >>> 0;
    }
    [this.#a, this.#b] = [a, b];
  }

  /** Stored checksums are big-endian always. */
  equals(offset: number): boolean {
    return this.#cursor.u32(offset) === this.#a && this.#cursor.u32(offset + 4) === this.#b;
  }
}
