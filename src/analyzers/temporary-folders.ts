import type { Analyzer, EntryType, Located } from '../layer/analyzer.js';

/** What a layer has at /tmp or /var/tmp. */
export interface TemporaryFolder extends Located {
  readonly type: EntryType;
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a symbolic link, as written. */
  readonly target?: string;
}

const targetLength = 4096;

export const temporaryFolders: Analyzer<TemporaryFolder> = {
  name: 'temporary-folders',
  version: 1,
  paths: ['tmp', 'var/tmp'],
  maxBytes: 0,
  create() {
    const found = new Map<string, TemporaryFolder>();
    return {
      file({ entry: { path, type, mode, uid, gid, linkname } }) {
        found.set(path, {
          path,
          type,
          mode,
          uid,
          gid,
          ...(type === 'directory' ? { directory: true } : {}),
          ...(type === 'symlink' && linkname !== undefined ? { target: linkname.slice(0, targetLength) } : {}),
        });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values()],
    };
  },
};
