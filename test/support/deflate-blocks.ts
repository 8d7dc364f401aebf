/** Writes bits as deflate has them: numbers from their lowest bit on, codes from their highest. */
export class BitWriter {
  readonly #parts: Uint8Array[] = [];
  readonly #bytes: number[] = [];
  #hold = 0;
  #count = 0;

  number(value: number, bits: number): this {
    for (let i = 0; i < bits; i++) this.#bit((value >>> i) & 1);
    return this;
  }

  code(value: number, bits: number): this {
    for (let i = bits - 1; i >= 0; i--) this.#bit((value >>> i) & 1);
    return this;
  }

  /** A stored block; `last` makes it the final one. */
  stored(content: Uint8Array, last = false): this {
    this.number(last ? 1 : 0, 3).align();
    this.number(content.length, 16).number(~content.length & 0xffff, 16);
    this.#flush().#parts.push(content);
    return this;
  }

  align(): this {
    while (this.#count > 0) this.#bit(0);
    return this;
  }

  bytes(): Buffer {
    return Buffer.concat(this.align().#flush().#parts);
  }

  #flush(): this {
    this.#parts.push(Uint8Array.from(this.#bytes.splice(0)));
    return this;
  }

  #bit(bit: number): void {
    this.#hold |= bit << this.#count++;
    if (this.#count < 8) return;
    this.#bytes.push(this.#hold);
    this.#hold = this.#count = 0;
  }
}

/** RFC 1951, 3.2.2: the code of each symbol, from the lengths. */
function codesOf(lengths: readonly number[]): readonly number[] {
  let code = 0;
  const codes = lengths.map(() => 0);
  for (let length = 1; length <= 15; length++, code <<= 1) {
    for (const [symbol, one] of lengths.entries()) if (one === length) codes[symbol] = code++;
  }
  return codes;
}

/** Order in which lengths of the code of code lengths are written (RFC 1951, 3.2.7). */
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** A complete code for them. */
const usual = order.map((_, symbol) => (symbol < 13 ? 4 : 5));

/** The head of a last, dynamic block with these code lengths, whatever they are; symbols are to follow. */
export function dynamicHead(
  bits: BitWriter,
  { literals, distances, lengths = usual }: DynamicCodes,
  repeats: readonly (readonly [symbol: 16 | 17 | 18, extra: number])[] = [],
): BitWriter {
  bits.number(0b101, 3);
  bits
    .number(literals.length - 257, 5)
    .number(distances.length - 1, 5)
    .number(15, 4);
  for (const symbol of order) bits.number(lengths[symbol] ?? 0, 3);
  const codes = codesOf(lengths);
  const put = (symbol: number): BitWriter => bits.code(codes[symbol] ?? 0, lengths[symbol] ?? 0);
  for (const [symbol, extra] of repeats) put(symbol).number(extra, { 16: 2, 17: 3, 18: 7 }[symbol]);
  for (const length of [...literals, ...distances]) put(length);
  return bits;
}

export interface DynamicCodes {
  /** Length of the code of each literal and length, 257 at least; of each distance, one at least. */
  readonly literals: readonly number[];
  readonly distances: readonly number[];
  readonly lengths?: readonly number[];
}

/** Code lengths, of `symbols` at most, that use up all codes of up to `longest` bits; 256 and others get one. */
export function completeCode(symbols: number, used: number, random: (below: number) => number, longest = 15): number[] {
  const leaves = [0];
  while (leaves.length < used) {
    const at = random(leaves.length);
    const depth = leaves[at] ?? 0;
    if (depth < longest) leaves.splice(at, 1, depth + 1, depth + 1);
  }
  const lengths = new Array<number>(symbols).fill(0);
  if (symbols > 256) lengths[256] = leaves.pop() ?? 0;
  for (const length of leaves) {
    let symbol = random(symbols);
    while (lengths[symbol] !== 0) symbol = (symbol + 1) % symbols;
    lengths[symbol] = length;
  }
  return lengths;
}
