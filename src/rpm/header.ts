import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { readRegion, type Region } from './region.js';
import { isIdentity, isSetAtInstall, mayLieOutside, relocated, tags } from './tag.js';

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
  /** Where the next value begins: nothing of this one may lie beyond. */
  readonly end: number;
}

/** The least bytes that one value of each type takes, and its alignment: CHAR, INT8, INT16, INT32, INT64, STRING, BIN, STRING_ARRAY, I18NSTRING. */
const widths = [0, 1, 1, 2, 4, 8, 1, 1, 1, 1] as const;
const stringType = 6;
const binaryType = 7;
const arrayType = 8;
const i18nType = 9;
const magic = Uint8Array.of(0x8e, 0xad, 0xe8, 0x01, 0, 0, 0, 0);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * One package's header, read by tag. Where there is a signed region, a tag comes from it alone; only what rpm
 * notes at install time, and the signatures, may lie outside (`dribbles`).
 */
export class Header {
  /** Undefined where the whole header is plain entries, as in very old keys. */
  readonly region: Region | undefined;
  /** Tags outside the signed region that only the region may say, ascending: rpm believes them, so this is tampering. */
  readonly shadowed: readonly number[];
  readonly #cursor: Cursor;
  readonly #base: number;
  readonly #entries: ReadonlyMap<number, Entry>;
  readonly #dribbles: ReadonlyMap<number, Entry>;
  readonly #isRelocated: boolean;

