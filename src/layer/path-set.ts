import { randomBytes } from 'node:crypto';

/**
 * The paths of one layer as 53-bit keyed hashes (HalfSipHash-1-3 over UTF-16 code units, one component chained on its
 * parent): eight bytes a path whatever its length, and without the random key nobody can craft two paths that meet.
 */
export interface PathTable {
  /** 16 random bytes: HalfSipHash's key, then what stands for the parent of the root's own entries. */
  readonly key: Uint8Array;
  /** Hashes of everything but directories; sorted, as are the others. */
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
      const [, , low, high] = this.#words;
      this.#chain(low, high, path, 0, path.length);
    } else {
      if (slash !== this.#parent.length || !path.startsWith(this.#parent)) this.#enter(path, slash);
      const last = this.#ends.length - 1;
      this.#chain(this.#lows[last] as number, this.#highs[last] as number, path, slash + 1, path.length);
    }
    return number53(this.#low, this.#high);
  }

  /** The hash of what lies under a name, a part of `text`, in a directory: as `hash` of both. */
  hashIn(directory: Directory, text: string, from: number, to: number): number {
    this.#chain(directory.low, directory.high, text, from, to);
    return number53(this.#low, this.#high);
  }

  /** What `hashIn` needs of a directory, '' for the root: for whoever comes back to it again and again. */
  directory(path: string): Directory {
    if (path === '') return { hash: this.hash(''), low: this.#words[2], high: this.#words[3] };
    const hash = this.hash(path);
    return { hash, low: this.#low, high: this.#high };
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
      this.#chain(this.#lows[depth - 1] ?? this.#words[2], this.#highs[depth - 1] ?? this.#words[3], path, from, to);
      ends.push(to);
      this.#lows.push(this.#low);
      this.#highs.push(this.#high);
      this.#above.push(number53(this.#low, this.#high));
      depth++;
      from = to + 1;
    }
    this.#parent = path.slice(0, slash);
  }

  /** HalfSipHash-1-3 with its 64-bit end, of the parent's 64 bits, the component two code units a word, and its length. */
  #chain(parentLow: number, parentHigh: number, text: string, from: number, to: number): void {
    const [key0, key1] = this.#words;
    let v0 = key0;
    let v1 = key1 ^ 0xee;
    let v2 = key0 ^ 0x6c796765;
    let v3 = key1 ^ 0x74656462;
    const length = to - from;
    const last = (length >> 1) + 2;
    // After the last word come two times three closing rounds, each with half of the answer.
    for (let word = 0; word <= last + 6; word++) {
      let m = 0;
      if (word >= 2 && word < last) {
        const at = from + (word - 2) * 2;
        m = text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
      } else if (word === 0) {
        m = parentLow;
      } else if (word === 1) {
        m = parentHigh;
      } else if (word === last) {
        m = (length << 16) | ((length & 1) === 0 ? 0 : text.charCodeAt(to - 1));
      } else if (word === last + 1) {
        v2 ^= 0xee;
      } else if (word === last + 4) {
        this.#low = v1 ^ v3;
        v1 ^= 0xdd;
      }
      v3 ^= m;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= m;
    }
    this.#high = v1 ^ v3;
  }
}

/** A directory's hash, and all 64 bits of it: what the hashes of its entries are chained on. */
export interface Directory {
  readonly hash: number;
  readonly low: number;
  readonly high: number;
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

/** Hashes in order, as `HashSet.values` gives them: looked up where they are, so that questions take no memory. */
export class SortedHashes {
  readonly #hashes: Float64Array;

  constructor(hashes: Float64Array) {
    this.#hashes = hashes;
  }

  get size(): number {
    return this.#hashes.length;
  }

  has(hash: number): boolean {
    let low = 0;
    let high = this.#hashes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#hashes[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return this.#hashes[low] === hash;
  }
}

/** A set of hashes: open addressing over one flat array, so a million paths cost 16 MB and no objects. */
export class HashSet {
  #slots = new Float64Array(1024);
  #size = 0;

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

  /** The hashes, packed and in order. */
  values(): Float64Array {
    const packed = new Float64Array(this.#size);
    let at = 0;
    for (const hash of this.#slots) if (hash !== 0) packed[at++] = hash;
    return packed.sort();
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
