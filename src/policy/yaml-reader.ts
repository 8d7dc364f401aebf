import type * as Yaml from 'yaml';
import type { Document, LineCounter, ParsedNode, YAMLMap } from 'yaml';
import { ImgcheckError } from '../core/error.js';

/** A configuration file of ours is never larger. */
const sizeLimit = 1024 * 1024;

export interface YamlPair {
  readonly key: string;
  readonly keyNode: ParsedNode;
  readonly value: ParsedNode | null;
}

export type YamlNode = ParsedNode | null;

/** Typed reads of a YAML file that the user wrote, each error with file, line and column. */
export class YamlReader {
  readonly root: YamlNode;
  readonly #path: string;
  readonly #lines: LineCounter;
  readonly #library: typeof Yaml;

  private constructor(root: YamlNode, path: string, lines: LineCounter, library: typeof Yaml) {
    this.root = root;
    this.#path = path;
    this.#lines = lines;
    this.#library = library;
  }

  /** @throws ImgcheckError usage for what is not YAML, has a key twice, or is too large */
  static async open(text: string, path: string): Promise<YamlReader> {
    if (text.length > sizeLimit) {
      throw new ImgcheckError('usage', `the file exceeds ${sizeLimit} bytes`, { subject: path });
    }
    const library = await import('yaml');
    const lines = new library.LineCounter();
    const document: Document.Parsed = library.parseDocument(text, { lineCounter: lines, uniqueKeys: true });
    const reader = new YamlReader(document.contents, path, lines, library);
    const [problem] = document.errors;
    if (problem) throw reader.#error(problem.message.split('\n')[0] ?? 'not YAML', problem.pos[0]);
    return reader;
  }

  wrong(message: string, node: YamlNode | undefined): ImgcheckError {
    return this.#error(message, node?.range?.[0] ?? 0);
  }

  /** File and line of a node. */
  lineOf(node: YamlNode): string {
    return `${this.#path}:${this.#lines.linePos(node?.range?.[0] ?? 0).line}`;
  }

  /** The pairs of a map, whose keys must be among those known. */
  pairs(node: YamlNode, what: string, known?: readonly string[]): readonly YamlPair[] {
    if (!this.#library.isMap(node)) throw this.wrong(`${what} must be a map`, node);
    return (node as YAMLMap.Parsed).items.map(({ key, value }) => {
      if (!this.#library.isScalar(key) || typeof key.value !== 'string') throw this.wrong('a key must be a word', key);
      if (known && !known.includes(key.value)) {
        throw this.wrong(`unknown key ${key.value} of ${what}; known: ${known.join(', ')}`, key);
      }
      return { key: key.value, keyNode: key, value };
    });
  }

  items(node: YamlNode, what: string): readonly YamlNode[] {
    if (!this.#library.isSeq(node)) throw this.wrong(`${what} must be a list`, node);
    return node.items as readonly YamlNode[];
  }

  isMap(node: YamlNode): boolean {
    return this.#library.isMap(node);
  }

  text(node: YamlNode, what: string): string {
    const value = this.#library.isScalar(node) ? node.value : undefined;
    if (typeof value !== 'string' || value === '') throw this.wrong(`${what} must be text, in quotes`, node);
    return value;
  }

  texts(node: YamlNode, what: string): readonly { readonly text: string; readonly node: YamlNode }[] {
    return this.items(node, what).map((item) => ({ text: this.text(item, `each of ${what}`), node: item }));
  }

  flag(node: YamlNode, what: string): boolean {
    const value = this.#library.isScalar(node) ? node.value : undefined;
    if (typeof value !== 'boolean') throw this.wrong(`${what} must be true or false`, node);
    return value;
  }

  word<W extends string>(node: YamlNode, words: readonly W[], what: string): W {
    const value = this.#library.isScalar(node) ? node.value : undefined;
    const found = words.find((one) => one === value);
    if (found === undefined) throw this.wrong(`${what} must be one of ${words.join(', ')}`, node);
    return found;
  }

  /** Of any size, or from 0 to a most. */
  integer(node: YamlNode, what: string, most?: number): number {
    const value = this.#library.isScalar(node) ? node.value : undefined;
    const fits = typeof value === 'number' && Number.isSafeInteger(value);
    if (!fits) throw this.wrong(`${what} must be a whole number`, node);
    if (most !== undefined && (value < 0 || value > most)) throw this.wrong(`${what} must be 0 to ${most}`, node);
    return value;
  }

  #error(message: string, offset: number): ImgcheckError {
    const { line, col } = this.#lines.linePos(offset);
    return new ImgcheckError('usage', message, { subject: `${this.#path}:${line}:${col}` });
  }
}
