import type { ImgcheckError } from '../core/error.js';

export type EntryType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';

/** One member of a layer's tar, as its headers say (ustar, pax, gnu); nothing is resolved yet. */
export interface LayerEntry {
  /**
   * Canonical: relative to the root, `/` between components, no `.`, `..` or doubled slash, '' for the root itself.
   * Bytes that are not UTF-8 are carried as U+DC80..U+DCFF, so that different names stay different.
   */
  readonly path: string;
  readonly type: EntryType;
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user?: string;
  readonly group?: string;
  /** Bytes of content that follow; 0 for all but files. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Of a symlink as written; of a hard link the canonical path of its target. */
  readonly linkname?: string;
  /** Of a hard link: its target is a symlink of the same layer, so that the mode says nothing. */
  readonly linksToSymlink?: boolean;
  /** Extended attributes (pax SCHILY.xattr.*), raw bytes by name: `security.capability`, `security.selinux`. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
  readonly devMajor?: number;
  readonly devMinor?: number;
}

/** A file that an analyzer asked for. */
export interface LayerFile {
  readonly entry: LayerEntry;
  /** Whole content when the body was asked for, else undefined. An array of its own, which may be kept. */
  readonly body?: Uint8Array;
  /** Of the content, when it was asked for: hashed as it passes, whatever its length. */
  readonly digests?: FileDigests;
  /** The first bytes, as many as `startBytes` asked for: a view, valid during the call only. */
  readonly start?: Uint8Array;
  /** Why the body, its start or its digests, could not be had (longer than maxBytes, stored sparse). */
  readonly error?: ImgcheckError;
}

/** Digests of a file's content: those that packages list for their files. */
export interface FileDigests {
  readonly sha256: Uint8Array;
  /** Undefined where the machine's policy forbids it (FIPS). */
  readonly md5?: Uint8Array;
}

/** What an analyzer wants of an entry. `start`: to see its first bytes as they pass; nothing of them is kept. */
export type Want = 'no' | 'header' | 'body' | 'digest' | 'start';

/** What an analyzer reports must say which path it is about, so that squash can hide it. */
export interface Located {
  readonly path: string;
  /** True for what is said of a directory itself: an implied directory above does not hide it. */
  readonly directory?: boolean;
}

/** One kind of facts out of a layer: a stateful fold over the entries it wants. It never sees keys, policy or time. */
export interface Analysis<T extends Located> {
  file(file: LayerFile): void;
  /** A later entry of the same layer took the place of this path: what was said of it no longer holds. */
  replaced(path: string): void;
  /** Called once after the last verified byte; plain, structured-cloneable and JSON-safe data (Uint8Array allowed). */
  end(): readonly T[];
}

/**
 * A kind of fact. The value itself is the key of its facts.
 * `paths` are exact canonical paths or `dir/*` (one level): compiled to one map, the fast case. Beside them `wants`,
 * if given, sees every header.
 */
export interface Analyzer<T extends Located> {
  readonly name: string;
  /** Part of the cache key: raise it whenever the same layer would give other facts. */
  readonly version: number;
  /** Bodies wanted. A hard link at such a path comes as its target's content, if that lies in the same layer. */
  readonly paths: readonly string[];
  wants?(entry: LayerEntry): Want;
  /** A wanted body longer than this is handed over as an error. */
  readonly maxBytes: number;
  /** How many of the first bytes of a file it is to be shown that it wants the `start` of. */
  startBytes?(entry: LayerEntry): number;
  create(): Analysis<T>;
  /**
   * What a hard link into a lower layer comes to: what was said of its own header, and what is said of its target
   * (under the link's path). The target's alone where this is left out.
   */
  linked?(own: T, target: T): T;
}
