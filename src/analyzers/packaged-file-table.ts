import { isImgcheckError } from '../core/error.js';
import { RowWriter, TextTable } from '../core/rows.js';
import type { Header } from '../rpm/header.js';
import { fileBits, fileStates, PackageFiles, type TextColumn } from '../rpm/package-files.js';
import { formatPackage } from '../rpm/package-name.js';
import type { RpmPackage } from '../rpm/package.js';
import { PackagedNames, splitTexts } from './packaged-names.js';

/** All files of a database's packages in columns: about 80 bytes each. Read by `packagedFilesOf`. */
export interface PackagedFileTable {
  readonly packages: readonly PackagedList[];
  /** See `packagedRowWidth`. */
  readonly rows: Uint8Array;
  /** The last component of every path, each ended by NUL. */
  readonly names: string;
  readonly directories: readonly string[];
  /** Users, groups, link targets and capabilities. */
  readonly words: readonly string[];
}

/** One package's part of the table. */
export interface PackagedList {
  /** `bash-5.1.8-4.el9.x86_64`. */
  readonly name: string;
  readonly headerDigest: string;
  /** Rows. */
  readonly count: number;
  /** FILEDIGESTALGO: 1 MD5, 8 SHA-256; digests of others are not kept. */
  readonly digestAlgorithm: number;
  /** Its list could not be read whole. */
  readonly unread: boolean;
}

/**
 * u32 directory, u32 user, u32 group, u32 link target, u32 capabilities (of words, from 1), f64 size, u16 st_mode,
 * u16 FILEVERIFYFLAGS, u16 device, u8 FILESTATES, u8 marks, 32 bytes of digest.
 */
export const packagedRowWidth = 68;
export const marks = { config: 1, ghost: 2, missingOk: 4, digest: 8 } as const;

/** Bytes of the digests that are kept, by FILEDIGESTALGO. */
export const digestBytes: ReadonlyMap<number, number> = new Map([
  [1, 16],
  [8, 32],
]);

const limits = { rows: 2_000_000, textLength: 128 << 20 } as const;

/** Gathers the table, header by header. */
export class PackagedFileTableWriter {
  readonly #packages: PackagedList[] = [];
  readonly #rows = new RowWriter(packagedRowWidth);
  readonly #names: string[] = [];
  readonly #directories = new TextTable();
  readonly #words = new TextTable();
  #nameLength = 0;

  /** The next package. A list that is malformed, or too long, is kept as far as it goes and marked. */
  add(header: Header, one: RpmPackage): void {
    const before = this.#rows.count;
    let whole = false;
    let digestAlgorithm = 0;
    try {
      const files = new PackageFiles(header);
      digestAlgorithm = files.digestAlgorithm;
      whole = this.#read(files);
    } catch (error) {
      if (!isImgcheckError(error, 'hostile')) throw error;
    }
    this.#packages.push({
      name: formatPackage(one),
      headerDigest: one.headerDigest,
      count: this.#rows.count - before,
      digestAlgorithm,
      unread: !whole,
    });
  }

  end(): PackagedFileTable {
    return {
      packages: this.#packages,
      rows: this.#rows.packed(),
      names: this.#names.join(''),
      directories: this.#directories.texts,
      words: this.#words.texts,
    };
  }

  #read(files: PackageFiles): boolean {
    const names = new PackagedNames(files);
    const texts = (column: TextColumn): readonly string[] => splitTexts(files.texts(column));
    const columns = {
      users: texts('users'),
      groups: texts('groups'),
      linkTargets: texts('linkTargets'),
      capabilities: texts('capabilities'),
    };
    const digests = texts('digests');
    const digestLength = digestBytes.get(files.digestAlgorithm);
    let whole = true;
    names.each((file, directory, from, to) => {
      const state = files.state(file);
      // Never laid down: nothing to compare.
      if (state === fileStates.notInstalled || state === fileStates.netShared) return;
      const words = Object.values(columns).map((column) => column[file] ?? '');
      this.#nameLength += to - from + 1;
      const length = this.#nameLength + this.#words.length + this.#directories.length;
      if (this.#rows.count >= limits.rows || length > limits.textLength) {
        whole = false;
        return;
      }
      const numbers = words.map((word) => (word === '' ? 0 : this.#words.number(word) + 1));
      const at = this.#rows.add();
      const { view } = this.#rows;
      view.setUint32(at, this.#directories.number(names.directories[directory] ?? ''));
      numbers.forEach((number, i) => view.setUint32(at + 4 + 4 * i, number));
      view.setFloat64(at + 20, files.size(file));
      view.setUint16(at + 28, files.mode(file));
      view.setUint16(at + 30, files.verifyFlags(file) & 0xffff);
      view.setUint16(at + 32, files.device(file) & 0xffff);
      view.setUint8(at + 34, state);
      view.setUint8(
        at + 35,
        marksOf(files.flags(file)) | writeDigest(view, at + 36, digests[file] ?? '', digestLength),
      );
      this.#names.push(`${names.text.slice(from, to)}\0`);
    });
    return whole;
  }
}

function marksOf(flags: number): number {
  const mark = (bit: number, set: number): number => (flags & bit ? set : 0);
  return (
    mark(fileBits.config, marks.config) | mark(fileBits.ghost, marks.ghost) | mark(fileBits.missingOk, marks.missingOk)
  );
}

/** The mark of a digest, where there is one of a known kind. */
function writeDigest(view: DataView, at: number, hex: string, length: number | undefined): number {
  if (length === undefined || hex.length !== 2 * length || !/^[0-9a-fA-F]+$/.test(hex)) return 0;
  for (let i = 0; i < length; i++) view.setUint8(at + i, Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  return marks.digest;
}
