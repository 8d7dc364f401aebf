import { concat } from '../core/stream.js';
import { fieldText } from './byte-text.js';
import { parsePax, type PaxRecords } from './pax.js';
import type { TarComplaints } from './tar-header.js';

/** What came before a member's own header and belongs to it. */
export interface TarExtensions {
  readonly pax?: PaxRecords;
  /** GNU `L` and `K`. */
  readonly longName?: string;
  readonly longLink?: string;
}

const none: TarExtensions = {};

/** Gathers extended headers (pax `x` and `g`, GNU `L` and `K`) and says what the next member has of them. */
export class TarExtensionReader {
  readonly #limit: number;
  readonly #complaints: TarComplaints;
  #typeflag = '';
  #parts: Uint8Array[] = [];
  #pending: TarExtensions = none;
  #globals: PaxRecords | undefined;

  constructor(limit: number, complaints: TarComplaints) {
    this.#limit = limit;
    this.#complaints = complaints;
  }

  static reads(typeflag: string): boolean {
    return typeflag === 'x' || typeflag === 'g' || typeflag === 'L' || typeflag === 'K';
  }

  /** An extended header's own header has come. @throws ImgcheckError hostile for one above the limit */
  begin(typeflag: string, size: number): void {
    if (size > this.#limit) {
      throw this.#complaints.fail(`an extended header of ${size} bytes exceeds ${this.#limit}`);
    }
    this.#typeflag = typeflag;
  }

  /** Some of its content, copied unless it is all of it. */
  add(bytes: Buffer, last: boolean): void {
    if (!last) {
      this.#parts.push(new Uint8Array(bytes));
      return;
    }
    const whole = this.#parts.length === 0 ? bytes : Buffer.from(concat([...this.#parts, bytes]).buffer);
    this.#parts = [];
    this.#take(whole);
  }

  /** What belongs to the member whose header has come; forgotten then. */
  claim(): TarExtensions {
    const own = this.#pending;
    this.#pending = none;
    return this.#globals ? { ...own, pax: overGlobals(this.#globals, own.pax) } : own;
  }

  /** No member follows that they could belong to. */
  drop(): void {
    if (this.#pending !== none) this.#complaints.note('an extended header that belongs to no member');
    this.#pending = none;
  }

  #take(bytes: Buffer): void {
    switch (this.#typeflag) {
      case 'x':
        this.#onlyOnce(this.#pending.pax, 'pax headers');
        this.#pending = { ...this.#pending, pax: parsePax(bytes, this.#complaints) };
        break;
      case 'L':
        this.#onlyOnce(this.#pending.longName, 'long names');
        this.#pending = { ...this.#pending, longName: fieldText(bytes, 0, bytes.length) };
        break;
      case 'K':
        this.#onlyOnce(this.#pending.longLink, 'long link names');
        this.#pending = { ...this.#pending, longLink: fieldText(bytes, 0, bytes.length) };
        break;
      default:
        this.#takeGlobal(parsePax(bytes, this.#complaints));
    }
  }

  #onlyOnce(before: unknown, what: string): void {
    if (before !== undefined) this.#complaints.note(`it has several ${what}: the last counts`);
  }

  /**
   * A global header names defaults. One path, link target or size for all members is an attack; other fields are odd,
   * because Go's archive/tar, and so the engines, do not apply them.
   */
  #takeGlobal(records: PaxRecords): void {
    if (records.path !== undefined || records.linkpath !== undefined || records.size !== undefined || records.sparse) {
      throw this.#complaints.fail('a global pax header gives every member one path, link target or size');
    }
    // The engines forget what came before a global header, too.
    this.drop();
    const named = Object.keys(records);
    if (named.length === 0) return;
    this.#complaints.note(`a global pax header sets ${named.join(', ')} for all members: the engines ignore that`);
    this.#globals = overGlobals(this.#globals ?? {}, records);
  }
}

function overGlobals(globals: PaxRecords, own: PaxRecords | undefined): PaxRecords {
  const records = { ...globals, ...own };
  if (globals.xattrs && own?.xattrs) {
    records.xattrs = Object.assign(Object.create(null), globals.xattrs, own.xattrs) as Record<string, Uint8Array>;
  }
  return records;
}
