/** A table of rows of one width, growing as rows are added: millions of them cost their bytes and no objects. */
export class RowWriter {
  readonly width: number;
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(width: number) {
    this.width = width;
    this.#bytes = new Uint8Array(width * 64);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Rows so far. */
  get count(): number {
    return this.#length / this.width;
  }

  /** What the offsets that `add` gives lie in; valid until the next row. */
  get view(): DataView {
    return this.#view;
  }

  /** Begins a row of zeros. Its offset. */
  add(): number {
    const at = this.#length;
    this.#length += this.width;
    if (this.#length > this.#bytes.byteLength) {
      const grown = new Uint8Array(this.#bytes.byteLength * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  /** Begins a row of these bytes, cut or filled with zeros. */
  push(bytes: Uint8Array): void {
    const at = this.add();
    this.#bytes.set(bytes.subarray(0, this.width), at);
  }

  /** All rows, packed. */
  packed(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Numbers in one flat array that grows. */
export class NumberWriter {
  #numbers = new Float64Array(1024);
  #length = 0;

  get count(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#numbers.length) {
      const grown = new Float64Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[this.#length++] = value;
  }

  /** All numbers, packed. */
  packed(): Float64Array {
    return this.#numbers.slice(0, this.#length);
  }
}

/** Numbers texts in the order in which they first come; the same text is kept once. */
export class TextTable {
  readonly #numbers = new Map<string, number>();
  #length = 0;

  /** Characters of all texts. */
  get length(): number {
    return this.#length;
  }

  number(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#length += text.length;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  get texts(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}
