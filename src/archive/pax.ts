import { textOf } from './byte-text.js';
import type { TarComplaints } from './tar-header.js';

/**
 * What a pax extended header says of the member after it. A field that is there and undefined was written empty:
 * it takes back a global header's value.
 */
export interface PaxRecords {
  path?: string | undefined;
  linkpath?: string | undefined;
  size?: number | undefined;
  uid?: number | undefined;
  gid?: number | undefined;
  user?: string | undefined;
  group?: string | undefined;
  mtime?: number | undefined;
  xattrs?: Record<string, Uint8Array>;
  /** There when the header declares a sparse file in a way that Go's archive/tar, and so the engines, understand. */
  sparse?: { readonly name?: string; readonly realSize?: number };
}

type SparseKey = 'major' | 'minor' | 'map' | 'name' | 'size' | 'realsize' | 'offset' | 'numbytes' | 'numblocks';

/**
 * Reads `length key=value\n` records (POSIX pax, "pax Extended Header"), as bytes: values are binary.
 * Xattrs come from SCHILY.xattr and RHT.security.selinux; LIBARCHIVE.xattr is left alone, as by the engines.
 * @throws ImgcheckError hostile for a length that does not fit, a NUL in a name, a number that is none
 */
export function parsePax(bytes: Uint8Array, complaints: TarComplaints): PaxRecords {
  const records: PaxRecords = {};
  const sparse: Partial<Record<SparseKey, string>> = {};
  const seen = new Set<string>();
  for (let at = 0; at < bytes.length;) {
    const { key, value, next } = readRecord(bytes, at, complaints);
    at = next;
    if (seen.has(key) && !key.startsWith('GNU.sparse.')) complaints.note(`its pax header has ${key} twice`);
    seen.add(key);
    if (key.startsWith('SCHILY.xattr.')) {
      if (value.length > 0) xattrsOf(records)[key.slice('SCHILY.xattr.'.length)] = new Uint8Array(value);
    } else if (key.startsWith('GNU.sparse.')) {
      sparse[key.slice('GNU.sparse.'.length) as SparseKey] = textOf(value);
    } else {
      takeRecord(records, key, value, complaints);
    }
  }
  if (Object.keys(sparse).length > 0) takeSparse(records, sparse, complaints);
  return records;
}

function readRecord(bytes: Uint8Array, at: number, complaints: TarComplaints) {
  let space = at;
  let length = 0;
  for (; space < bytes.length && bytes[space] !== 0x20; space++) {
    const digit = (bytes[space] as number) - 0x30;
    if (digit < 0 || digit > 9 || space - at >= 10) throw complaints.fail('a pax record has no length');
    length = length * 10 + digit;
  }
  const end = at + length;
  if (space === at || end > bytes.length || end < space + 3) {
    throw complaints.fail(`a pax record of ${length} bytes does not fit its header`);
  }
  if (bytes[end - 1] !== 0x0a) throw complaints.fail('a pax record does not end where its length says');
  const equals = bytes.indexOf(0x3d, space + 1);
  if (equals < 0 || equals >= end - 1 || equals === space + 1) throw complaints.fail('a pax record has no key');
  const key = textOf(bytes.subarray(space + 1, equals));
  return { key, value: bytes.subarray(equals + 1, end - 1), next: end };
}

function takeRecord(records: PaxRecords, key: string, value: Uint8Array, complaints: TarComplaints): void {
  switch (key) {
    case 'path':
    case 'linkpath':
      records[key] = text(key, value, complaints);
      break;
    case 'uname':
      records.user = text(key, value, complaints);
      break;
    case 'gname':
      records.group = text(key, value, complaints);
      break;
    case 'size':
    case 'uid':
    case 'gid':
      records[key] = value.length === 0 ? undefined : whole(key, value, complaints);
      break;
    case 'mtime':
      records.mtime = value.length === 0 ? undefined : seconds(value, complaints);
      break;
    case 'RHT.security.selinux':
      if (value.length > 0) xattrsOf(records)['security.selinux'] ??= new Uint8Array(value);
      break;
    default:
  }
}

function xattrsOf(records: PaxRecords): Record<string, Uint8Array> {
  return (records.xattrs ??= Object.create(null) as Record<string, Uint8Array>);
}

function text(key: string, value: Uint8Array, complaints: TarComplaints): string | undefined {
  if (value.includes(0)) throw complaints.fail(`its pax ${key} holds a NUL`);
  return value.length === 0 ? undefined : textOf(value);
}

function whole(key: string, value: Uint8Array, complaints: TarComplaints): number {
  const digits = textOf(value.subarray(0, 32));
  const number = Number(digits);
  if (!/^[0-9]+$/.test(digits) || !Number.isSafeInteger(number) || value.length > 32) {
    throw complaints.fail(`its pax ${key} is not a whole number of zero or more below 2^53`);
  }
  return number;
}

function seconds(value: Uint8Array, complaints: TarComplaints): number {
  const digits = textOf(value.subarray(0, 64));
  if (!/^-?[0-9]+(?:\.[0-9]*)?$/.test(digits)) throw complaints.fail('its pax mtime is not a number');
  const number = Number(digits);
  if (Math.abs(number) <= Number.MAX_SAFE_INTEGER) return number;
  complaints.note('its pax mtime is beyond 2^53 seconds: taken as 0');
  return 0;
}

/** GNU tar manual, "Storing Sparse Files": versions 0.0 and 0.1 give a map, 1.0 gives its number. */
function takeSparse(
  records: PaxRecords,
  sparse: Readonly<Partial<Record<SparseKey, string>>>,
  complaints: TarComplaints,
): void {
  const version = `${sparse.major ?? ''}.${sparse.minor ?? ''}`;
  const known =
    ['0.0', '0.1', '1.0'].includes(version) || (version === '.' && (sparse.map ?? sparse.offset) !== undefined);
  if (!known) {
    complaints.note('it has GNU.sparse records of no known version, which are ignored');
    return;
  }
  const size = sparse.size || sparse.realsize;
  const name = sparse.name;
  if (name?.includes('\0')) throw complaints.fail('its GNU.sparse.name holds a NUL');
  records.sparse = {
    ...(name ? { name } : {}),
    ...(size ? { realSize: whole('GNU.sparse size', Buffer.from(size), complaints) } : {}),
  };
}
