import { Cursor } from './bytes.js';
import { ImgcheckError } from './error.js';

/** A value of CBOR, of the kinds that COSE needs. */
export type Cbor =
  | null
  | undefined
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Cbor[]
  | ReadonlyMap<number | string, Cbor>
  | CborTag;

/** A tagged value (RFC 8949, section 3.4). */
export interface CborTag {
  readonly tag: number;
  readonly value: Cbor;
}

const depthLimit = 16;
const valueLimit = 10_000;

/**
 * Reads one CBOR value (RFC 8949) that fills the bytes: definite lengths, whole numbers below 2^53, map keys that are
 * numbers or text and stand once.
 * @throws ImgcheckError hostile when it is malformed, nested more than 16 deep or has more than 10,000 values;
 * unsupported for a floating-point number
 */
export function parseCbor(bytes: Uint8Array, what: string): Cbor {
  const reader = new CborReader(bytes, what);
  const value = reader.read(0);
  if (reader.at !== bytes.byteLength) throw reader.fault(`${bytes.byteLength - reader.at} bytes follow the value`);
  return value;
}

export function isCborMap(value: Cbor): value is ReadonlyMap<number | string, Cbor> {
  return value instanceof Map;
}

export function isCborTag(value: Cbor): value is CborTag {
  return typeof value === 'object' && value !== null && 'tag' in value;
}

class CborReader {
  at = 0;
  readonly #cursor: Cursor;
  readonly #what: string;
  #values = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.#cursor = new Cursor(bytes, what);
    this.#what = what;
  }

  read(depth: number): Cbor {
    if (depth > depthLimit) throw this.fault(`nested more than ${depthLimit} deep`);
    if (++this.#values > valueLimit) throw this.fault(`more than ${valueLimit} values`);
    const start = this.at;
    const first = this.#cursor.u8(start);
    const major = first >> 5;
    if (major === 7) return this.#readSimple(first & 0x1f);
    const argument = this.#readArgument(first & 0x1f);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return -1 - argument;
      case 2:
        return this.#take(argument);
      case 3:
        return this.#readText(this.#take(argument));
      case 4:
        return this.#readArray(argument, depth);
      case 5:
        return this.#readMap(argument, depth);
      default:
        return { tag: argument, value: this.read(depth + 1) };
    }
  }

  fault(message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`);
  }

  #readArgument(short: number): number {
    const at = this.at + 1;
    if (short < 24) {
      this.at = at;
      return short;
    }
    if (short > 27) throw this.fault(`an indefinite or reserved length at ${this.at}`);
    const size = 1 << (short - 24);
    this.at = at + size;
    if (size === 1) return this.#cursor.u8(at);
    if (size === 2) return this.#cursor.u16(at);
    if (size === 4) return this.#cursor.u32(at);
    const wide = this.#cursor.u64(at);
    if (wide >= BigInt(Number.MAX_SAFE_INTEGER)) throw this.fault(`a number of 2^53 or more at ${at}`);
    return Number(wide);
  }

  #readSimple(short: number): Cbor {
    const at = this.at++;
    if (short === 20 || short === 21) return short === 21;
    if (short === 22) return null;
    if (short === 23) return undefined;
    if (short >= 25 && short <= 27) {
      throw new ImgcheckError('unsupported', `${this.#what}: a floating-point number at ${at} is not supported`);
    }
    throw this.fault(`a simple value ${short} at ${at}`);
  }

  #take(length: number): Uint8Array {
    const bytes = this.#cursor.slice(this.at, length);
    this.at += length;
    return bytes;
  }

  #readText(bytes: Uint8Array): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new ImgcheckError('hostile', `${this.#what}: a text that is not UTF-8`, { cause });
    }
  }

  #readArray(length: number, depth: number): readonly Cbor[] {
    const values: Cbor[] = [];
    for (let i = 0; i < length; i++) values.push(this.read(depth + 1));
    return values;
  }

  #readMap(length: number, depth: number): ReadonlyMap<number | string, Cbor> {
    const map = new Map<number | string, Cbor>();
    for (let i = 0; i < length; i++) {
      const key = this.read(depth + 1);
      if (typeof key !== 'number' && typeof key !== 'string') throw this.fault('a map key that is no number or text');
      if (map.has(key)) throw this.fault(`the map key ${JSON.stringify(key).slice(0, 80)} is there twice`);
      map.set(key, this.read(depth + 1));
    }
    return map;
  }
}
