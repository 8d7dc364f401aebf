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
/** Of all their paths together. */
const textLimit = 64 << 20;

/** No valid vfs_cap_data is longer than 24 bytes; what is kept of one that is tells that it is not valid. */
const capabilityBytes = 64;

function kindsOf(entry: LayerEntry): SpecialKind[] {
  const { type, mode } = entry;
  if (type === 'character-device' || type === 'block-device') return ['device'];
  if (type === 'symlink' || entry.linksToSymlink) return [];
  const kinds: SpecialKind[] = [];
  if (type === 'file' || type === 'hardlink') {
    if (mode & 0o4000) kinds.push('setuid');
    if (mode & 0o2000) kinds.push('setgid');
    if (entry.xattrs?.['security.capability']) kinds.push('capabilities');
  }
  const sticky = type === 'directory' && (mode & 0o1000) !== 0;
  if (mode & 0o002 && !sticky) kinds.push('world-writable');
  return kinds;
}

/** False for nearly every file, without a closer look. */
function mayBeSpecial({ type, mode, xattrs }: LayerEntry): boolean {
  return type !== 'file' || (mode & 0o6002) !== 0 || xattrs !== undefined;
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
  wants: (entry) => (mayBeSpecial(entry) && (entry.type === 'hardlink' || kindsOf(entry).length > 0) ? 'header' : 'no'),
  create() {
    const found = new Map<string, SpecialFile>();
    let writable = 0;
    let unlisted = 0;
    let room = textLimit;
    const forget = (path: string): void => {
      const fact = found.get(path);
      if (!fact) return;
      if (onlyWritable(fact)) writable--;
      room += path.length;
      found.delete(path);
    };
    return {
      file({ entry }) {
        const fact = factOf(entry, entry.linkname === undefined ? undefined : found.get(entry.linkname));
        forget(entry.path);
        if (!fact) return;
        const only = onlyWritable(fact);
        if (only && writable >= worldWritableLimit) {
          unlisted++;
          return;
        }
        if (only) writable++;
        else if (found.size - writable >= otherLimit) throw tooMany(`${otherLimit} special files`);
        room -= entry.path.length;
        if (room < 0) throw tooMany(`${textLimit} characters of paths of special files`);
        found.set(entry.path, fact);
      },
      replaced: forget,
      end() {
        const facts = [...found.values()];
        if (unlisted > 0) facts.push({ ...nothing, unlisted });
        return facts;
      },
    };
  },
  linked: (own, target) => merged(own, target),
};

function onlyWritable({ kinds }: SpecialFile): boolean {
  return kinds.length === 1 && kinds[0] === 'world-writable';
}

function tooMany(what: string): ImgcheckError {
  return new ImgcheckError('hostile', `the layer has more than ${what}`);
}

const nothing: SpecialFile = { path: '', kinds: [], type: 'directory', mode: 0, uid: 0, gid: 0, size: 0 };

function factOf(entry: LayerEntry, target: SpecialFile | undefined): SpecialFile | undefined {
  const kinds = kindsOf(entry);
  if (kinds.length === 0 && !target) return undefined;
  const capabilities = entry.xattrs?.['security.capability'];
  const own: SpecialFile = {
    path: entry.path,
    kinds,
    type: entry.type,
    mode: entry.mode,
    uid: entry.uid,
    gid: entry.gid,
    size: entry.size,
    ...(entry.type === 'directory' ? { directory: true } : {}),
    ...(entry.user ? { user: entry.user } : {}),
    ...(entry.group ? { group: entry.group } : {}),
    ...(capabilities ? { capabilities: new Uint8Array(capabilities.subarray(0, capabilityBytes)) } : {}),
    ...(entry.devMajor === undefined ? {} : { devMajor: entry.devMajor }),
    ...(entry.devMinor === undefined ? {} : { devMinor: entry.devMinor }),
  };
  return target ? merged(own, target) : own;
}

/** A hard link is one more name of its target: it has what either header says. */
function merged(own: SpecialFile, target: SpecialFile): SpecialFile {
  return {
    ...target,
    ...own,
    kinds: [...new Set([...own.kinds, ...target.kinds])],
    type: target.type,
    mode: own.mode | target.mode,
    size: target.size,
  };
}
