import { ImgcheckError } from '../core/error.js';
import type { Header } from './header.js';
import { tags } from './tag.js';

/** Bits of FILEVERIFYFLAGS (rpm's rpmvf.h): what of a file is as packaged for good. */
export const verifyBits = {
  digest: 1,
  size: 2,
  link: 4,
  user: 8,
  group: 16,
  mode: 64,
  device: 128,
  capabilities: 256,
} as const;

/** Bits of FILEFLAGS (rpm's rpmfiles.h). */
export const fileBits = { config: 1, missingOk: 8, ghost: 64 } as const;

/** FILESTATES: what became of a file when its package was installed. */
export const fileStates = { normal: 0, replaced: 1, notInstalled: 2, netShared: 3, wrongColor: 4 } as const;

/** FILEDIGESTALGO, where none is said: MD5. */
const defaultAlgorithm = 1;

/** Columns of text: every value ends with NUL, in whatever encoding the packager used. */
const textColumns = {
  users: tags.fileUsers,
  groups: tags.fileGroups,
  digests: tags.fileDigests,
  linkTargets: tags.fileLinkTargets,
  capabilities: tags.fileCapabilities,
} as const;

export type TextColumn = keyof typeof textColumns;

export type NumberColumn = (file: number) => number;

/**
 * The files that a header lists, as columns; each is looked at when it is asked for, and nothing is decoded. Columns of
 * numbers are functions of the file's number, which is from 0 to `count` - 1.
 */
export class PackageFiles {
  readonly count: number;
  /** The last component of every path, each ended by NUL; the whole path in packages that have no `directories`. */
  readonly baseNames: Uint8Array;
  /** With a slash at the end, each ended by NUL. */
  readonly directories: Uint8Array;
  readonly #header: Header;
  readonly #columns = new Map<number, NumberColumn>();
  readonly #directoryCount: number;

  /** @throws ImgcheckError hostile for a list that is no list, as all that is asked of it */
  constructor(header: Header) {
    this.#header = header;
    const names = header.column(tags.baseNames, 'texts') ?? header.column(tags.oldFileNames, 'texts');
    const directories = header.has(tags.baseNames) ? header.column(tags.dirNames, 'texts') : undefined;
    this.count = names?.count ?? 0;
    this.baseNames = names?.bytes ?? new Uint8Array(0);
    this.directories = directories?.bytes ?? new Uint8Array(0);
    this.#directoryCount = directories?.count ?? 0;
    if (header.has(tags.baseNames) && !(directories && header.has(tags.dirIndexes))) {
      throw new ImgcheckError('hostile', 'its files have no directories');
    }
  }

  /** Which of the directories the file lies in; undefined in packages that have none. */
  get directory(): NumberColumn | undefined {
    const count = this.#directoryCount;
    if (count === 0) return undefined;
    const indexes = this.#number(tags.dirIndexes, 0);
    return (file) => {
      const index = indexes(file);
      if (index < count) return index;
      throw new ImgcheckError('hostile', `a file lies in directory ${index} of ${count}`);
    };
  }

  /** File type and permissions as in st_mode. */
  get mode(): NumberColumn {
    return this.#number(tags.fileModes, 0);
  }

  get state(): NumberColumn {
    return this.#number(tags.fileStates, fileStates.normal);
  }

  get flags(): NumberColumn {
    return this.#number(tags.fileFlags, 0);
  }

  /** Everything is to be verified where nothing is said. */
  get verifyFlags(): NumberColumn {
    return this.#number(tags.fileVerifyFlags, 0xffff);
  }

  get size(): NumberColumn {
    const tag = this.#header.has(tags.longFileSizes) ? tags.longFileSizes : tags.fileSizes;
    return this.#number(tag, 0);
  }

  /** Major and minor number, of which rpm compares 16 bits. */
  get device(): NumberColumn {
    return this.#number(tags.fileDevices, 0);
  }

  /** By its number in OpenPGP (RFC 9580, 9.5): 1 MD5, 2 SHA-1, 8 SHA-256. */
  get digestAlgorithm(): number {
    return this.#header.number(tags.fileDigestAlgorithm) ?? defaultAlgorithm;
  }

  /** One text a file, each ended by NUL; undefined where the header has no such column. */
  texts(column: TextColumn): Uint8Array | undefined {
    const found = this.#header.column(textColumns[column], 'texts');
    if (!found || found.count === this.count) return found?.bytes;
    throw new ImgcheckError('hostile', `expected ${this.count} ${column} of files, got ${found.count}`);
  }

  #number(tag: number, absent: number): NumberColumn {
    const known = this.#columns.get(tag);
    if (known) return known;
    const column = this.#readNumbers(tag) ?? (() => absent);
    this.#columns.set(tag, column);
    return column;
  }

  #readNumbers(tag: number): NumberColumn | undefined {
    const found = this.#header.column(tag, 'numbers');
    if (!found) return undefined;
    const { bytes, count } = found;
    if (count !== this.count) {
      throw new ImgcheckError('hostile', `tag ${tag}: expected ${this.count} values, got ${count}`);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    switch (bytes.byteLength / count) {
      case 1:
        return (file) => view.getUint8(file);
      case 2:
        return (file) => view.getUint16(2 * file);
      case 4:
        return (file) => view.getUint32(4 * file);
      default:
        return (file) => Number(view.getBigUint64(8 * file));
    }
  }
}
