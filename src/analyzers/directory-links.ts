import type { Analyzer, LayerEntry, Located } from '../layer/analyzer.js';

/** A symbolic link that may stand for a directory, as `bin -> usr/bin` does: what lies there has two names. */
export interface DirectoryLink extends Located {
  readonly target: string;
  /** Links of the layer beyond the ones listed; only on the one fact that stands for them, at the root. */
  readonly unlisted?: number;
}

/** Links to directories lie high up in every distribution; below are the many links to files. */
const depth = 3;
const limit = 5000;
const targetLength = 4096;

/** Links to shared libraries are the most of what is left, and no directories. */
const library = /\.so(?:\.|$)/;

function mayBeDirectory({ type, path, linkname = '' }: LayerEntry): boolean {
  if (type !== 'symlink' || library.test(path) || linkname.length > targetLength) return false;
  let slashes = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) if (++slashes >= depth) return false;
  return true;
}

export const directoryLinks: Analyzer<DirectoryLink> = {
  name: 'directory-links',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: (entry) => (entry.type === 'symlink' && mayBeDirectory(entry) ? 'header' : 'no'),
  create() {
    const found = new Map<string, DirectoryLink>();
    let unlisted = 0;
    return {
      file({ entry: { path, linkname = '' } }) {
        if (found.size >= limit && !found.has(path)) unlisted++;
        // What a higher layer puts into it goes where it leads: that does not replace it.
        else found.set(path, { path, target: linkname, directory: true });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values(), ...(unlisted > 0 ? [{ path: '', target: '', unlisted }] : [])],
    };
  },
};
