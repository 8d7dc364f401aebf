import { isImgcheckError } from '../core/error.js';
import type { Analysis, Analyzer, LayerFile, Located } from '../layer/analyzer.js';
import { readDatabase, type Database } from '../rpm/database.js';
import { PackagedPathsReader, type PackagedPaths } from './packaged-paths.js';

/** What a layer holds at a place where an RPM database may be. */
export type RpmdbFact = Located &
  (
    | {
        readonly kind: 'database';
        readonly database: Database;
        readonly files: PackagedPaths;
        readonly writeAheadLog: boolean;
      }
    | { readonly kind: 'unreadable'; readonly reason: string }
    /** A write-ahead log with content, beside its database in this layer or not. */
    | { readonly kind: 'write-ahead-log'; readonly bytes: number }
    /** A database folder, or a folder above one, that is a symbolic link. */
    | { readonly kind: 'link'; readonly target: string }
  );

/** Folders in which rpm keeps its database, in the order in which they are asked (rpm macros `_dbpath`; the last is ostree's). */
export const rpmdbFolders = ['var/lib/rpm', 'usr/lib/sysimage/rpm', 'usr/share/rpm'] as const;
/** Files of one folder, in the order in which rpm's backends are tried. */
export const rpmdbFiles = ['rpmdb.sqlite', 'Packages.db', 'Packages'] as const;

const walName = 'rpmdb.sqlite-wal';
/** Of databases and logs of one layer that wait for each other: more than twice the largest that was ever seen. */
const waitingBytes = 384 * 1024 * 1024;
const linkable: ReadonlySet<string> = new Set(
  rpmdbFolders.flatMap((folder) => folder.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))),
);

export const rpmdb: Analyzer<RpmdbFact> = {
  name: 'rpmdb',
  version: 3,
  paths: rpmdbFolders.flatMap((folder) => [...rpmdbFiles, walName].map((file) => `${folder}/${file}`)),
  maxBytes: 256 * 1024 * 1024,
  wants: (entry) => (entry.type === 'symlink' && linkable.has(entry.path) ? 'header' : 'no'),
  create: () => databaseAnalysis(readRpmdb),
};

/** Brings every database of a layer together with its write-ahead log, and makes a fact of both by `read`. */
export function databaseAnalysis<T extends Located>(
  read: (path: string, body: Uint8Array, log: Uint8Array | undefined) => T,
): Analysis<T | RpmdbFact> {
  const found = new Map<string, T | RpmdbFact>();
  // An SQLite database waits for its write-ahead log, which may follow it in the tar.
  const waiting = new Map<string, Uint8Array>();
  const logs = new Map<string, Uint8Array>();
  const replaced = (path: string): void => {
    for (const map of [found, waiting, logs]) map.delete(path);
  };
  return {
    file(file) {
      const { path } = file.entry;
      replaced(path);
      const refused = refusal(file);
      const body = file.body ?? new Uint8Array(0);
      const log = path.endsWith('-wal');
      if (file.entry.type === 'symlink' && linkable.has(path)) {
        found.set(path, { path, kind: 'link', target: file.entry.linkname ?? '' });
      } else if (refused !== undefined) {
        found.set(path, { path, kind: 'unreadable', reason: refused });
      } else if (file.entry.type === 'directory' || (log && body.byteLength === 0)) {
        return;
      } else if (!log && !isSqlite(body)) {
        found.set(path, read(path, body, undefined));
      } else if (sizeOf(waiting) + sizeOf(logs) + body.byteLength > waitingBytes) {
        const reason = `the databases and logs of the layer exceed ${waitingBytes} bytes`;
        found.set(path, { path, kind: 'unreadable', reason });
      } else {
        (log ? logs : waiting).set(path, body);
      }
    },
    replaced,
    end() {
      for (const [path, body] of waiting) found.set(path, read(path, body, logs.get(`${path}-wal`)));
      for (const [path, log] of logs) found.set(path, { path, kind: 'write-ahead-log', bytes: log.byteLength });
      return [...found.values()];
    },
  };
}

function refusal({ entry, error }: LayerFile): string | undefined {
  if (error) return error.message;
  if (entry.type === 'hardlink') return `it is a hard link to /${entry.linkname ?? ''}, which was not read`;
  if (entry.type === 'file' || entry.type === 'directory') return undefined;
  return `it is a ${entry.type}, not a file`;
}

/** SQLite applies a log that lies beside a database whatever the database says of its mode. */
function isSqlite(body: Uint8Array): boolean {
  return [...'SQLite'].every((letter, i) => body[i] === letter.charCodeAt(0));
}

function sizeOf(bodies: ReadonlyMap<string, Uint8Array>): number {
  return [...bodies.values()].reduce((sum, body) => sum + body.byteLength, 0);
}

/** The fact about a database file with its log, if there is one. One unreadable file spoils only itself. */
export function readRpmdb(path: string, body: Uint8Array, log: Uint8Array | undefined): RpmdbFact {
  try {
    const files = new PackagedPathsReader();
    const database = readDatabase(body, path, log, (header) => files.add(header));
    return { path, kind: 'database', database, files: files.end(), writeAheadLog: log !== undefined };
  } catch (error) {
    if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
    return { path, kind: 'unreadable', reason: error.message };
  }
}
