import { ImgcheckError } from '../core/error.js';
import { shortText } from './evr-fields.js';
import { readModuleDocument } from './module-document.js';
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

/**
 * Reads modules.yaml chunk by chunk and announces each module build. Documents of other kinds (defaults, obsoletes,
 * packager) are passed over. Memory is that of one document.
 */
export class ModulesReader {
  readonly #onModule: (found: ModuleBuild) => void;
  readonly #what: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  #rest = '';
  #lines: string[] = [];
  #length = 0;
  #incomplete = 0;

  constructor(onModule: (found: ModuleBuild) => void, what = 'modules.yaml') {
    this.#onModule = onModule;
    this.#what = what;
  }

  /** Documents of an unknown layout, modules without name or stream, artifacts that name no package: left out so far. */
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
    const document = readModuleDocument(lines);
    if (document?.kind !== undefined && document.kind !== 'modulemd') return;
    const { name, stream, artifacts } = document ?? { artifacts: [] };
    if (!name || !stream) {
      this.#incomplete++;
      return;
    }
    const builds = artifacts.map(parseNevra).filter((found) => found !== undefined);
    this.#incomplete += artifacts.length - builds.length;
    this.#onModule({ name: shortText(name, this.#what), stream: shortText(stream, this.#what), artifacts: builds });
  }

  #hostile(message: string, cause?: unknown): ImgcheckError {
    return new ImgcheckError('hostile', `${this.#what}: ${message}`, { cause });
  }
}
