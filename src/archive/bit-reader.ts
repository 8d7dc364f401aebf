/** Reads bits, the most significant first. Past the end there are zeros, and `short` says so. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;

  /** Starts `bit` bits into the bytes. */
  constructor(bytes: Uint8Array, bit = 0) {
    this.#bytes = bytes;
    this.#at = Math.floor(bit / 8);
    this.read(bit % 8);
  }

  /** True once more was read than there is: nothing since the start can be relied on. */
  get short(): boolean {
    return this.position > this.#bytes.length * 8;
  }

  /** Bits from the start of the bytes. */
  get position(): number {
    return this.#at * 8 - this.#count;
  }

  /** At most 24 bits. */
  read(width: number): number {
    const bits = this.peek(width);
    this.skip(width);
    return bits;
  }

  /** What `read` would give. */
  peek(width: number): number {
    while (this.#count < width) {
      this.#bits = (this.#bits << 8) | (this.#bytes[this.#at++] ?? 0);
      this.#count += 8;
    }
    return (this.#bits >>> (this.#count - width)) & ((1 << width) - 1);
  }

  /** At most as many bits as the last peek saw. */
  skip(width: number): void {
    this.#count -= width;
  }
}
