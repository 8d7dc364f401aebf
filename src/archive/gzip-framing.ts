import { crc32 } from 'node:zlib';

/** incomplete: more bytes are needed; wrong: nothing that comes can make it right. */
export type FramingState = 'incomplete' | 'complete' | 'wrong';

/** Of the flags of a member. */
const headerCrc = 0x02;
const extraField = 0x04;
const fileName = 0x08;
const comment = 0x10;
const reserved = 0xe0;

type HeaderPart = 'fixed' | 'extra-length' | 'extra' | 'name' | 'comment' | 'crc' | 'none';

/**
 * The header of a gzip member (RFC 1952, 2.3), from pieces of any size. Extra field, name and comment are passed over
 * and not kept, so that no length of theirs matters; its checksum, where it has one, is checked.
 */
export class GzipHeader {
  readonly #field = new Field();
  #part: HeaderPart = 'fixed';
  /** What it has and has not been through. */
  #flags = 0;
  #left = 0;
  #sums = false;
  #crc = 0;
  #wrong = false;

  /** Another one begins. */
  begin(): void {
    this.#field.clear();
    this.#part = 'fixed';
    this.#sums = false;
  }

  get state(): FramingState {
    if (this.#wrong) return 'wrong';
    return this.#part === 'none' ? 'complete' : 'incomplete';
  }

  /** Takes what belongs to the header; says where the rest begins. */
  take(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && !this.#wrong && this.#part !== 'none') at = this.#takePart(bytes, at);
    return at;
  }

  #takePart(bytes: Uint8Array, from: number): number {
    const field = this.#field;
    switch (this.#part) {
      case 'fixed':
        return this.#takeFixed(bytes, from);
      case 'extra-length': {
        const to = field.take(bytes, from, 2);
        if (field.isFull(2)) this.#left = field.number(0, 2);
        return this.#passed(bytes, from, to, field.isFull(2));
      }
      case 'extra': {
        const to = Math.min(from + this.#left, bytes.length);
        this.#left -= to - from;
        return this.#passed(bytes, from, to, this.#left === 0);
      }
      case 'name':
      case 'comment': {
        const end = bytes.indexOf(0, from);
        return this.#passed(bytes, from, end < 0 ? bytes.length : end + 1, end >= 0);
      }
      case 'crc': {
        const to = field.take(bytes, from, 2);
        if (!field.isFull(2)) return to;
        this.#wrong = field.number(0, 2) !== (this.#crc & 0xffff);
        this.#next();
        return to;
      }
      case 'none':
        return from;
    }
  }

  /** What can be judged is judged at once: what is wrong is not to be taken for cut. */
  #takeFixed(bytes: Uint8Array, from: number): number {
    const field = this.#field;
    const to = field.take(bytes, from, 10);
    if (field.isFull(2) && field.number(0, 2) !== 0x8b1f) this.#wrong = true;
    else if (field.isFull(4) && (field.number(2, 1) !== 8 || (field.number(3, 1) & reserved) !== 0)) this.#wrong = true;
    if (!field.isFull(10)) return to;
    this.#flags = field.number(3, 1);
    this.#sums = (this.#flags & headerCrc) !== 0;
    if (this.#sums) this.#crc = crc32(field.bytes(10));
    this.#next();
    return to;
  }

  #passed(bytes: Uint8Array, from: number, to: number, ended: boolean): number {
    if (this.#sums) this.#crc = crc32(bytes.subarray(from, to), this.#crc);
    if (ended) this.#next();
    return to;
  }

  /** Parts stand in this order, each only with its flag. */
  #next(): void {
    const before = this.#part;
    this.#field.clear();
    if (before === 'fixed' && this.#has(extraField)) this.#part = 'extra-length';
    else if (before === 'extra-length' && this.#left > 0) this.#part = 'extra';
    else if (this.#has(fileName)) this.#part = 'name';
    else if (this.#has(comment)) this.#part = 'comment';
    else if (this.#has(headerCrc)) this.#part = 'crc';
    else this.#part = 'none';
  }

  /** Asked once for each flag: the answer is no from then on. */
  #has(flag: number): boolean {
    const has = (this.#flags & flag) !== 0;
    this.#flags &= ~flag;
    return has;
  }
}

/** The trailer of a gzip member: checksum and length, modulo 2^32, of what it holds (RFC 1952, 2.3.1). */
export class GzipTrailer {
  readonly #field = new Field();
  #crc = 0;
  #size = 0;

  /** Another one begins, that of a member of `size` plain bytes. */
  begin(crc: number, size: number): void {
    this.#field.clear();
    this.#crc = crc;
    this.#size = size % 2 ** 32;
  }

  get state(): FramingState {
    if (this.#field.isFull(4) && this.#field.number(0, 4) !== this.#crc) return 'wrong';
    if (!this.#field.isFull(8)) return 'incomplete';
    return this.#field.number(4, 4) === this.#size ? 'complete' : 'wrong';
  }

  /** Takes what belongs to the trailer; says where the rest begins. */
  take(bytes: Uint8Array, from: number): number {
    return this.#field.take(bytes, from, 8);
  }
}

/** A few bytes that may come one by one; numbers have their lowest byte first. */
class Field {
  readonly #bytes = new Uint8Array(10);
  #have = 0;

  /** Takes what is missing of the first `size` bytes; says where the rest begins. */
  take(bytes: Uint8Array, from: number, size: number): number {
    let at = from;
    while (this.#have < size && at < bytes.length) this.#bytes[this.#have++] = bytes[at++] as number;
    return at;
  }

  isFull(size: number): boolean {
    return this.#have >= size;
  }

  number(at: number, size: number): number {
    let number = 0;
    for (let i = at + size - 1; i >= at; i--) number = number * 256 + (this.#bytes[i] as number);
    return number;
  }

  bytes(size: number): Uint8Array {
    return this.#bytes.subarray(0, size);
  }

  clear(): void {
    this.#have = 0;
  }
}
