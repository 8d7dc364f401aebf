import { randomBytes } from 'node:crypto';

/**
 * The paths of one layer as 53-bit keyed hashes (SipHash-1-3 over UTF-16 code units, one component chained on its parent):
 * eight bytes a path whatever its length, and without the random key nobody can craft two paths that meet.
 */
export interface PathTable {
  /** 16 random bytes. */
  readonly key: Uint8Array;
  /** Hashes of everything but directories. */
  readonly files: Float64Array;
  /** Hashes of directories that have an entry of their own. */
  readonly directories: Float64Array;
  /** Hashes of directories that exist only because something lies in them. */
  readonly implied: Float64Array;
}

/**
 * Hashes paths under one key. What the last path's directories hashed to is remembered, since tars list directory by
 * directory: a path costs as many steps as it has components that the one before had not.
 */
export class PathHasher {
  readonly key: Uint8Array;
  readonly #words: readonly [number, number, number, number];
  /** The directories of the last path that has any: their text, where each ends in it, and its hash. */
  #parent = '';
  readonly #ends: number[] = [];
  readonly #lows: number[] = [];
  readonly #highs: number[] = [];
  readonly #above: number[] = [];
  #low = 0;
  #high = 0;

  constructor(key: Uint8Array = new Uint8Array(randomBytes(16))) {
    this.key = key;
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#words = [view.getInt32(0, true), view.getInt32(4, true), view.getInt32(8, true), view.getInt32(12, true)];
  }

  /** The directory of the last path that has one. */
  get parent(): string {
    return this.#parent;
  }

