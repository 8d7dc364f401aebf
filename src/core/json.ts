import { ImgcheckError } from './error.js';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/**
 * Parses JSON strictly: UTF-8 only, nothing after it, no member twice, nesting of at most 64.
 * @throws ImgcheckError hostile, with the offset.
 */
export function parseJson(bytes: Uint8Array, what: string): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new ImgcheckError('hostile', `${what} is not UTF-8`, { cause });
  }
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new ImgcheckError('hostile', `${what} is not JSON`, { cause });
  }
  checkShape(text, what);
  return value;
}

/** JSON.parse keeps the last of two equal members; two readers could then see two documents. The text is known to be valid JSON. */
function checkShape(text: string, what: string): void {
  const open: (Set<string> | null)[] = [];
  let key: string | undefined;
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gsu;
  for (let found = token.exec(text); found; found = token.exec(text)) {
    const [piece] = found;
    if (piece === '{' || piece === '[') {
      if (open.length >= 64) throw new ImgcheckError('hostile', `${what} is nested more than 64 deep`);
      open.push(piece === '{' ? new Set() : null);
      key = undefined;
    } else if (piece === '}' || piece === ']') {
      open.pop();
    } else if (piece === ':') {
      const members = open.at(-1);
      if (!members || key === undefined) continue;
      if (members.has(key)) {
        throw new ImgcheckError('hostile', `${what} has the member ${JSON.stringify(key.slice(0, 80))} twice`);
      }
      members.add(key);
    } else if (piece !== ',') {
      key = JSON.parse(piece) as string;
    }
  }
}

/** Typed reads from a parsed document, each error naming the path. Absent and null are the same. */
export class Fields {
  readonly #object: JsonObject;
  readonly #path: string;

  constructor(value: Json | undefined, path: string) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw new ImgcheckError('hostile', `${path} is not an object`);
    }
    this.#object = value as JsonObject;
    this.#path = path;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#object);
  }

  raw(key: string): Json | undefined {
    return Object.hasOwn(this.#object, key) ? (this.#object[key] ?? undefined) : undefined;
  }

  string(key: string): string {
    return this.#must(key, this.optionalString(key), 'a string');
  }

  optionalString(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#error(key, 'is not a string');
    return value;
  }

  /** A whole number, zero or more, below 2^53. */
  size(key: string): number {
    return this.#must(key, this.optionalSize(key), 'a number');
  }

  optionalSize(key: string): number | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!Number.isSafeInteger(value) || (value as number) < 0)
      throw this.#error(key, 'is not a whole number of zero or more');
    return value as number;
  }

  optionalBoolean(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'boolean') throw this.#error(key, 'is not true or false');
    return value;
  }

  array(key: string, limit = 10_000): readonly Json[] {
    const value = this.raw(key);
    if (value === undefined) return [];
    if (!Array.isArray(value)) throw this.#error(key, 'is not a list');
    if (value.length > limit) throw this.#error(key, `has ${value.length} items, more than ${limit}`);
    return value as readonly Json[];
  }

  object(key: string): Fields {
    return this.#must(key, this.optionalObject(key), 'an object');
  }

  optionalObject(key: string): Fields | undefined {
    const value = this.raw(key);
    return value === undefined ? undefined : new Fields(value, `${this.#path}.${key}`);
  }

  /** An object of strings (annotations, labels). */
  strings(key: string): Readonly<Record<string, string>> {
    const value = this.optionalObject(key);
    const map: Record<string, string> = Object.create(null) as Record<string, string>;
    if (value) for (const name of value.keys) map[name] = value.optionalString(name) ?? '';
    return map;
  }

  stringList(key: string, limit = 10_000): readonly string[] {
    return this.array(key, limit).map((item, i) => {
      if (typeof item !== 'string') throw this.#error(`${key}[${i}]`, 'is not a string');
      return item;
    });
  }

  #must<T>(key: string, value: T | undefined, wanted: string): T {
    if (value === undefined) throw this.#error(key, `is missing: ${wanted} is required`);
    return value;
  }

  #error(key: string, message: string): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#path}.${key} ${message}`);
  }
}
