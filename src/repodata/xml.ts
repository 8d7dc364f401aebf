import type { SaxesParser } from 'saxes';
import { ImgcheckError } from '../core/error.js';

export type Attributes = Readonly<Record<string, string>>;

/** What an XML document consists of, in its order. Names come without their prefix; the root has depth 1. */
export interface XmlHandler {
  /** An element begins; true asks for its own text, which `close` then brings. */
  open(name: string, attributes: Attributes, depth: number): boolean;
  /** An element ends; its text without the blanks around it, '' where none was asked for. */
  close(name: string, text: string, depth: number): void;
}

/** Characters without a tag, text or section ending: the longest descriptions are a tenth of it. */
const nodeLimit = 4 * 1024 * 1024;
/** Characters of a text that was asked for. */
const textLimit = 65_536;
const depthLimit = 32;
/** Bytes that are parsed at a time. */
const pieceSize = 65_536;

/**
 * Reads a UTF-8 XML document chunk by chunk in flat memory. There are no document types and so no entities but the
 * five of XML itself.
 */
export class XmlReader {
  readonly #parser: SaxesParser;
  readonly #handler: XmlHandler;
  readonly #what: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #depth = 0;
  #textDepth = 0;
  #text = '';
  #given = 0;
  /** Where the last node ended, in characters given. */
  #mark = 0;

  private constructor(parser: SaxesParser, handler: XmlHandler, what: string) {
    this.#parser = parser;
    this.#handler = handler;
    this.#what = what;
    this.#listen();
  }

  /** The parser is loaded when the first one is opened. */
  static async open(handler: XmlHandler, what: string): Promise<XmlReader> {
    const { SaxesParser: Parser } = await import('saxes');
    return new XmlReader(new Parser({ position: false }), handler, what);
  }

  /** @throws ImgcheckError hostile for what is malformed, nested too deep or too long; unsupported for another encoding */
  write(chunk: Uint8Array): void {
    // Cut as bytes: slices of a string keep all of it alive.
    for (let at = 0; at < chunk.byteLength; at += pieceSize) {
      this.#parse(this.#decode(chunk.subarray(at, at + pieceSize), true));
    }
  }

  /** @throws ImgcheckError hostile for a document that is not complete, and as write */
  end(): void {
    this.#parse(this.#decode(new Uint8Array(), false));
    this.#parser.close();
  }

  #decode(piece: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(piece, { stream });
    } catch (cause) {
      throw this.#hostile('it is not UTF-8', cause);
    }
  }

  #parse(text: string): void {
    this.#given += text.length;
    this.#parser.write(text);
    if (this.#given - this.#mark > nodeLimit) {
      throw this.#hostile(`a tag, text or comment exceeds ${nodeLimit} characters`);
    }
  }

  #listen(): void {
    const parser = this.#parser;
    parser.on('error', (error) => {
      throw this.#hostile(`not well-formed XML: ${error.message.slice(0, 200)}`, error);
    });
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding === undefined || /^(?:utf-?8|us-ascii)$/i.test(encoding)) return;
      throw new ImgcheckError('unsupported', `${this.#what}: XML in the encoding ${encoding.slice(0, 40)}, not UTF-8`);
    });
    parser.on('doctype', () => {
      throw this.#hostile('it has a document type declaration, which repository metadata never has');
    });
    parser.on('opentag', ({ name, attributes }) => {
      this.#mark = this.#given;
      this.#depth++;
      if (this.#depth > depthLimit) throw this.#hostile(`it is nested more than ${depthLimit} deep`);
      const wanted = this.#handler.open(localName(name), attributes, this.#depth);
      if (!wanted || this.#textDepth > 0) return;
      this.#textDepth = this.#depth;
      this.#text = '';
    });
    parser.on('closetag', ({ name }) => {
      this.#mark = this.#given;
      const own = this.#textDepth === this.#depth;
      this.#handler.close(localName(name), own ? this.#text.trim() : '', this.#depth);
      if (own) this.#textDepth = 0;
      this.#depth--;
    });
    for (const event of ['text', 'cdata'] as const) parser.on(event, (text) => this.#takeText(text));
    // No more: with an eighth handler the engine keeps the parser as a dictionary, which is four times slower.
  }

  #takeText(text: string): void {
    this.#mark = this.#given;
    if (this.#textDepth === 0 || this.#textDepth !== this.#depth) return;
    if (this.#text.length + text.length > textLimit) throw this.#hostile(`a text exceeds ${textLimit} characters`);
    this.#text += text;
  }

  #hostile(message: string, cause?: unknown): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`, { cause });
  }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
