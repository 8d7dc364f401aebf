import { isImgcheckError } from '../core/error.js';
import { NumberWriter } from '../core/rows.js';
import { PathHasher } from '../layer/path-set.js';
import type { Header } from '../rpm/header.js';
import { fileStates, PackageFiles } from '../rpm/package-files.js';
import { PackagedNames, splitTexts } from './packaged-names.js';

/** A file that was packaged with rights of its own: setuid, setgid, capabilities, a device, or writable by all. */
export interface PackagedSpecial {
  readonly path: string;
  /** Index in the database's packages. */
  readonly package: number;
  /** File type and permissions as in st_mode. */
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  /** FILEVERIFYFLAGS: what of it is to stay as it is. */
  readonly verify: number;
  /** In words (cap_from_text(3)). */
  readonly capabilities?: string;
  /** Major and minor number of a device, in 16 bits. */
  readonly device?: number;
}

/** What the headers of one database say of the files that were installed: whose a path is, and how a special one was packaged. */
export interface PackagedPaths {
  /** Of the hashes (see layer/path-set.ts). */
  readonly key: Uint8Array;
  /** A hash for every path, package after package in the order of the database. */
  readonly paths: Float64Array;
  /** How many paths each package has. */
  readonly counts: readonly number[];
  readonly special: readonly PackagedSpecial[];
  /** Packages whose list of files could not be read whole: a path that is not found may be theirs. */
  readonly unread: number;
}

/** No system has as many; what is beyond counts as unread. */
const limits = { paths: 2_000_000, special: 50_000, textLength: 16 << 20 } as const;

/** Gathers them, header by header. */
export class PackagedPathsReader {
  readonly #hasher = new PathHasher();
  readonly #counts: number[] = [];
  readonly #paths = new NumberWriter();
  readonly #special: PackagedSpecial[] = [];
  #textLength = 0;
  #unread = 0;

  /** The next package of the database. A list that is malformed makes it unread, and nothing else. */
  add(header: Header): void {
    const before = this.#paths.count;
    try {
      if (!this.#read(new PackageFiles(header))) this.#unread++;
    } catch (error) {
      if (!isImgcheckError(error, 'hostile')) throw error;
      this.#unread++;
    }
    this.#counts.push(this.#paths.count - before);
  }

  end(): PackagedPaths {
    return {
      key: this.#hasher.key,
      paths: this.#paths.packed(),
      counts: this.#counts,
      special: this.#special,
      unread: this.#unread,
    };
  }

  /** False when there were more files than are kept. */
  #read(files: PackageFiles): boolean {
    const names = new PackagedNames(files);
    const directories = names.directories.map((one) => this.#hasher.directory(one));
    const texts = new SpecialTexts(files);
    const { state: stateOf, mode: modeOf } = files;
    let room = true;
    names.each((file, directory, from, to) => {
      const state = stateOf(file);
      if (state !== fileStates.normal && state !== fileStates.netShared) return;
      const parent = directories[directory];
      if (!parent || this.#paths.count >= limits.paths) {
        room = false;
        return;
      }
      this.#paths.push(from === to ? parent.hash : this.#hasher.hashIn(parent, names.text, from, to));
      if (!isSpecial(modeOf(file)) && !texts.hasCapabilities(file)) return;
      if (!this.#pushSpecial(names.path(directory, from, to), file, files, texts)) room = false;
    });
    return room;
  }

  #pushSpecial(path: string, file: number, files: PackageFiles, texts: SpecialTexts): boolean {
    const mode = files.mode(file);
    const capabilities = texts.of('capabilities', file);
    const one: PackagedSpecial = {
      path,
      package: this.#counts.length,
      mode,
      user: texts.of('users', file),
      group: texts.of('groups', file),
      verify: files.verifyFlags(file),
      ...(capabilities === '' ? {} : { capabilities }),
      ...(isDevice(mode) ? { device: files.device(file) & 0xffff } : {}),
    };
    this.#textLength += path.length + one.user.length + one.group.length + capabilities.length;
    if (this.#special.length >= limits.special || this.#textLength > limits.textLength) return false;
    this.#special.push(one);
    return true;
  }
}

/** Owners and capabilities, decoded only for packages that have a special file. */
class SpecialTexts {
  readonly #files: PackageFiles;
  readonly #read = new Map<'users' | 'groups' | 'capabilities', readonly string[]>();
  readonly #capable: boolean;

  constructor(files: PackageFiles) {
    this.#files = files;
    this.#capable = files.texts('capabilities') !== undefined;
  }

  hasCapabilities(file: number): boolean {
    return this.#capable && this.of('capabilities', file) !== '';
  }

  of(column: 'users' | 'groups' | 'capabilities', file: number): string {
    const known = this.#read.get(column) ?? splitTexts(this.#files.texts(column));
    this.#read.set(column, known);
    return known[file] ?? '';
  }
}

function isDevice(mode: number): boolean {
  const type = mode >>> 12;
  return type === 2 || type === 6;
}

/** What `analyzers/special-files.ts` looks for: setuid, setgid, devices, and what anybody may write. */
function isSpecial(mode: number): boolean {
  const type = mode >>> 12;
  if (isDevice(mode)) return true;
  if (type === 4) return (mode & 0o1002) === 0o002;
  return type !== 10 && (mode & 0o6002) !== 0;
}
