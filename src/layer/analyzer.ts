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
  /** Extended attributes (pax SCHILY.xattr.*), raw bytes by name: `security.capability`, `security.selinux`. */
  readonly xattrs?: Readonly<Record<string, Uint8Array>>;
  readonly devMajor?: number;
  readonly devMinor?: number;
}

/** A file that an analyzer asked for. Hard links in the same layer come as their target's content under their own path. */
export interface LayerFile {
  readonly entry: LayerEntry;
  /** Whole content when the body was asked for, else undefined. Only valid during the call: copy what is kept. */
  readonly body?: Uint8Array;
  /** Why the body could not be had (longer than maxBytes). */
  readonly error?: ImgcheckError;
}

/** What an analyzer wants of an entry. */
export type Want = 'no' | 'header' | 'body';

/** One kind of facts out of a layer: a stateful fold over the entries it wants. It never sees keys, policy or time. */
export interface Analysis<T> {
  file(file: LayerFile): void;
  /** Called once after the last verified byte; plain, structured-cloneable and JSON-safe data (Uint8Array allowed). */
  end(): readonly T[];
}

/**
 * A kind of fact. The value itself is the key of its facts.
 * `paths` are exact canonical paths or `dir/*` (one level): compiled to one map, the fast case. Beside them `wants`,
 * if given, sees every header.
 */
export interface Analyzer<T> {
  readonly name: string;
  /** Part of the cache key: raise it whenever the same layer would give other facts. */
  readonly version: number;
  readonly paths: readonly string[];
  wants?(entry: LayerEntry): Want;
  /** A wanted body longer than this is handed over as an error. */
  readonly maxBytes: number;
  create(): Analysis<T>;
}

/** What an analyzer reports must say which path it is about, so that squash can hide it. */
export interface Located {
  readonly path: string;
}
