import type { parseDocument } from 'yaml';
import { ImgcheckError } from '../core/error.js';
import { trimModuleDocument } from './module-document.js';
import { parseNevra, type Nevra } from './nevra.js';

/** One build of a module stream: a stream has one for each context and version. */
export interface ModuleBuild {
  readonly name: string;
  /** Always text, also where it looks like a number. */
  readonly stream: string;
  readonly artifacts: readonly Nevra[];
}

/** Characters of one document; the largest real ones have a tenth of it. */
const documentLimit = 4 * 1024 * 1024;
const artifactLimit = 100_000;
const aliasLimit = 100;

/**
 * Reads modules.yaml chunk by chunk and announces each module build. Documents of other kinds (defaults, obsoletes,
 * packager) are passed over. Memory is that of one document.
 */
export class ModulesReader {
  readonly #parse: typeof parseDocument;
  readonly #onModule: (found: ModuleBuild) => void;
  readonly #what: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #rest = '';
  #lines: string[] = [];
  #length = 0;
  #incomplete = 0;

  private constructor(parse: typeof parseDocument, onModule: (found: ModuleBuild) => void, what: string) {
    this.#parse = parse;
    this.#onModule = onModule;
    this.#what = what;
  }

  /** The YAML library is loaded when the first one is opened. */
  static async open(onModule: (found: ModuleBuild) => void, what = 'modules.yaml'): Promise<ModulesReader> {
    const { parseDocument: parse } = await import('yaml');
    return new ModulesReader(parse, onModule, what);
  }

  /** Documents that are not YAML, modules without name or stream, artifacts that name no package: so many were left out. */
  get incomplete(): number {
    return this.#incomplete;
  }

  /** @throws ImgcheckError hostile for what is not UTF-8 or past its limits */
  write(chunk: Uint8Array): void {
    this.#take(this.#decode(chunk, true));
  }

  /** @throws ImgcheckError as write */
  end(): void {
    this.#take(`${this.#decode(new Uint8Array(), false)}\n`);
    this.#flush();
  }

  #decode(chunk: Uint8Array, stream: boolean): string {
    try {
      return this.#decoder.decode(chunk, { stream });
    } catch (cause) {
      throw this.#hostile('it is not UTF-8', cause);
    }
  }

  /** A line that begins with the marks of a document's start or end is nothing else (YAML 1.2.2, 9.1.2). */
  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    this.#checkLength(this.#rest.length);
    for (const line of lines) {
      const mark = /^(?:---|\.\.\.)(?=\s|$)/.test(line);
      if (mark) this.#flush();
      // A directive before the document.
      else if (this.#lines.length === 0 && line.startsWith('%')) continue;
      const content = mark ? line.slice(3) : line;
      if (content.trim() === '' && this.#lines.length === 0) continue;
      this.#length += content.length + 1;
      this.#checkLength(0);
      this.#lines.push(content);
    }
  }

  #checkLength(more: number): void {
    if (this.#length + more > documentLimit) throw this.#hostile(`a document exceeds ${documentLimit} characters`);
  }

  #flush(): void {
    const lines = this.#lines;
    this.#lines = [];
    this.#length = 0;
    if (lines.length === 0) return;
    const trimmed = trimModuleDocument(lines);
    const document = (trimmed && this.#read(trimmed)) ?? this.#read(lines);
    if (document === undefined) this.#incomplete++;
    if (field(document, 'document') !== 'modulemd') return;
    const data = field(document, 'data');
    const [name, stream, artifacts] = [field(data, 'name'), field(data, 'stream'), field(data, 'artifacts')];
    if (typeof name !== 'string' || typeof stream !== 'string' || name === '' || stream === '') {
      this.#incomplete++;
      return;
    }
    this.#onModule({ name: name.slice(0, 1000), stream: stream.slice(0, 1000), artifacts: this.#builds(artifacts) });
  }

  #builds(artifacts: unknown): readonly Nevra[] {
    const rpms = field(artifacts, 'rpms') ?? [];
    if (!Array.isArray(rpms)) throw this.#hostile('the artifacts of a module are no list');
    if (rpms.length > artifactLimit) throw this.#hostile(`a module has more than ${artifactLimit} artifacts`);
    const builds: Nevra[] = [];
    for (const rpm of rpms as readonly unknown[]) {
      const nevra = typeof rpm === 'string' ? parseNevra(rpm) : undefined;
      if (nevra) builds.push(nevra);
      else this.#incomplete++;
    }
    return builds;
  }

  /**
   * The failsafe schema leaves every scalar text: a stream 3.0 or 1e3 is no number. Undefined for what is not YAML:
   * one spoilt document does not spoil the others.
   */
  #read(lines: readonly string[]): unknown {
    try {
      const document = this.#parse(lines.join('\n'), { schema: 'failsafe', merge: false, logLevel: 'silent' });
      return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: aliasLimit });
    } catch (cause) {
      throw this.#hostile('a document is nested too deep or has too many aliases', cause);
    }
  }

  #hostile(message: string, cause?: unknown): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`, { cause });
  }
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
    return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
