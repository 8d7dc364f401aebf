import { ImgcheckError } from '../core/error.js';
import type { BitReader } from './bit-reader.js';

/** A block of bzip2 before the reversal of its sort: `table` holds the sorted bytes in the low 8 bits, links above. */
export interface SortedBlock {
  readonly table: Uint32Array;
  readonly count: number;
  /** Where the original row lies in the sorted ones. */
  readonly origin: number;
}

const longestCode = 20;
const groupSize = 50;
const mostSelectors = 18_002;

/** Codes up to this long are looked up, the others are searched for. */
const lookupBits = 10;

interface Code {
  /** By the next 10 bits: symbol times 32 plus length, 0 for codes that are longer. */
  readonly lookup: Uint16Array;
  /** By length: the largest code of that length, -1 for none. */
  readonly limits: Int32Array;
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

/**
 * Reads what follows the magic and checksum of a block: Huffman codes, runs and moves to the front undone.
 * `table` has room for the bytes of a block of this stream.
 * @throws ImgcheckError hostile for what no bzip2 writes, unsupported for the randomised blocks of before version 0.9.5
 */
export function readSortedBlock(bits: BitReader, table: Uint32Array, what: string): SortedBlock {
  const corrupt = (): ImgcheckError => new ImgcheckError('hostile', `${what}: corrupt bzip2 data`);
  if (bits.read(1) === 1) throw new ImgcheckError('unsupported', `${what}: bzip2 data with randomised blocks`);
  const origin = bits.read(24);
  const bytes = readAlphabet(bits);
  if (bytes.length === 0) throw corrupt();
  const endSymbol = bytes.length + 1;
  const groups = bits.read(3);
  const selectors = bits.read(15);
  if (groups < 2 || groups > 6 || selectors < 1) throw corrupt();
  const order = readSelectors(bits, groups, selectors);
  if (!order) throw corrupt();
  const codes: Code[] = [];
  for (let i = 0; i < groups; i++) {
    const lengths = readLengths(bits, endSymbol + 1);
    if (!lengths) throw corrupt();
    codes.push(makeCode(lengths));
  }
  let count = 0;
  let run = 0;
  let weight = 1;
  for (let group = 0; ; group++) {
    const code = codes[order[group] ?? -1];
    // Zeros read past the end could go on for a whole block.
    if (!code || bits.short) throw corrupt();
    for (let i = 0; i < groupSize; i++) {
      const symbol = readSymbol(bits, code);
      if (symbol < 0) throw corrupt();
      if (symbol <= 1) {
        run += weight << symbol;
        weight *= 2;
        if (run > table.length) throw corrupt();
        continue;
      }
      if (run > 0) {
        if (count + run > table.length) throw corrupt();
        table.fill(bytes[0] as number, count, count + run);
        count += run;
        run = 0;
        weight = 1;
      }
      if (symbol === endSymbol) {
        if (origin >= count) throw corrupt();
        return { table, count, origin };
      }
      if (count >= table.length) throw corrupt();
      const byte = bytes[symbol - 1] as number;
      bytes.copyWithin(1, 0, symbol - 1);
      bytes[0] = byte;
      table[count++] = byte;
    }
  }
}

/** Undoes the sort: afterwards the bits above the low 8 of each entry lead to the next one. */
export function linkSorted({ table, count, origin }: SortedBlock): number {
  const starts = new Uint32Array(257);
  for (let i = 0; i < count; i++) starts[((table[i] as number) & 0xff) + 1]!++;
  for (let i = 1; i < 257; i++) starts[i]! += starts[i - 1] as number;
  for (let i = 0; i < count; i++) {
    const at = starts[(table[i] as number) & 0xff]!++;
    table[at] = (table[at] as number) | (i << 8);
  }
  return (table[origin] as number) >>> 8;
}

function readAlphabet(bits: BitReader): Uint8Array {
  const used: number[] = [];
  const sixteens = bits.read(16);
  for (let i = 0; i < 16; i++) {
    if (((sixteens >>> (15 - i)) & 1) === 0) continue;
    const ones = bits.read(16);
    for (let j = 0; j < 16; j++) if (((ones >>> (15 - j)) & 1) === 1) used.push(i * 16 + j);
  }
  return Uint8Array.from(used);
}

/** More than a block can need are read and forgotten, as bzip2 does; undefined for one that names no table. */
function readSelectors(bits: BitReader, groups: number, selectors: number): Uint8Array | undefined {
  const recent = Uint8Array.from({ length: groups }, (_, i) => i);
  const order = new Uint8Array(Math.min(selectors, mostSelectors));
  for (let i = 0; i < selectors; i++) {
    let index = 0;
    while (bits.read(1) === 1) if (++index >= groups) return undefined;
    const chosen = recent[index] as number;
    recent.copyWithin(1, 0, index);
    recent[0] = chosen;
    if (i < order.length) order[i] = chosen;
  }
  return order;
}

function readLengths(bits: BitReader, symbols: number): Uint8Array | undefined {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let i = 0; i < symbols; i++) {
    while (length >= 1 && length <= longestCode && bits.read(1) === 1) length += bits.read(1) === 1 ? -1 : 1;
    if (length < 1 || length > longestCode) return undefined;
    lengths[i] = length;
  }
  return lengths;
}

function makeCode(lengths: Uint8Array): Code {
  const lookup = new Uint16Array(1 << lookupBits);
  const limits = new Int32Array(longestCode + 1).fill(-1);
  const bases = new Int32Array(longestCode + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let filled = 0;
  for (let length = 1; length <= longestCode; length++) {
    bases[length] = filled - code;
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] !== length) continue;
      symbols[filled++] = symbol;
      const shift = lookupBits - length;
      // Where there are more codes than fit, those past the end of the table are never met.
      if (shift >= 0) lookup.fill((symbol << 5) | length, code << shift, (code + 1) << shift);
      limits[length] = code++;
    }
    code <<= 1;
  }
  return { lookup, limits, bases, symbols };
}

/** -1 for a code that none has. */
function readSymbol(bits: BitReader, { lookup, limits, bases, symbols }: Code): number {
  const window = bits.peek(longestCode);
  const found = lookup[window >>> (longestCode - lookupBits)] as number;
  if (found !== 0) {
    bits.skip(found & 31);
    return found >>> 5;
  }
  for (let length = lookupBits + 1; length <= longestCode; length++) {
    const code = window >>> (longestCode - length);
    if (code > (limits[length] as number)) continue;
    bits.skip(length);
    return symbols[code + (bases[length] as number)] ?? -1;
  }
  return -1;
}
