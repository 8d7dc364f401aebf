import { ImgcheckError } from '../core/error.js';
import type { Json, JsonObject } from '../core/json.js';

/**
 * An object within a policy.json, read strictly: null is never absence, text is never empty.
 * Every fault is a usage error with the file as its subject, its place in the message.
 */
export class PolicyObject {
  /** Within the file; '' at its root. */
  readonly place: string;
  readonly #file: string;
  readonly #members: JsonObject;

  constructor(json: Json | undefined, place: string, file: string) {
    this.place = place;
    this.#file = file;
    if (!isObject(json)) throw this.wrong(`expected an object, got ${kindOf(json)}`);
    this.#members = json;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#members);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#members, key);
  }

  json(key: string): Json | undefined {
    return this.has(key) ? this.#members[key] : undefined;
  }

  /** @throws ImgcheckError usage for a key that is not one of these */
  only(...known: readonly string[]): void {
    const other = this.keys.find((key) => !known.includes(key));
    if (other === undefined) return;
    throw this.wrong(`unknown key ${JSON.stringify(other.slice(0, 80))}; known: ${known.join(', ')}`);
  }

  /** The one key of these that is there. */
  oneOf(keys: readonly string[]): string {
    const found = this.atMostOneOf(keys);
    if (found === undefined) throw this.wrong(`expected one of ${keys.join(', ')}, got none`);
    return found;
  }

  atMostOneOf(keys: readonly string[]): string | undefined {
    const found = keys.filter((key) => this.has(key));
    if (found.length > 1) throw this.wrong(`expected one of ${keys.join(', ')}, got ${found.join(' and ')}`);
    return found[0];
  }

  text(key: string): string {
    const value = this.#must(key);
    if (typeof value !== 'string') throw this.wrongAt(key, `expected a string, got ${kindOf(value)}`);
    if (value === '') throw this.wrongAt(key, 'it is empty');
    return value;
  }

  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }

  texts(key: string): readonly string[] {
    return this.list(key).map((item, i) => {
      if (typeof item !== 'string') throw this.wrongAt(key, `expected a string, got ${kindOf(item)}`, i);
      return item;
    });
  }

  list(key: string): readonly Json[] {
    const value = this.#must(key);
    if (!Array.isArray(value)) throw this.wrongAt(key, `expected a list, got ${kindOf(value)}`);
    return value as readonly Json[];
  }

  word<W extends string>(key: string, words: readonly W[]): W {
    const value = this.text(key);
    const word = words.find((one) => one === value);
    if (word === undefined) {
      throw this.wrongAt(key, `expected ${words.join(', ')}, got ${JSON.stringify(value.slice(0, 80))}`);
    }
    return word;
  }

  object(key: string): PolicyObject {
    return new PolicyObject(this.#must(key), this.placeOf(key), this.#file);
  }

  optionalObject(key: string): PolicyObject | undefined {
    return this.has(key) ? this.object(key) : undefined;
  }

  /** Where a member, or an item of it, stands in the file. */
  placeOf(key: string, item?: number): string {
    const plain = /^[A-Za-z][\w-]*$/.test(key);
    const member = plain ? `${this.place === '' ? '' : '.'}${key}` : `[${JSON.stringify(key)}]`;
    return `${this.place}${member}${item === undefined ? '' : `[${item}]`}`;
  }

  /** The error about the object itself. */
  wrong(message: string): ImgcheckError {
    return this.#error(this.place, message);
  }

  /** The error about a member, or about an item of it. */
  wrongAt(key: string, message: string, item?: number): ImgcheckError {
    return this.#error(this.placeOf(key, item), message);
  }

  #error(place: string, message: string): ImgcheckError {
    return new ImgcheckError('usage', place === '' ? message : `${place}: ${message}`, {
      subject: this.#file,
      hint: 'see containers-policy.json(5)',
    });
  }

  #must(key: string): Json | undefined {
    if (!this.has(key)) throw this.wrong(`the key ${key} is missing`);
    return this.#members[key];
  }
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function kindOf(json: Json | undefined): string {
  if (json === undefined) return 'nothing';
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'a list';
  return typeof json === 'object' ? 'an object' : `a ${typeof json}`;
}
