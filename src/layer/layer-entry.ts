import type { TarEntry } from '../archive/tar-entry.js';
import type { EntryType, LayerEntry } from './analyzer.js';

/** Optional fields are set one by one: spreading them takes longer than all the rest. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** useradd stops at 32, and no directory service goes this far; a pax header could hold a mebibyte. */
const ownerNameLength = 256;

/** The entry that a member of a tar stands for; `linked` says where a hard link leads. */
export function layerEntry(
  member: TarEntry,
  type: EntryType,
  path: string,
  linked: { readonly target: string; readonly toSymlink: boolean } | undefined,
): LayerEntry {
  const entry: Writable<LayerEntry> = {
    path,
    type,
    mode: member.mode,
    uid: member.uid,
    gid: member.gid,
    size: type === 'file' ? member.size : 0,
    mtime: member.mtime,
  };
  const { user, group, linkname, xattrs, devMajor, devMinor } = member;
  if (user && user.length <= ownerNameLength) entry.user = user;
  if (group && group.length <= ownerNameLength) entry.group = group;
  if (linked) entry.linkname = linked.target;
  else if (linkname !== undefined) entry.linkname = linkname;
  if (linked?.toSymlink) entry.linksToSymlink = true;
  if (xattrs) entry.xattrs = xattrs;
  if (devMajor !== undefined) entry.devMajor = devMajor;
  if (devMinor !== undefined) entry.devMinor = devMinor;
  return entry;
}
