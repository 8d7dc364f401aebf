export type TarEntryType =
  'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo' | 'unknown';

/**
 * One member of a tar as its headers say (v7, ustar, pax, gnu), names as written.
 * Bytes of names that are not UTF-8 are carried as U+DC80..U+DCFF, so that different names stay different.
 */
export interface TarEntry {
  readonly name: string;
  readonly type: TarEntryType;
  /** The character in the header: tells `unknown` types apart. */
  readonly typeflag: string;
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user?: string;
  readonly group?: string;
  /** Bytes of content once unpacked: of a sparse file its real size, 0 for all that carry none. */
  readonly size: number;
  /** Bytes of content in the tar, without padding. */
  readonly storedSize: number;
  /** Seconds since 1970, with a fraction where pax has one. */
  readonly mtime: number;
  /** Target of a symlink or hard link, as written. */
  readonly linkname?: string;
  /** Extended attributes by name, raw bytes; no prototype. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
  readonly devMajor?: number;
  readonly devMinor?: number;
  /** The stored bytes are not the content: holes were left out, and a map may precede them. */
  readonly sparse?: boolean;
  /** Where its header lies in the tar. */
  readonly offset: number;
}
