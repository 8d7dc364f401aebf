import { ImgcheckError } from './error.js';

/**
 * Bounds-checked reads over a byte array, for every binary format. All offsets are absolute.
 * A read past the end throws `hostile` with the offset, never returns undefined.
 */
export class Cursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;

  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
  }

  get length(): number {
    return this.bytes.byteLength;
  }

  u8(offset: number): number {
    this.#check(offset, 1);
    return this.#view.getUint8(offset);
  }

  u16(offset: number, littleEndian = false): number {
    this.#check(offset, 2);
    return this.#view.getUint16(offset, littleEndian);
  }

  u32(offset: number, littleEndian = false): number {
    this.#check(offset, 4);
    return this.#view.getUint32(offset, littleEndian);
  }

  u64(offset: number, littleEndian = false): bigint {
    this.#check(offset, 8);
    return this.#view.getBigUint64(offset, littleEndian);
  }

  /** A view, not a copy. */
  slice(offset: number, length: number): Uint8Array {
    this.#check(offset, length);
    return this.bytes.subarray(offset, offset + length);
  }

  #check(offset: number, length: number): void {
    if (!Number.isSafeInteger(offset) || length < 0 || offset < 0 || offset + length > this.bytes.byteLength) {
      throw new ImgcheckError(
        'hostile',
        `${this.#what}: ${length} bytes at ${offset} lie outside its ${this.length} bytes`,
      );
    }
  }
}
