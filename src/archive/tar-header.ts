import type { ImgcheckError } from '../core/error.js';
import { fieldText } from './byte-text.js';
import { parseTarNumber } from './tar-number.js';

/** The fields of one header block. */
export interface TarHeader {
  readonly name: string;
  readonly typeflag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  /** '' where the type has none. */
  readonly linkname: string;
  readonly user: string;
  readonly group: string;
  /** 0 where the type has none. */
  readonly devMajor: number;
  readonly devMinor: number;
}

/** Where what a header says wrongly is told. */
export interface TarComplaints {
  /** An error that says where in which tar the header lies. */
  fail(message: string): ImgcheckError;
  /** Something odd that does not stop the reading. */
  note(message: string): void;
}

export const blockSize = 512;

/** The bytes of the block at `at` (a multiple of four) added up, read as words; 0 for a zero block alone. */
export function sumOfBlock(words: Int32Array, at: number): number {
  let sum = 0;
  const end = (at >>> 2) + blockSize / 4;
  // Half of a header is zeros: four words at a time are looked at before they are added.
  for (let i = at >>> 2; i < end; i += 4) {
    const a = words[i] as number;
    const b = words[i + 1] as number;
    const c = words[i + 2] as number;
    const d = words[i + 3] as number;
    if ((a | b | c | d) !== 0) sum = (sum + lanesOf(a) + lanesOf(b) + lanesOf(c) + lanesOf(d)) | 0;
  }
  return (sum & 0xffff) + (sum >>> 16);
}

/** Four bytes as two sums of two, 16 bits to each: a block adds 128 of these, 255 x 256 at most, which fits. */
function lanesOf(word: number): number {
  return (word & 0x00ff00ff) + ((word >>> 8) & 0x00ff00ff);
}

/** Whether the stored checksum is the block's: the checksum field counts as spaces; old tars added signed bytes. */
export function hasChecksum(block: Uint8Array, at: number, sum: number): boolean {
  const stored = parseTarNumber(block, at + 148, 8);
  let expected = sum + 8 * 0x20;
  for (let i = at + 148; i < at + 156; i++) expected -= block[i] as number;
  if (stored === expected) return true;
  let high = 0;
  for (let i = at; i < at + blockSize; i++) if ((block[i] as number) > 0x7f && (i < at + 148 || i >= at + 156)) high++;
  return stored === expected - 256 * high;
}

/** Reads header blocks one after the other; owners repeat, so the last ones are kept as text. */
export class TarHeaderReader {
  readonly #complaints: TarComplaints;
  #user = '';
  #group = '';

  constructor(complaints: TarComplaints) {
    this.#complaints = complaints;
  }

  /** The block at `at`, whose checksum holds. @throws ImgcheckError hostile for a number that is none, or beyond sense */
  read(block: Buffer, at: number): TarHeader {
    const typeflag = String.fromCharCode(block[at + 156] as number);
    const posix = isMagic(block, at, 0);
    const gnu = !posix && isMagic(block, at, 0x20);
    let name = fieldText(block, at, at + 100);
    if (posix && block[at + 345] !== 0) {
      name = `${fieldText(block, at + 345, at + (isStar(block, at) ? 345 + 131 : 500))}/${name}`;
    }
    if (posix || gnu) {
      this.#user = sameText(block, at + 265, this.#user) ? this.#user : fieldText(block, at + 265, at + 297);
      this.#group = sameText(block, at + 297, this.#group) ? this.#group : fieldText(block, at + 297, at + 329);
    }
    const device = typeflag === '3' || typeflag === '4';
    return {
      name,
      typeflag,
      mode: this.#count(block, at + 100, 8, 'mode') & 0o7777,
      uid: this.#count(block, at + 108, 8, 'uid'),
      gid: this.#count(block, at + 116, 8, 'gid'),
      size: this.#count(block, at + 124, 12, 'size'),
      mtime: this.#time(block, at + 136),
      linkname: typeflag === '1' || typeflag === '2' ? fieldText(block, at + 157, at + 257) : '',
      user: posix || gnu ? this.#user : '',
      group: posix || gnu ? this.#group : '',
      devMajor: device && (posix || gnu) ? this.#count(block, at + 329, 8, 'device major') : 0,
      devMinor: device && (posix || gnu) ? this.#count(block, at + 337, 8, 'device minor') : 0,
    };
  }

  /** The real size of an old GNU sparse file, and whether more of its map follows. */
  readSparse(block: Buffer, at: number): { realSize: number; more: boolean } {
    return { realSize: this.#count(block, at + 483, 12, 'real size'), more: block[at + 482] !== 0 };
  }

  #count(block: Buffer, from: number, length: number, field: string): number {
    const value = parseTarNumber(block, from, length);
    if (value >= 0 && value !== Infinity) return value;
    if (Number.isNaN(value)) throw this.#complaints.fail(`its ${field} is not a number`);
    throw this.#complaints.fail(value < 0 ? `its ${field} is negative` : `its ${field} is beyond 2^53`);
  }

  /** A time before 1970 is a time; one beyond all calendars is not, but spoils nothing. */
  #time(block: Buffer, from: number): number {
    const value = parseTarNumber(block, from, 12);
    if (Number.isNaN(value)) throw this.#complaints.fail('its mtime is not a number');
    if (Number.isFinite(value)) return value;
    this.#complaints.note('its mtime is beyond 2^53 seconds: taken as 0');
    return 0;
  }
}

/** `ustar` and then NUL (POSIX), or space (GNU: there the room of the prefix holds other fields). */
function isMagic(block: Uint8Array, at: number, last: number): boolean {
  return (
    block[at + 257] === 0x75 &&
    block[at + 258] === 0x73 &&
    block[at + 259] === 0x74 &&
    block[at + 260] === 0x61 &&
    block[at + 261] === 0x72 &&
    block[at + 262] === last
  );
}

/** star keeps times in the last bytes of the prefix, and signs with `tar` at the end of the block. */
function isStar(block: Uint8Array, at: number): boolean {
  return block[at + 508] === 0x74 && block[at + 509] === 0x61 && block[at + 510] === 0x72 && block[at + 511] === 0;
}

/** Whether the 32-byte field holds this very text (ASCII: other text never matches and is decoded again). */
function sameText(block: Uint8Array, at: number, text: string): boolean {
  const { length } = text;
  for (let i = 0; i < length; i++) if (block[at + i] !== text.charCodeAt(i)) return false;
  return length < 32 && block[at + length] === 0;
}
