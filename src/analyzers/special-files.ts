import { ImgcheckError } from '../core/error.js';
import type { Analyzer, EntryType, LayerEntry, Located } from '../layer/analyzer.js';

export type SpecialKind = 'setuid' | 'setgid' | 'capabilities' | 'world-writable' | 'device';

/** An entry that gives rights to whoever runs or writes it. */
export interface SpecialFile extends Located {
  readonly kinds: readonly SpecialKind[];
  readonly type: EntryType;
  /** Permission bits, 0o7777 at most. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user?: string;
  readonly group?: string;
  readonly size: number;
  /** The raw security.capability attribute (struct vfs_cap_data). */
  readonly capabilities?: Uint8Array;
  readonly devMajor?: number;
  readonly devMinor?: number;
  /** World-writable entries of the layer beyond the ones listed; only on the one fact that stands for them, at the root. */
  readonly unlisted?: number;
}

/** Files and directories anybody may write: listed up to here in one layer (a chmod -R 777 makes as many as there are files). */
const worldWritableLimit = 20_000;
/** No real layer has this many setuid files, capabilities or devices; what is past it is refused, not left out. */
const otherLimit = 200_000;

function kindsOf(entry: LayerEntry): SpecialKind[] {
  const { type, mode } = entry;
  const kinds: SpecialKind[] = [];
  if (type === 'character-device' || type === 'block-device') return ['device'];
  if (type === 'file' || type === 'hardlink') {
    if (mode & 0o4000) kinds.push('setuid');
    if (mode & 0o2000) kinds.push('setgid');
    if (entry.xattrs?.['security.capability']) kinds.push('capabilities');
  }
  const sticky = type === 'directory' && (mode & 0o1000) !== 0;
  if (mode & 0o002 && type !== 'symlink' && !sticky) kinds.push('world-writable');
  return kinds;
}

/**
 * Setuid and setgid files, file capabilities, device nodes, and what anybody may write: files, fifos, and directories
 * without the sticky bit (the set that `find -perm` audits list).
 */
export const specialFiles: Analyzer<SpecialFile> = {
  name: 'special-files',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: (entry) => (entry.type === 'hardlink' || kindsOf(entry).length > 0 ? 'header' : 'no'),
  create() {
    const found = new Map<string, SpecialFile>();
    let writable = 0;
    let unlisted = 0;
    return {
      file({ entry }) {
        const fact = factOf(entry, entry.linkname === undefined ? undefined : found.get(entry.linkname));
        if (!fact) return;
        const only = fact.kinds.length === 1 && fact.kinds[0] === 'world-writable';
        if (only && writable >= worldWritableLimit) {
          unlisted++;
          return;
        }
        if (only) writable++;
        else if (found.size - writable >= otherLimit)
          throw new ImgcheckError('hostile', `the layer has more than ${otherLimit} special files`);
        found.set(entry.path, fact);
      },
      replaced(path) {
        found.delete(path);
      },
      end() {
        const facts = [...found.values()];
        if (unlisted > 0) facts.push({ ...nothing, unlisted });
        return facts;
      },
    };
  },
};

const nothing: SpecialFile = { path: '', kinds: [], type: 'directory', mode: 0, uid: 0, gid: 0, size: 0 };

/** A hard link is one more name of its target: it has what either header says. */
function factOf(entry: LayerEntry, target: SpecialFile | undefined): SpecialFile | undefined {
  const kinds = [...new Set([...kindsOf(entry), ...(target?.kinds ?? [])])];
  if (kinds.length === 0) return undefined;
  const capabilities = entry.xattrs?.['security.capability'] ?? target?.capabilities;
  return {
    path: entry.path,
    kinds,
    type: target?.type ?? entry.type,
    mode: entry.mode | (target?.mode ?? 0),
    uid: entry.uid,
    gid: entry.gid,
    size: target?.size ?? entry.size,
    ...(entry.type === 'directory' ? { directory: true } : {}),
    ...(entry.user ? { user: entry.user } : {}),
    ...(entry.group ? { group: entry.group } : {}),
    ...(capabilities ? { capabilities: new Uint8Array(capabilities) } : {}),
    ...(entry.devMajor === undefined ? {} : { devMajor: entry.devMajor }),
    ...(entry.devMinor === undefined ? {} : { devMinor: entry.devMinor }),
  };
}
