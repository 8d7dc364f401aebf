// A streaming inflate (RFC 1951) in fixed memory: compiled to WebAssembly by build.mjs beside it, driven by
// src/archive/inflate-wasm.ts. It imports nothing and reaches nothing but its own memory.
//
// The host writes a piece of input, says so with feed(), and calls run() until it asks for more. Plain bytes are left
// in a window of which the last 32 KiB stay as history; the host reads them where they lie.

/** Decoding tables, each an array of u32. First of all the literals and lengths, so that their address costs nothing. */
const LITERALS: usize = 0;
const LITERAL_BITS: u32 = 11;
/** The most that a complete set of 286 codes of up to 15 bits takes with 11 bits in the root is 2342. */
const DISTANCES: usize = 0x2500;
const DISTANCE_BITS: u32 = 8;
/** The most for 30 codes with 8 bits in the root is 402. */
const CODE_LENGTHS: usize = 0x2b80;
const CODE_LENGTH_BITS: u32 = 7;
/** Both tables of a fixed block, as they lie from LITERALS on; only their roots. */
const FIXED_LITERALS: usize = 0x2d80;
const FIXED_DISTANCES: usize = 0x4d80;
/** What a symbol means, before the length of its code is known. */
const LITERAL_MEANINGS: usize = 0x5180;
const DISTANCE_MEANINGS: usize = 0x5600;
const CODE_LENGTH_MEANINGS: usize = 0x5680;
/** Code lengths by symbol, u8; symbols by code length, u16; how many codes of each length, and where they start, u32. */
const LENGTHS: usize = 0x5700;
const SORTED: usize = 0x5900;
const COUNTS: usize = 0x5c00;
const STARTS: usize = 0x5c40;
/** For each distance below 16: how 16 bytes repeat its pattern, and how far apart copies of it may lie. */
const PATTERNS: usize = 0x5d00;
const STRIDES: usize = 0x5e00;
/** RFC 1951, 3.2.7. At memoryBase, 0x6000. */
const ORDER: usize = memory.data<u8>([16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]);

const INPUT: usize = 0x8000;
const INPUT_SIZE: usize = 0x40000;
const HISTORY_SIZE: usize = 0x8000;
const HISTORY: usize = 0x49000;
const OUTPUT: usize = HISTORY + HISTORY_SIZE;
const OUTPUT_SIZE: usize = 0x40000;
const OUTPUT_END: usize = OUTPUT + OUTPUT_SIZE;

/*
 * An entry of a table, from its lowest bit: 6 bits, how many to take for the code and its extra bits; 2 unused;
 * 4 bits, how many of them the code has (of a link: how many bits select in the table it leads to); 1 unused; END,
 * LINK, SPECIAL; 16 bits of value: literal, base of a length or distance, index of a table. The highest is LITERAL.
 */
const LITERAL: u32 = 0x80000000;
/** Not a length or distance: an end, a link, or neither: a code that must not occur. */
const SPECIAL: u32 = 0x8000;
const LINK: u32 = 0x4000;
const END: u32 = 0x2000;

/** What run() answers; less than 0: the input is not deflate, see the words in inflate-wasm.ts. */
const NEED_INPUT: i32 = 0;
const OUTPUT_FULL: i32 = 1;
const DONE: i32 = 2;
/** For itself. */
const STEPPED: i32 = 3;
const BLOCK_ENDED: i32 = 4;

const BAD_BLOCK_TYPE: i32 = -1;
const BAD_STORED_LENGTH: i32 = -2;
const BAD_SYMBOL_COUNT: i32 = -3;
const BAD_CODE_LENGTH_SET: i32 = -4;
const BAD_REPEAT: i32 = -5;
const NO_END_OF_BLOCK: i32 = -6;
const BAD_LITERAL_SET: i32 = -7;
const BAD_DISTANCE_SET: i32 = -8;
const BAD_LITERAL_CODE: i32 = -9;
const BAD_DISTANCE_CODE: i32 = -10;
const TOO_FAR_BACK: i32 = -11;

const AT_BLOCK: i32 = 0;
const AT_STORED_LENGTH: i32 = 1;
const IN_STORED: i32 = 2;
const AT_COUNTS: i32 = 3;
const IN_CODE_LENGTH_CODE: i32 = 4;
const IN_CODE_LENGTHS: i32 = 5;
const IN_SYMBOLS: i32 = 6;
const AT_END: i32 = 7;

