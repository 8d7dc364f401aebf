import {
  digestBytes,
  marks,
  packagedRowWidth,
  type PackagedFileTable,
  type PackagedList,
} from './packaged-file-table.js';

/** One file as its package lists it. */
export interface PackagedFile {
  readonly package: PackagedList;
  /** Canonical path of its directory, '' for the root. */
  readonly directory: string;
  /** '' for the directory itself. */
  readonly name: string;
  /** File type and permissions as in st_mode. */
  readonly mode: number;
  readonly size: number;
  readonly user: string;
  readonly group: string;
  /** '' for all but symbolic links. */
  readonly linkTarget: string;
  /** In words; '' for none. */
  readonly capabilities: string;
  readonly device: number;
  /** FILEVERIFYFLAGS. */
  readonly verify: number;
  /** FILESTATES. */
  readonly state: number;
  readonly config: boolean;
  readonly ghost: boolean;
  readonly missingOk: boolean;
  /** By the package's algorithm; undefined where it has none, or one that is not known here. */
  readonly digest: Uint8Array | undefined;
}

/** The files of a table, in the order of packages and headers. */
export function* packagedFilesOf(table: PackagedFileTable): Generator<PackagedFile> {
  const rows = new DataView(table.rows.buffer, table.rows.byteOffset, table.rows.byteLength);
  const word = (number: number): string => table.words[number - 1] ?? '';
  let at = 0;
  let from = 0;
  for (const one of table.packages) {
    const length = digestBytes.get(one.digestAlgorithm) ?? 0;
    for (let left = one.count; left > 0; left--) {
      const to = table.names.indexOf('\0', from);
      const mark = rows.getUint8(at + 35);
      yield {
        package: one,
        directory: table.directories[rows.getUint32(at)] ?? '',
        name: table.names.slice(from, to),
        mode: rows.getUint16(at + 28),
        size: rows.getFloat64(at + 20),
        user: word(rows.getUint32(at + 4)),
        group: word(rows.getUint32(at + 8)),
        linkTarget: word(rows.getUint32(at + 12)),
        capabilities: word(rows.getUint32(at + 16)),
        device: rows.getUint16(at + 32),
        verify: rows.getUint16(at + 30),
        state: rows.getUint8(at + 34),
        config: (mark & marks.config) !== 0,
        ghost: (mark & marks.ghost) !== 0,
        missingOk: (mark & marks.missingOk) !== 0,
        digest: mark & marks.digest ? table.rows.subarray(at + 36, at + 36 + length) : undefined,
      };
      at += packagedRowWidth;
      from = to + 1;
    }
  }
}