  constructor(
    cursor: Cursor,
    base: number,
    region: Region | undefined,
    entries: ReadonlyMap<number, Entry>,
    dribbles: ReadonlyMap<number, Entry>,
  ) {
    this.#cursor = cursor;
    this.#base = base;
    this.region = region;
    this.#entries = entries;
    this.#dribbles = dribbles;
    this.#isRelocated = this.#checkRelocation();
    this.shadowed = [...dribbles.keys()]
      .filter((tag) => !isSetAtInstall(tag) && (entries.has(tag) || isIdentity(tag)))
      .filter((tag) => !(this.#isRelocated && relocated.has(tag)))
      .sort((a, b) => a - b);
  }

  has(tag: number): boolean {
    return this.#find(tag) !== undefined;
  }

  /**
   * The string, or the first (untranslated) of an I18NSTRING; bytes that are not UTF-8 become U+FFFD.
   * @throws ImgcheckError hostile for another type, no end, or more than `limit` bytes
   */
  string(tag: number, limit = 65536): string | undefined {
    const entry = this.#find(tag, stringType, i18nType);
    return entry && decoder.decode(this.#stringAt(tag, entry, entry.offset, limit));
  }

  /** All strings of a STRING_ARRAY, I18NSTRING or STRING; throws as `string`. */
  strings(tag: number, limit = 65536): readonly string[] | undefined {
    const entry = this.#find(tag, arrayType, i18nType, stringType);
    return entry && this.#strings(tag, entry, limit);
  }

  /** The first number of an integer tag. @throws ImgcheckError hostile for another type, or beyond 2^53 */
  number(tag: number): number | undefined {
    const entry = this.#find(tag, 1, 2, 3, 4, 5);
    return entry && this.#numberAt(entry, 0);
  }

  /** All numbers of an integer tag, unsigned; throws as `number`. */
  numbers(tag: number): readonly number[] | undefined {
    const entry = this.#find(tag, 1, 2, 3, 4, 5);
    return entry && this.#numbers(entry);
  }

  /** The bytes of a BIN tag: a view. @throws ImgcheckError hostile for another type */
  binary(tag: number): Uint8Array | undefined {
    const entry = this.#find(tag, binaryType);
    return entry && this.#cursor.slice(this.#base + entry.offset, entry.count);
  }

  /**
   * All values of a tag as stored, and how many they are: a view.
   * @throws ImgcheckError hostile for a tag of the other kind, and for strings without end
   */
  column(tag: number, kind: 'numbers' | 'texts'): { readonly bytes: Uint8Array; readonly count: number } | undefined {
    const entry = this.#find(tag, ...(kind === 'numbers' ? [1, 2, 3, 4, 5] : [arrayType, i18nType, stringType]));
    return entry && { bytes: this.#value(tag, entry), count: entry.count };
  }

  /**
   * What the vendor's signature and the header digests are over, in parts to be hashed in turn: the same bytes
   * as the header of the package file. Undefined without an immutable region, where nothing can be verified.
   */
  signedParts(): readonly Uint8Array[] | undefined {
    if (this.region?.tag !== tags.headerImmutable) return undefined;
    const { entries, length } = this.region;
    const lengths = new Uint8Array(8);
    const view = new DataView(lengths.buffer);
    view.setUint32(0, entries);
    view.setUint32(4, length);
    return [magic, lengths, this.#cursor.slice(8, entries * 16), this.#cursor.slice(this.#base, length)];
  }

  #find(tag: number, ...types: readonly number[]): Entry | undefined {
    const entry = this.#lookUp(tag);
    if (!entry || types.length === 0 || types.includes(entry.type)) return entry;
    throw new ImgcheckError('hostile', `tag ${tag}: expected type ${types.join(' or ')}, got ${entry.type}`);
  }

  #lookUp(tag: number): Entry | undefined {
    const dribble = this.#dribbles.get(tag);
    if (dribble && (isSetAtInstall(tag) || (this.#isRelocated && relocated.has(tag)))) return dribble;
    return this.#entries.get(tag) ?? (mayLieOutside(tag) ? dribble : undefined);
  }

  /** A relocation repeats three tags, keeps the signed values of all three beside them, and says where it moved. */
  #checkRelocation(): boolean {
    if (!this.#dribbles.has(tags.dirIndexes) || !this.#dribbles.has(tags.instPrefixes)) return false;
    for (const [tag, original] of relocated) {
      const signed = this.#entries.get(tag);
      const kept = this.#dribbles.get(original);
      if (!signed || !kept || !this.#dribbles.has(tag)) return false;
      if (signed.type !== kept.type || signed.count !== kept.count) return false;
      if (Buffer.compare(this.#value(tag, signed), this.#value(original, kept)) !== 0) return false;
    }
    return true;
  }

  #value(tag: number, entry: Entry): Uint8Array {
    const room = this.#cursor.slice(this.#base + entry.offset, entry.end - entry.offset);
    if (entry.type < stringType || entry.type === binaryType) {
      return room.subarray(0, entry.count * (widths[entry.type] ?? 1));
    }
    let end = 0;
    for (let left = entry.count; left > 0; left--) {
      end = room.indexOf(0, end) + 1;
      if (end === 0) throw new ImgcheckError('hostile', `tag ${tag}: a string does not end within its value`);
    }
    return room.subarray(0, end);
  }

  #strings(tag: number, entry: Entry, limit: number): readonly string[] {
    const values: string[] = [];
    for (let i = 0, at = entry.offset; i < entry.count; i++) {
      const bytes = this.#stringAt(tag, entry, at, limit);
      values.push(decoder.decode(bytes));
      at += bytes.byteLength + 1;
    }
    return values;
  }

  #stringAt(tag: number, entry: Entry, at: number, limit: number): Uint8Array {
    const room = this.#cursor.slice(this.#base + at, Math.min(entry.end - at, limit + 1));
    const length = room.indexOf(0);
    if (length >= 0) return room.subarray(0, length);
    const fault = room.byteLength > limit ? `is longer than ${limit} bytes` : 'does not end within its value';
    throw new ImgcheckError('hostile', `tag ${tag}: a string ${fault}`);
  }

  #numbers(entry: Entry): readonly number[] {
    return Array.from({ length: entry.count }, (_, i) => this.#numberAt(entry, i));
  }

  #numberAt(entry: Entry, i: number): number {
    const width = widths[entry.type] ?? 1;
    const at = this.#base + entry.offset + i * width;
    if (width === 1) return this.#cursor.u8(at);
    if (width === 2) return this.#cursor.u16(at);
    if (width === 4) return this.#cursor.u32(at);
    const value = Number(this.#cursor.u64(at));
    if (!Number.isSafeInteger(value)) throw new ImgcheckError('hostile', `the number ${value} is beyond 2^53`);
    return value;
  }
}

/**
 * Reads a header as stored in a database (rpm's format_header.md, without the 8 bytes of magic). The index is
 * checked whole: types, counts, alignment, and that no value overlaps another or leaves the data.
 * @throws ImgcheckError hostile
 */
export function parseHeader(blob: Uint8Array, what: string): Header {
  const cursor = new Cursor(blob, what);
  const fault = (message: string): ImgcheckError => new ImgcheckError('hostile', `${what}: ${message}`);
  if (blob.byteLength < 24) throw fault(`expected at least 24 bytes, got ${blob.byteLength}`);
  const [il, dl] = [cursor.u32(0), cursor.u32(4)];
  if (il < 1 || il > 0xffff) throw fault(`expected 1 to 65535 index entries, got ${il}`);
  const base = 8 + 16 * il;
  if (base + dl !== blob.byteLength) throw fault(`expected ${base + dl} bytes, got ${blob.byteLength}`);
  const region = readRegion(cursor, il, dl, fault);
  const entries = new Map<number, Entry>();
  const dribbles = new Map<number, Entry>();
  // Backwards: the data of each value must end where that of the next begins.
  let end = dl;
  for (let i = il - 1; i >= (region ? 1 : 0); i--) {
    if (region && i === region.entries - 1) end = Math.min(end, region.length - 16);
    const at = 8 + 16 * i;
    const tag = cursor.u32(at);
    const [type, offset, count] = [cursor.u32(at + 4), cursor.u32(at + 8), cursor.u32(at + 12)];
    const isDribble = region !== undefined && i >= region.entries;
    const width = widths[type];
    if (tag < 100) throw fault(`entry ${i}: tag ${tag} is reserved`);
    if (width === undefined || type === 0) throw fault(`tag ${tag}: unknown type ${type}`);
    if (count < 1 || (count > 0xfffff && type !== binaryType) || (type === stringType && count !== 1)) {
      throw fault(`tag ${tag}: count ${count} is out of range`);
    }
    if (offset % width !== 0) throw fault(`tag ${tag}: offset ${offset} is not aligned`);
    if (offset + count * width > end || (isDribble && offset < region.length)) {
      throw fault(`tag ${tag}: ${count} values at ${offset} lie outside their place`);
    }
    const entry = { type, offset, count, end };
    end = offset;
    if (!isDribble) {
      if (entries.has(tag)) throw fault(`tag ${tag} is there twice`);
      entries.set(tag, entry);
    } else if (!dribbles.has(tag)) {
      dribbles.set(tag, entry);
    }
  }
  return new Header(cursor, base, region, entries, dribbles);
}
