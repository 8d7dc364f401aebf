import { isImgcheckError } from '../core/error.js';
import type { Analyzer, LayerFile, Located } from '../layer/analyzer.js';
import { readDatabase, type Database } from '../rpm/database.js';

/** What a layer holds at a place where an RPM database may be. */
export type RpmdbFact = Located &
  (
    | { readonly kind: 'database'; readonly database: Database; readonly writeAheadLog: boolean }
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
const linkable: ReadonlySet<string> = new Set(
  rpmdbFolders.flatMap((folder) => folder.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'))),
);

export const rpmdb: Analyzer<RpmdbFact> = {
  name: 'rpmdb',
  version: 1,
  paths: rpmdbFolders.flatMap((folder) => [...rpmdbFiles, walName].map((file) => `${folder}/${file}`)),
  maxBytes: 256 * 1024 * 1024,
  wants: (entry) => (entry.type === 'symlink' && linkable.has(entry.path) ? 'header' : 'no'),
  create() {
    const found = new Map<string, RpmdbFact>();
    // An SQLite database in WAL mode waits for its log, which may follow it in the tar.
    const waiting = new Map<string, Uint8Array>();
    const logs = new Map<string, Uint8Array>();
    return {
      file(file) {
        const { path } = file.entry;
        const refused = refusal(file);
        if (file.entry.type === 'symlink' && linkable.has(path)) {
          found.set(path, { path, kind: 'link', target: file.entry.linkname ?? '' });
        } else if (refused !== undefined) {
          found.set(path, { path, kind: 'unreadable', reason: refused });
        } else if (path.endsWith('-wal')) {
          if (file.body && file.body.byteLength > 0) logs.set(path, file.body);
        } else if (file.body && inWalMode(file.body)) {
          waiting.set(path, file.body);
        } else if (file.body) {
          found.set(path, read(path, file.body, undefined));
        }
      },
      replaced(path) {
        for (const map of [found, waiting, logs]) map.delete(path);
      },
      end() {
        for (const [path, body] of waiting) found.set(path, read(path, body, logs.get(`${path}-wal`)));
        for (const [path, log] of logs) found.set(path, { path, kind: 'write-ahead-log', bytes: log.byteLength });
        return [...found.values()];
      },
    };
  },
};

function refusal({ entry, error }: LayerFile): string | undefined {
  if (error) return error.message;
  if (entry.type === 'file' || entry.type === 'hardlink' || entry.type === 'directory') return undefined;
  return `${entry.path} is a ${entry.type}, not a file`;
}

/** The file format's read and write versions, bytes 18 and 19: 2 means that a log may hold newer pages. */
function inWalMode(body: Uint8Array): boolean {
  return body.byteLength > 20 && body[0] === 0x53 && (body[18] === 2 || body[19] === 2);
}

/** One unreadable file spoils only itself. */
function read(path: string, body: Uint8Array, log: Uint8Array | undefined): RpmdbFact {
  try {
    return { path, kind: 'database', database: readDatabase(body, path, log), writeAheadLog: log !== undefined };
  } catch (error) {
    if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
    return { path, kind: 'unreadable', reason: error.message };
  }
}
