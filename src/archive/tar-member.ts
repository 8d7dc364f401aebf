import type { TarEntry, TarEntryType } from './tar-entry.js';
import type { TarExtensions } from './tar-extensions.js';
import type { TarComplaints, TarHeader } from './tar-header.js';

/** Optional fields are set one by one: spreading them costs a third of the time a header takes. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

const types: Readonly<Record<string, TarEntryType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
  S: 'file',
};

/**
 * One member out of its header and what came before it. Where writers disagree it is read as Go's archive/tar does,
 * because that is what docker, podman and containerd unpack with: GNU long names win over pax, and links,
 * directories, devices and fifos have no content whatever their size says (GNU tar would skip some).
 */
export function tarMember(
  header: TarHeader,
  extensions: TarExtensions,
  oldSparseSize: number | undefined,
  offset: number,
  complaints: TarComplaints,
): TarEntry {
  const { pax } = extensions;
  const name = nameOf(header, extensions);
  const type = typeOf(header, name, complaints);
  const claimed = pax?.size ?? header.size;
  const carries = type === 'file' || type === 'unknown';
  if (claimed > 0 && !carries) complaints.note(`a ${type} with ${claimed} bytes of content, which it cannot have`);
  if (pax?.sparse && type !== 'file') throw complaints.fail(`a ${type} that is a sparse file`);
  if (pax?.path !== undefined && extensions.longName !== undefined) {
    complaints.note('both a pax path and a GNU long name: readers disagree which of them counts');
  }
  if (name === '') complaints.note('it has no name, which makes it the root');
  const storedSize = carries ? claimed : 0;
  const linkname = extensions.longLink ?? pax?.linkpath ?? header.linkname;
  const user = pax?.user ?? header.user;
  const group = pax?.group ?? header.group;
  const member: Writable<TarEntry> = {
    name,
    type,
    typeflag: header.typeflag,
    mode: header.mode,
    uid: pax?.uid ?? header.uid,
    gid: pax?.gid ?? header.gid,
    size: oldSparseSize ?? pax?.sparse?.realSize ?? storedSize,
    storedSize,
    mtime: pax?.mtime ?? header.mtime,
    offset,
  };
  if (user !== '') member.user = user;
  if (group !== '') member.group = group;
  if (type === 'symlink' || type === 'hardlink') member.linkname = linkname;
  if (pax?.xattrs) member.xattrs = pax.xattrs;
  if (type === 'character-device' || type === 'block-device') {
    member.devMajor = header.devMajor;
    member.devMinor = header.devMinor;
  }
  if (oldSparseSize !== undefined || pax?.sparse) member.sparse = true;
  return member;
}

function nameOf(header: TarHeader, extensions: TarExtensions): string {
  return extensions.longName ?? extensions.pax?.sparse?.name ?? extensions.pax?.path ?? header.name;
}

/** Before there were directories in tars, a file with a trailing slash was one. */
function typeOf(header: TarHeader, name: string, complaints: TarComplaints): TarEntryType {
  const { typeflag } = header;
  const type = types[typeflag] ?? 'unknown';
  if (type !== 'file' || !name.endsWith('/')) return type;
  if (typeflag === '\0') return 'directory';
  complaints.note('a file whose name ends in a slash: a file to the engines, a directory to GNU tar');
  return type;
}