let state: i32 = AT_BLOCK;
let lastBlock: bool = false;
/** Bits taken from the input but not used yet, the next one lowest; none above `bits`. Fewer than 8 between steps. */
let hold: u64 = 0;
let bits: u32 = 0;
let inNext: usize = INPUT;
let inEnd: usize = INPUT;
let outNext: usize = OUTPUT;
/** The first byte that a match may reach back to. */
let oldest: usize = OUTPUT;
/** Bytes that a stored block or a match still has to write. */
let left: u32 = 0;
let matchDistance: usize = 0;
let literalCount: u32 = 0;
let distanceCount: u32 = 0;
let codeLengthCount: u32 = 0;
/** Code lengths known by now. */
let known: u32 = 0;
let fixedTables: bool = false;

export function inputAddress(): usize {
  return INPUT;
}

export function inputSize(): usize {
  return INPUT_SIZE;
}

export function outputAddress(): usize {
  return OUTPUT;
}

export function outputSize(): usize {
  return OUTPUT_SIZE;
}

/** To be called once, before anything else. */
export function init(): void {
  for (let i: u32 = 0; i < 256; i++) store<u32>(LITERAL_MEANINGS + (i << 2), LITERAL | (i << 16));
  store<u32>(LITERAL_MEANINGS + (256 << 2), SPECIAL | END);
  // Lengths: eight without extra bits, then four for each number of them (RFC 1951, 3.2.5), and 258 by itself.
  let base: u32 = 3;
  for (let i: u32 = 0; i < 28; i++) {
    const extra: u32 = i < 8 ? 0 : (i >> 2) - 1;
    store<u32>(LITERAL_MEANINGS + ((257 + i) << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  store<u32>(LITERAL_MEANINGS + (285 << 2), 258 << 16);
  store<u32>(LITERAL_MEANINGS + (286 << 2), SPECIAL);
  store<u32>(LITERAL_MEANINGS + (287 << 2), SPECIAL);
  base = 1;
  for (let i: u32 = 0; i < 30; i++) {
    const extra: u32 = i < 4 ? 0 : (i >> 1) - 1;
    store<u32>(DISTANCE_MEANINGS + (i << 2), (base << 16) | extra);
    base += 1 << extra;
  }
  store<u32>(DISTANCE_MEANINGS + (30 << 2), SPECIAL);
  store<u32>(DISTANCE_MEANINGS + (31 << 2), SPECIAL);
  for (let i: u32 = 0; i < 19; i++) {
    const extra: u32 = i < 16 ? 0 : i == 16 ? 2 : i == 17 ? 3 : 7;
    store<u32>(CODE_LENGTH_MEANINGS + (i << 2), (i << 16) | extra);
  }
  for (let distance: u32 = 1; distance < 16; distance++) {
    for (let i: u32 = 0; i < 16; i++) store<u8>(PATTERNS + (distance << 4) + i, <u8>(i % distance));
    store<u8>(STRIDES + distance, <u8>(16 - (16 % distance)));
  }
  memory.fill(LENGTHS, 8, 144);
  memory.fill(LENGTHS + 144, 9, 112);
  memory.fill(LENGTHS + 256, 7, 24);
  memory.fill(LENGTHS + 280, 8, 8);
  buildTable(FIXED_LITERALS, LITERAL_BITS, LENGTHS, 288, LITERAL_MEANINGS, false);
  memory.fill(LENGTHS, 5, 32);
  buildTable(FIXED_DISTANCES, DISTANCE_BITS, LENGTHS, 32, DISTANCE_MEANINGS, false);
  reset();
}

/** Another deflate stream begins with the next byte of the input; its matches do not reach into what was before. */
export function reset(): void {
  state = AT_BLOCK;
  lastBlock = false;
  hold = 0;
  bits = 0;
  left = 0;
  oldest = outNext;
}

/** There are `size` bytes of input: to be called only when all before has been taken. */
export function feed(size: u32): void {
  inNext = INPUT;
  inEnd = INPUT + size;
}

/** Goes on with the input at this place, once a stream is done: what lies between belongs to others. */
export function skipTo(at: u32): void {
  inNext = min<usize>(INPUT + at, inEnd);
}

/** Bytes of the input that were taken; when a stream is done, up to and with its last. */
export function taken(): u32 {
  return <u32>(inNext - INPUT);
}

/** Bytes that are filled of the output. After "output full" they are taken for read, and filling starts over. */
export function filled(): u32 {
  return <u32>(outNext - OUTPUT);
}

export function run(): i32 {
  if (outNext == OUTPUT_END) slide();
  while (true) {
    let result: i32 = STEPPED;
    switch (state) {
      case AT_BLOCK:
        result = readBlockHeader();
        break;
      case AT_STORED_LENGTH:
        result = readStoredLength();
        break;
      case IN_STORED:
        result = copyStored();
        break;
      case AT_COUNTS:
        result = readCounts();
        break;
      case IN_CODE_LENGTH_CODE:
        result = readCodeLengthCode();
        break;
      case IN_CODE_LENGTHS:
        result = readCodeLengths();
        break;
      case IN_SYMBOLS:
        result = readSymbols();
        break;
      default:
        return DONE;
    }
    if (result == BLOCK_ENDED) state = AT_BLOCK;
    else if (result != STEPPED) return result;
  }
}

/** The window is full and read: its last part becomes the history, and it is filled from its start. */
function slide(): void {
  memory.copy(HISTORY, OUTPUT_END - HISTORY_SIZE, HISTORY_SIZE);
  outNext = OUTPUT;
  oldest = oldest < HISTORY + OUTPUT_SIZE ? HISTORY : oldest - OUTPUT_SIZE;
}

/** Whether there are `count` bits, 56 at most; never takes a byte more than is needed. */
function need(count: u32): bool {
  while (bits < count) {
    if (inNext == inEnd) return false;
    hold |= (<u64>load<u8>(inNext++)) << bits;
    bits += 8;
  }
  return true;
}

function drop(count: u32): void {
  hold >>= count;
  bits -= count;
}

function readBlockHeader(): i32 {
  if (lastBlock) {
    drop(bits);
    state = AT_END;
    return DONE;
  }
  if (!need(3)) return NEED_INPUT;
  lastBlock = (hold & 1) != 0;
  const type = (<u32>(hold >> 1)) & 3;
  drop(3);
  if (type == 0) {
    drop(bits);
    state = AT_STORED_LENGTH;
  } else if (type == 1) {
    if (!fixedTables) {
      memory.copy(LITERALS, FIXED_LITERALS, 4 << LITERAL_BITS);
      memory.copy(DISTANCES, FIXED_DISTANCES, 4 << DISTANCE_BITS);
      fixedTables = true;
    }
    state = IN_SYMBOLS;
  } else if (type == 2) {
    state = AT_COUNTS;
  } else {
    return BAD_BLOCK_TYPE;
  }
  return STEPPED;
}

function readStoredLength(): i32 {
  if (!need(32)) return NEED_INPUT;
  const length = (<u32>hold) & 0xffff;
  if (length != (~(<u32>(hold >> 16)) & 0xffff)) return BAD_STORED_LENGTH;
  drop(32);
  left = length;
  state = IN_STORED;
  return STEPPED;
}

function copyStored(): i32 {
  if (left == 0) return BLOCK_ENDED;
  if (inNext == inEnd) return NEED_INPUT;
  if (outNext == OUTPUT_END) return OUTPUT_FULL;
  const count = min(left, min(<u32>(inEnd - inNext), <u32>(OUTPUT_END - outNext)));
  memory.copy(outNext, inNext, count);
  inNext += count;
  outNext += count;
  left -= count;
  return STEPPED;
}

function readCounts(): i32 {
  if (!need(14)) return NEED_INPUT;
  literalCount = ((<u32>hold) & 31) + 257;
  distanceCount = ((<u32>(hold >> 5)) & 31) + 1;
  codeLengthCount = ((<u32>(hold >> 10)) & 15) + 4;
  drop(14);
  if (literalCount > 286 || distanceCount > 30) return BAD_SYMBOL_COUNT;
  memory.fill(LENGTHS, 0, 19);
  known = 0;
  state = IN_CODE_LENGTH_CODE;
  return STEPPED;
}

function readCodeLengthCode(): i32 {
  for (; known < codeLengthCount; known++) {
    if (!need(3)) return NEED_INPUT;
    store<u8>(LENGTHS + load<u8>(ORDER + known), (<u8>hold) & 7);
    drop(3);
  }
  if (!buildTable(CODE_LENGTHS, CODE_LENGTH_BITS, LENGTHS, 19, CODE_LENGTH_MEANINGS, true)) return BAD_CODE_LENGTH_SET;
  known = 0;
  state = IN_CODE_LENGTHS;
  return STEPPED;
}

function readCodeLengths(): i32 {
  const total = literalCount + distanceCount;
  while (known < total) {
    const entry = load<u32>(CODE_LENGTHS + (((<u32>hold) & 127) << 2));
    const size = entry & 63;
    if (size > bits) {
      // Zeros stood for the bits that are not there: with one byte more it is looked up again.
      if (!need(bits + 1)) return NEED_INPUT;
      continue;
    }
    const symbol = entry >> 16;
    if (symbol < 16) {
      drop(size);
      store<u8>(LENGTHS + known++, <u8>symbol);
      continue;
    }
    const more = ((<u32>hold) & ((1 << size) - 1)) >> ((entry >> 8) & 15);
    const count = more + (symbol == 18 ? 11 : 3);
    drop(size);
    if ((symbol == 16 && known == 0) || known + count > total) return BAD_REPEAT;
    memory.fill(LENGTHS + known, symbol == 16 ? load<u8>(LENGTHS + known - 1) : 0, count);
    known += count;
  }
  if (load<u8>(LENGTHS + 256) == 0) return NO_END_OF_BLOCK;
  fixedTables = false;
  if (!buildTable(LITERALS, LITERAL_BITS, LENGTHS, literalCount, LITERAL_MEANINGS, false)) return BAD_LITERAL_SET;
  const lengths = LENGTHS + literalCount;
  if (!buildTable(DISTANCES, DISTANCE_BITS, lengths, distanceCount, DISTANCE_MEANINGS, false)) return BAD_DISTANCE_SET;
  state = IN_SYMBOLS;
  return STEPPED;
}

/**
 * Makes the table of a canonical code, indexed by the next bits of the input. False: the lengths are over-subscribed,
 * or leave bits without meaning. As in zlib a single code of one bit may do that unless the code must be `complete`, and
 * no code at all in any case: all bits mean nothing then, or 0 where they are code lengths.
 */
function buildTable(table: usize, rootBits: u32, lengths: usize, symbols: u32, meanings: usize, complete: bool): bool {
  memory.fill(COUNTS, 0, 64);
  for (let i: u32 = 0; i < symbols; i++) {
    const at = COUNTS + ((<u32>load<u8>(lengths + i)) << 2);
    store<u32>(at, load<u32>(at) + 1);
  }
  let longest: u32 = 15;
  while (longest > 0 && load<u32>(COUNTS + (longest << 2)) == 0) longest--;
  let free: i32 = 1;
  for (let length: u32 = 1; length <= 15; length++) {
    free = (free << 1) - load<u32>(COUNTS + (length << 2));
    if (free < 0) return false;
  }
  if (free > 0 && longest > (complete ? 0 : 1)) return false;

  // Symbols in the order of their codes.
  let start: u32 = 0;
  for (let length: u32 = 1; length <= 15; length++) {
    store<u32>(STARTS + (length << 2), start);
    start += load<u32>(COUNTS + (length << 2));
  }
  for (let i: u32 = 0; i < symbols; i++) {
    const length: u32 = load<u8>(lengths + i);
    if (length == 0) continue;
    const at = STARTS + (length << 2);
    const place = load<u32>(at);
    store<u32>(at, place + 1);
    store<u16>(SORTED + (place << 1), <u16>i);
  }

  if (free > 0) {
    const nothing: u32 = complete ? 0x101 : SPECIAL | 1;
    store<u32>(table, nothing);
    store<u32>(table + 4, nothing);
    if (longest == 1) store<u32>(table, load<u32>(meanings + ((<u32>load<u16>(SORTED)) << 2)) + 0x101);
    for (let size: u32 = 8; size < (<u32>4) << rootBits; size <<= 1) memory.copy(table + size, table, size);
    return true;
  }

  // Codes lie in the input from their highest bit on, so they are counted up mirrored. The root doubles with each bit.
  let next: usize = SORTED;
  let code: u32 = 0;
  for (let length: u32 = 1; length <= rootBits; length++) {
    const half: u32 = 2 << length;
    if (length > 1) memory.copy(table + half, table, half);
    for (let count = load<u32>(COUNTS + (length << 2)); count > 0; count--) {
      const meaning = load<u32>(meanings + ((<u32>load<u16>(next)) << 2));
      next += 2;
      store<u32>(table + (code << 2), meaning + length * 0x101);
      code = after(code, length);
    }
  }
  let tableNext: u32 = 1 << rootBits;
  let linked: u32 = ~0;
  let into: usize = 0;
  let intoBits: u32 = 0;
  for (let length = rootBits + 1; length <= longest; length++) {
    for (let count = load<u32>(COUNTS + (length << 2)); count > 0; count--) {
      const root = code & ((1 << rootBits) - 1);
      if (root != linked) {
        linked = root;
        // As many bits as codes with this root have: they fill it, so their lengths say where it ends.
        intoBits = length - rootBits;
        let room: i32 = (1 << intoBits) - count;
        while (room > 0) {
          intoBits++;
          room = (room << 1) - load<u32>(COUNTS + ((rootBits + intoBits) << 2));
        }
        store<u32>(table + (root << 2), (tableNext << 16) | SPECIAL | LINK | (intoBits << 8) | rootBits);
        into = table + (tableNext << 2);
        tableNext += 1 << intoBits;
      }
      const meaning = load<u32>(meanings + ((<u32>load<u16>(next)) << 2)) + (length - rootBits) * 0x101;
      next += 2;
      for (let i = code >> rootBits; i < (<u32>1) << intoBits; i += 1 << (length - rootBits)) {
        store<u32>(into + (i << 2), meaning);
      }
      code = after(code, length);
    }
  }
  return true;
}

/** The next code of a length, both mirrored; of the last one, itself. */
function after(code: u32, length: u32): u32 {
  const zeros = code ^ ((1 << length) - 1);
  if (zeros == 0) return code;
  const highest: u32 = 1 << (31 - clz(zeros));
  return (code & (highest - 1)) | highest;
}

function readSymbols(): i32 {
  while (true) {
    if (inEnd - inNext >= FAST_INPUT && OUTPUT_END - outNext >= FAST_OUTPUT && left == 0) {
      const result = readSymbolsFast();
      if (result != STEPPED) return result;
    }
    const result = readSymbol();
    if (result != STEPPED) return result;
  }
}

/** One symbol, its extra bits and distance, or nothing at all where the input does not suffice; any room will do. */
function readSymbol(): i32 {
  if (left > 0) return copyMatch();
  while (true) {
    let used: u32 = 0;
    let entry = load<u32>(LITERALS + (((<u32>hold) & 0x7ff) << 2));
    if (entry & LINK) {
      used = LITERAL_BITS;
      entry = load<u32>(LITERALS + (((entry >> 16) + ((<u32>(hold >> used)) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
    }
    // Zeros stand for bits that are not there: what takes more than there are may be something else.
    let enough = used + (entry & 63) <= bits;
    if (enough) {
      if (entry & (LITERAL | SPECIAL)) {
        if (entry & LITERAL) {
          if (outNext == OUTPUT_END) return OUTPUT_FULL;
          store<u8>(outNext++, <u8>(entry >> 16));
        } else if (!(entry & END)) {
          return BAD_LITERAL_CODE;
        }
        drop(used + (entry & 63));
        return entry & LITERAL ? STEPPED : BLOCK_ENDED;
      }
      const length = valueOf(entry, hold >> used);
      used += entry & 63;
      entry = load<u32>(DISTANCES + (((<u32>(hold >> used)) & 0xff) << 2));
      if (entry & LINK) {
        used += DISTANCE_BITS;
        entry = load<u32>(
          DISTANCES + (((entry >> 16) + ((<u32>(hold >> used)) & ((1 << ((entry >> 8) & 15)) - 1))) << 2),
        );
      }
      enough = used + (entry & 63) <= bits;
      if (enough) {
        if (entry & SPECIAL) return BAD_DISTANCE_CODE;
        matchDistance = valueOf(entry, hold >> used);
        if (matchDistance > outNext - oldest) return TOO_FAR_BACK;
        drop(used + (entry & 63));
        left = length;
        return copyMatch();
      }
    }
    if (!need(bits + 1)) return NEED_INPUT;
  }
}

/** The base of a length or distance and its extra bits, which follow the code in `from`. */
function valueOf(entry: u32, from: u64): u32 {
  return (entry >> 16) + ((<u32>(from & (((<u64>1) << (entry & 63)) - 1))) >> ((entry >> 8) & 15));
}

function copyMatch(): i32 {
  for (; left > 0; left--) {
    if (outNext == OUTPUT_END) return OUTPUT_FULL;
    store<u8>(outNext, load<u8>(outNext - matchDistance));
    outNext++;
  }
  return STEPPED;
}

/** Of one turn of the loop below: three refills read 8 bytes each; two literals, a match, and 16 bytes copied too many. */
const FAST_INPUT: usize = 32;
const FAST_OUTPUT: usize = 2 + 258 + 16 + 12;

/** As many symbols as there is plenty of input and room for. */
function readSymbolsFast(): i32 {
  const inLast = inEnd - FAST_INPUT;
  const outLast = OUTPUT_END - FAST_OUTPUT;
  const low = oldest;
  let next = inNext;
  let out = outNext;
  let result: i32 = STEPPED;
  // Only the lowest 6 bits of `have` count: so whole entries can be subtracted from it.
  let have: u64 = bits;
  let h = hold;
  // Refill, without a branch: the bytes that fit; bits above `have` are those of the next byte, and come again with it.
  h |= load<u64>(next) << have;
  next += <usize>(7 - ((have >> 3) & 7));
  have |= 56;
  let entry = load<u32>(LITERALS + (((<u32>h) & 0x7ff) << 2));
  do {
    if (<i32>entry < 0) {
      h >>= entry;
      have -= entry;
      store<u8>(out, <u8>(entry >> 16));
      entry = load<u32>(LITERALS + (((<u32>h) & 0x7ff) << 2));
      out++;
      if (<i32>entry < 0) {
        h >>= entry;
        have -= entry;
        store<u8>(out, <u8>(entry >> 16));
        entry = load<u32>(LITERALS + (((<u32>h) & 0x7ff) << 2));
        out++;
        if (<i32>entry < 0) {
          h >>= entry;
          have -= entry;
          store<u8>(out, <u8>(entry >> 16));
          out++;
          entry = load<u32>(LITERALS + (((<u32>h) & 0x7ff) << 2));
          h |= load<u64>(next) << have;
          next += <usize>(7 - ((have >> 3) & 7));
          have |= 56;
          continue;
        }
      }
    }
    if (entry & SPECIAL) {
      if (entry & LINK) {
        h >>= LITERAL_BITS;
        have -= LITERAL_BITS;
        entry = load<u32>(LITERALS + (((entry >> 16) + ((<u32>h) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
        if (<i32>entry < 0) {
          h >>= entry;
          have -= entry;
          store<u8>(out, <u8>(entry >> 16));
          out++;
          entry = load<u32>(LITERALS + (((<u32>h) & 0x7ff) << 2));
          h |= load<u64>(next) << have;
          next += <usize>(7 - ((have >> 3) & 7));
          have |= 56;
          continue;
        }
      }
      if (entry & SPECIAL) {
        h >>= entry;
        have -= entry;
        result = entry & END ? BLOCK_ENDED : BAD_LITERAL_CODE;
        break;
      }
    }
    const length = valueOf(entry, h);
    h >>= entry;
    have -= entry;
    // Up to 42 bits are gone, and a distance takes up to 28.
    entry = load<u32>(DISTANCES + (((<u32>h) & 0xff) << 2));
    h |= load<u64>(next) << have;
    next += <usize>(7 - ((have >> 3) & 7));
    have |= 56;
    if (entry & SPECIAL) {
      if (entry & LINK) {
        h >>= DISTANCE_BITS;
        have -= DISTANCE_BITS;
        entry = load<u32>(DISTANCES + (((entry >> 16) + ((<u32>h) & ((1 << ((entry >> 8) & 15)) - 1))) << 2));
      }
      if (entry & SPECIAL) {
        result = BAD_DISTANCE_CODE;
        break;
      }
    }
    const distance: usize = valueOf(entry, h);
    h >>= entry;
    have -= entry;
    let from = out - distance;
    if (from < low) {
      result = TOO_FAR_BACK;
      break;
    }
    entry = load<u32>(LITERALS + (((<u32>h) & 0x7ff) << 2));
    h |= load<u64>(next) << have;
    next += <usize>(7 - ((have >> 3) & 7));
    have |= 56;
    const end = out + length;
    if (distance >= 16) {
      do {
        v128.store(out, v128.load(from));
        out += 16;
        from += 16;
      } while (out < end);
    } else {
      const pattern = v128.swizzle(v128.load(from), v128.load(PATTERNS + (distance << 4)));
      const stride: usize = load<u8>(STRIDES + distance);
      do {
        v128.store(out, pattern);
        out += stride;
      } while (out < end);
    }
    out = end;
  } while (next < inLast && out < outLast);

  // Whole bytes that were not used go back.
  const rest = (<u32>have) & 63;
  inNext = next - (rest >> 3);
  bits = rest & 7;
  hold = h & ((1 << bits) - 1);
  outNext = out;
  return result;
}