  /** The hash of a canonical path: a whole number from 1 to 2^53 - 1. */
  hash(path: string): number {
    const slash = lastSlash(path);
    if (slash < 0) {
      this.#chain(0, 0, path, 0, path.length);
    } else {
      if (slash !== this.#parent.length || !path.startsWith(this.#parent)) this.#enter(path, slash);
      const last = this.#ends.length - 1;
      this.#chain(this.#lows[last] as number, this.#highs[last] as number, path, slash + 1, path.length);
    }
    return number53(this.#low, this.#high);
  }

  /** The hashes of the directories above a canonical path, outermost first, the root left out. Valid until the next call. */
  above(path: string): readonly number[] {
    const slash = lastSlash(path);
    if (slash < 0) return none;
    if (slash !== this.#parent.length || !path.startsWith(this.#parent)) this.#enter(path, slash);
    return this.#above;
  }

  #enter(path: string, slash: number): void {
    const ends = this.#ends;
    let same = 0;
    const most = Math.min(this.#parent.length, slash);
    while (same < most && this.#parent.charCodeAt(same) === path.charCodeAt(same)) same++;
    let depth = ends.length;
    while (depth > 0) {
      const end = ends[depth - 1] as number;
      if (end <= same && path.charCodeAt(end) === 0x2f) break;
      depth--;
    }
    for (const stack of [ends, this.#lows, this.#highs, this.#above]) stack.length = depth;
    for (let from = depth === 0 ? 0 : (ends[depth - 1] as number) + 1; from <= slash;) {
      const to = path.indexOf('/', from);
      this.#chain(this.#lows[depth - 1] ?? 0, this.#highs[depth - 1] ?? 0, path, from, to);
      ends.push(to);
      this.#lows.push(this.#low);
      this.#highs.push(this.#high);
      this.#above.push(number53(this.#low, this.#high));
      depth++;
      from = to + 1;
    }
    this.#parent = path.slice(0, slash);
  }

  /** SipHash-1-3 of the parent's 64 bits followed by the component; 64-bit words as two 32-bit halves. */
  #chain(parentLow: number, parentHigh: number, text: string, from: number, to: number): void {
    const [k0l, k0h, k1l, k1h] = this.#words;
    let v0l = k0l ^ 0x70736575;
    let v0h = k0h ^ 0x736f6d65;
    let v1l = k1l ^ 0x6e646f6d;
    let v1h = k1h ^ 0x646f7261;
    let v2l = k0l ^ 0x6e657261;
    let v2h = k0h ^ 0x6c796765;
    let v3l = k1l ^ 0x79746573;
    let v3h = k1h ^ 0x74656462;
    let a = 0;
    let b = 0;
    const length = to - from;
    // Word 0 is the parent; then four code units a word; the last word carries the length; then three closing rounds.
    const words = (length >> 2) + 2;
    for (let word = 0; word < words + 3; word++) {
      let ml = 0;
      let mh = 0;
      if (word === 0) {
        ml = parentLow;
        mh = parentHigh;
      } else if (word < words) {
        const at = from + (word - 1) * 4;
        const left = to - at;
        if (left >= 4) {
          ml = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
          mh = text.charCodeAt(at + 2) | (text.charCodeAt(at + 3) << 16);
        } else {
          mh = length << 16;
          if (left > 0) ml = text.charCodeAt(at);
          if (left > 1) ml |= text.charCodeAt(at + 1) << 16;
          if (left > 2) mh |= text.charCodeAt(at + 2);
        }
      } else if (word === words) {
        v2l ^= 0xff;
      }
      v3l ^= ml;
      v3h ^= mh;
      a = (v0l >>> 0) + (v1l >>> 0);
      v0h = (v0h + v1h + (a > 0xffffffff ? 1 : 0)) | 0;
      v0l = a | 0;
      a = (v2l >>> 0) + (v3l >>> 0);
      v2h = (v2h + v3h + (a > 0xffffffff ? 1 : 0)) | 0;
      v2l = a | 0;
      a = v1l;
      b = v1h;
      v1l = ((a << 13) | (b >>> 19)) ^ v0l;
      v1h = ((b << 13) | (a >>> 19)) ^ v0h;
      a = v3l;
      b = v3h;
      v3l = ((a << 16) | (b >>> 16)) ^ v2l;
      v3h = ((b << 16) | (a >>> 16)) ^ v2h;
      a = v0l;
      v0l = v0h;
      v0h = a;
      a = (v2l >>> 0) + (v1l >>> 0);
      v2h = (v2h + v1h + (a > 0xffffffff ? 1 : 0)) | 0;
      v2l = a | 0;
      a = (v0l >>> 0) + (v3l >>> 0);
      v0h = (v0h + v3h + (a > 0xffffffff ? 1 : 0)) | 0;
      v0l = a | 0;
      a = v1l;
      b = v1h;
      v1l = ((a << 17) | (b >>> 15)) ^ v2l;
      v1h = ((b << 17) | (a >>> 15)) ^ v2h;
      a = v3l;
      b = v3h;
      v3l = ((a << 21) | (b >>> 11)) ^ v0l;
      v3h = ((b << 21) | (a >>> 11)) ^ v0h;
      a = v2l;
      v2l = v2h;
      v2h = a;
      v0l ^= ml;
      v0h ^= mh;
    }
    this.#low = v0l ^ v1l ^ v2l ^ v3l;
    this.#high = v0h ^ v1h ^ v2h ^ v3h;
  }
}

const none: readonly number[] = [];

/** Where the last component begins, less one. A loop beats lastIndexOf, which V8 does not compile into its caller. */
export function lastSlash(path: string): number {
  let at = path.length - 1;
  while (at >= 0 && path.charCodeAt(at) !== 0x2f) at--;
  return at;
}

function number53(low: number, high: number): number {
  return (high >>> 11) * 0x100000000 + (low >>> 0) || 1;
}

/** A set of hashes: open addressing over one flat array, so a million paths cost 16 MB and no objects. */
export class HashSet {
  #slots: Float64Array;
  #size = 0;

  constructor(hashes: Float64Array = new Float64Array(0)) {
    let slots = 1024;
    while (slots < hashes.length * 2) slots *= 2;
    this.#slots = new Float64Array(slots);
    for (const hash of hashes) this.add(hash);
  }

  get size(): number {
    return this.#size;
  }

  has(hash: number): boolean {
    return this.#slots[this.#place(hash)] === hash;
  }

  /** False when it was there already. */
  add(hash: number): boolean {
    const place = this.#place(hash);
    if (this.#slots[place] === hash) return false;
    this.#slots[place] = hash;
    this.#size++;
    if (this.#size * 5 > this.#slots.length * 3) this.#grow();
    return true;
  }

  /** The hashes, packed. */
  values(): Float64Array {
    const packed = new Float64Array(this.#size);
    let at = 0;
    for (const hash of this.#slots) if (hash !== 0) packed[at++] = hash;
    return packed;
  }

  #place(hash: number): number {
    const mask = this.#slots.length - 1;
    let place = (hash >>> 0) & mask;
    for (let slot = this.#slots[place]; slot !== 0 && slot !== hash; slot = this.#slots[place]) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Float64Array(old.length * 2);
    for (const hash of old) if (hash !== 0) this.#slots[this.#place(hash)] = hash;
  }
}
