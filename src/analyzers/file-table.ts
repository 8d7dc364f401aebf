import { NumberWriter, RowWriter } from '../core/rows.js';
import type { Analyzer, EntryType, LayerFile, Located } from '../layer/analyzer.js';
import { PathHasher } from '../layer/path-set.js';

/** All entries of a layer, with the digests of what is in its files: about 90 bytes each. At the root: there is one for a layer. */
export interface FileTable extends Located {
  /** Of the hashes (see layer/path-set.ts). */
  readonly key: Uint8Array;
  /** The hash of each row's path; of rows with one path the last counts. */
  readonly hashes: Float64Array;
  /** See `rowWidth`. */
  readonly rows: Uint8Array;
  /** 32 bytes of SHA-256 and 16 of MD5 for each file that has content to be hashed. */
  readonly digests: Uint8Array;
  /** False where MD5 could not be had: it is zeros. */
  readonly md5: boolean;
  readonly extras: readonly EntryExtra[];
  /** Entries that are not listed, for there were too many. */
  readonly unlisted: number;
}

/** What few entries have. */
export interface EntryExtra {
  /** Of symbolic links alone: where it lies, for those who follow it. */
  readonly path?: string;
  /** Of a symbolic link as written; of a hard link its target's path. */
  readonly linkname?: string;
  readonly capabilities?: Uint8Array;
  /** Major and minor number, in 16 bits. */
  readonly device?: number;
}

/** u16 type and permissions as in st_mode, u32 uid, u32 gid, f64 size, u32 number of the digests, u32 of the extra, both from 1. */
export const rowWidth = 26;
export const digestWidth = 48;

/** As in st_mode, but for hard links, of which their target has to tell. */
export const typeBits: Readonly<Record<EntryType, number>> = {
  fifo: 1,
  'character-device': 2,
  directory: 4,
  'block-device': 6,
  file: 8,
  symlink: 10,
  hardlink: 15,
};

const entryLimit = 2_000_000;
/** Of links and attributes, together. */
const extraLength = 64 << 20;
const capabilityBytes = 64;

export const fileTable: Analyzer<FileTable> = {
  name: 'file-table',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: ({ type }) => (type === 'file' ? 'digest' : 'header'),
  create() {
    const writer = new FileTableWriter();
    return {
      file: (file) => writer.add(file),
      // What replaces it is a row of its own, and the last row counts.
      replaced: () => undefined,
      end: () => [writer.end()],
    };
  },
};

class FileTableWriter {
  readonly #hasher = new PathHasher();
  readonly #hashes = new NumberWriter();
  readonly #rows = new RowWriter(rowWidth);
  readonly #digests = new RowWriter(digestWidth);
  readonly #extras: EntryExtra[] = [];
  #extraLength = 0;
  #md5 = true;
  #unlisted = 0;

  add({ entry, digests }: LayerFile): void {
    const extra = extraOf(entry);
    if (extra) this.#extraLength += lengthOf(extra);
    if (this.#rows.count >= entryLimit || this.#extraLength > extraLength) {
      this.#unlisted++;
      return;
    }
    this.#hashes.push(this.#hasher.hash(entry.path));
    const at = this.#rows.add();
    const { view } = this.#rows;
    view.setUint16(at, (typeBits[entry.type] << 12) | entry.mode);
    // Numbers beyond 32 bits are nobody's: all ones are the number that stands for none.
    view.setUint32(at + 2, Math.min(entry.uid, 0xffffffff));
    view.setUint32(at + 6, Math.min(entry.gid, 0xffffffff));
    view.setFloat64(at + 10, entry.size);
    if (digests) {
      const row = new Uint8Array(digestWidth);
      row.set(digests.sha256);
      if (digests.md5) row.set(digests.md5, 32);
      else this.#md5 = false;
      this.#digests.push(row);
      view.setUint32(at + 18, this.#digests.count);
    }
    if (extra) {
      this.#extras.push(extra);
      view.setUint32(at + 22, this.#extras.length);
    }
  }

  end(): FileTable {
    return {
      path: '',
      key: this.#hasher.key,
      hashes: this.#hashes.packed(),
      rows: this.#rows.packed(),
      digests: this.#digests.packed(),
      md5: this.#md5,
      extras: this.#extras,
      unlisted: this.#unlisted,
    };
  }
}

function extraOf({
  type,
  path,
  linkname,
  xattrs,
  devMajor = 0,
  devMinor = 0,
}: LayerFile['entry']): EntryExtra | undefined {
  if (type === 'symlink') return { path, linkname: linkname ?? '' };
  if (type === 'hardlink') return { linkname: linkname ?? '' };
  if (type === 'character-device' || type === 'block-device')
    return { device: ((devMajor & 0xff) << 8) | (devMinor & 0xff) };
  const capabilities = xattrs?.['security.capability'];
  return capabilities && { capabilities: new Uint8Array(capabilities.subarray(0, capabilityBytes)) };
}

function lengthOf({ path = '', linkname = '', capabilities }: EntryExtra): number {
  return 32 + path.length + linkname.length + (capabilities?.byteLength ?? 0);
}
