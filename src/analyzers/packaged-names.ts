import { textOf } from '../archive/byte-text.js';
import { canonicalPath } from '../archive/entry-path.js';
import { ImgcheckError } from '../core/error.js';
import type { PackageFiles } from '../rpm/package-files.js';

/** No tar may hold a longer one (see archive/tar.ts), and no kernel opens it (PATH_MAX). */
const pathLength = 4096;

/** The paths of a package's files, decoded as names in a layer are: directories, and one long text of names. */
export class PackagedNames {
  /** Canonical, as many as the header lists. */
  readonly directories: readonly string[];
  /** The last component of every path, each ended by NUL; '' and `.` stand for the directory itself. */
  readonly text: string;
  readonly #files: PackageFiles;
  readonly #directoryOf: readonly number[] | undefined;

  /** @throws ImgcheckError hostile for names that are no names */
  constructor(files: PackageFiles) {
    this.#files = files;
    const text = textOf(files.baseNames);
    if (files.directories.byteLength > 0) {
      this.text = text;
      this.directories = splitTexts(files.directories).map(directoryOf);
      if (text.includes('/')) throw new ImgcheckError('hostile', 'the name of a file has a slash');
    } else {
      const split = splitPaths(text);
      this.text = split.text;
      this.directories = split.directories;
      this.#directoryOf = split.directoryOf;
    }
  }

  /** Every file in turn: its number, that of its directory, and where in the text its name begins and ends. */
  each(visit: (file: number, directory: number, from: number, to: number) => void): void {
    const { text } = this;
    const { count, directory: directoryOf } = this.#files;
    for (let file = 0, from = 0; file < count; file++) {
      const to = text.indexOf('\0', from);
      const directory = this.#directoryOf?.[file] ?? directoryOf?.(file) ?? 0;
      const length = to - from;
      if (length === 2 && text.startsWith('..', from)) throw new ImgcheckError('hostile', 'a file is named ..');
      const room = pathLength - (this.directories[directory]?.length ?? 0);
      if (length < room) visit(file, directory, from, length === 1 && text[from] === '.' ? from : to);
      from = to + 1;
    }
  }

  /** The canonical path of a file that `each` has shown. */
  path(directory: number, from: number, to: number): string {
    const parent = this.directories[directory] ?? '';
    if (from === to) return parent;
    return parent === '' ? this.text.slice(from, to) : `${parent}/${this.text.slice(from, to)}`;
  }
}

/** `/usr/bin/` is how they are written: without the outer slashes most are canonical. */
function directoryOf(text: string): string {
  const inner = text.startsWith('/') && text.endsWith('/') ? text.slice(1, -1) : text;
  return canonicalPath(inner).path;
}

/** Texts that each end with NUL. */
export function splitTexts(bytes: Uint8Array | undefined): string[] {
  if (!bytes || bytes.byteLength === 0) return [];
  const texts = textOf(bytes).split('\0');
  texts.pop();
  return texts;
}

/** Whole paths, as very old packages have them, taken apart. */
function splitPaths(text: string): { text: string; directories: readonly string[]; directoryOf: readonly number[] } {
  const known = new Map<string, number>();
  const directoryOf: number[] = [];
  const names: string[] = [];
  for (const name of text.split('\0').slice(0, -1)) {
    const { path } = canonicalPath(name);
    const slash = path.lastIndexOf('/');
    const directory = path.slice(0, Math.max(slash, 0));
    const index = known.get(directory) ?? known.size;
    known.set(directory, index);
    directoryOf.push(index);
    names.push(`${path.slice(slash + 1)}\0`);
  }
  return { text: names.join(''), directories: [...known.keys()], directoryOf };
}
