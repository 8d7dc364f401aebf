import { gzipSync } from 'node:zlib';

export type TarInputType = 'file' | 'directory' | 'symlink' | 'hardlink' | 'character-device' | 'block-device' | 'fifo';

/** One member to write. Only `path` is needed: a trailing slash makes a directory, a linkname a symlink, all else a file. */
export interface TarInput {
  /** Bytes where the name is not UTF-8. */
  readonly path: string | Uint8Array;
  readonly type?: TarInputType;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly user?: string;
  readonly group?: string;
  readonly body?: string | Uint8Array;
  readonly linkname?: string | Uint8Array;
  /** Written as SCHILY.xattr records. */
  readonly xattrs?: Readonly<Record<string, string | Uint8Array>>;
  readonly mtime?: number;
  /** Major and minor of a device. */
  readonly dev?: readonly [number, number];
  /** Further pax records, as they are to stand in an `x` header before the member. */
  readonly pax?: Readonly<Record<string, string | Uint8Array>>;
  /** Header fields as they are to stand, whatever they would have been: the way to lie. */
  readonly raw?: Readonly<Partial<Record<TarField, string | Uint8Array>>>;
}

export interface BuildTarOptions {
  /** How what does not fit the plain header is said: pax records (the default), GNU long names and base-256, or not at all (throws). */
  readonly format?: 'pax' | 'gnu' | 'ustar' | 'v7';
  /** Zero blocks at the end; 2 unless told. */
  readonly endBlocks?: number;
}

const fields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  typeflag: [156, 1],
  linkname: [157, 100],
  magic: [257, 6],
  version: [263, 2],
  user: [265, 32],
  group: [297, 32],
  devMajor: [329, 8],
  devMinor: [337, 8],
  prefix: [345, 155],
  /** All from 345 on, for GNU sparse maps. */
  rest: [345, 167],
} as const;
export type TarField = keyof typeof fields;

const typeflags: Readonly<Record<TarInputType, string>> = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
};

/** A tar of the given members. A Uint8Array among them is written as it is (hostile blocks, tails). */
export function buildTar(entries: readonly (TarInput | Uint8Array)[], options: BuildTarOptions = {}): Uint8Array {
  const parts = entries.map((entry) => (entry instanceof Uint8Array ? entry : buildMember(entry, options)));
  return Buffer.concat([...parts, new Uint8Array(512 * (options.endBlocks ?? 2))]);
}

/** gzip data of the bytes, the same each time. */
export function gzip(bytes: Uint8Array, level = 6): Uint8Array {
  return gzipSync(bytes, { level });
}

/** One header block with a true checksum (unless `raw.checksum` lies): for tests that put blocks together by hand. */
export function buildTarHeader(values: Readonly<Partial<Record<TarField, string | Uint8Array>>>): Uint8Array {
  const block = new Uint8Array(512);
  for (const [field, value] of Object.entries(values)) {
    const [offset, length] = fields[field as TarField];
    const encoded = bytesOf(value);
    if (encoded.length > length) throw new Error(`${field} holds ${length} bytes, got ${encoded.length}`);
    block.set(encoded, offset);
  }
  if (values.checksum === undefined) {
    block.fill(0x20, 148, 156);
    const sum = block.reduce((total, byte) => total + byte, 0);
    block.set(bytesOf(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
  }
  return block;
}

/** Pax records: `length key=value\n` each. */
export function paxRecords(records: Readonly<Record<string, string | Uint8Array>>): Uint8Array {
  return Buffer.concat(
    Object.entries(records).map(([key, value]) => {
      const rest = Buffer.concat([bytesOf(` ${key}=`), bytesOf(value), bytesOf('\n')]);
      let length = rest.length + 1;
      while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
      return Buffer.concat([bytesOf(String(length)), rest]);
    }),
  );
}

/** A header and its padded content, for `x`, `g`, `L` and `K`. */
export function buildExtension(typeflag: string, content: Uint8Array): Uint8Array {
  const name = typeflag === 'L' || typeflag === 'K' ? '././@LongLink' : 'PaxHeader';
  const gnu = typeflag === 'L' || typeflag === 'K';
  const header = buildTarHeader({
    name,
    typeflag,
    mode: octal(0o644, 8),
    uid: octal(0, 8),
    gid: octal(0, 8),
    size: octal(content.length, 12),
    mtime: octal(0, 12),
    magic: gnu ? 'ustar ' : 'ustar\0',
    version: gnu ? ' \0' : '00',
  });
  return Buffer.concat([header, padded(content)]);
}

function buildMember(input: TarInput, options: BuildTarOptions): Uint8Array {
  const format = options.format ?? 'pax';
  const path = bytesOf(input.path);
  const body = bytesOf(input.body ?? '');
  const type = input.type ?? typeOf(input, path);
  const link = bytesOf(input.linkname ?? '');
  const extensions: Uint8Array[] = [];
  const pax: Record<string, string | Uint8Array> = {};
  for (const [name, value] of Object.entries(input.xattrs ?? {})) pax[`SCHILY.xattr.${name}`] = value;

  const long = (field: 'path' | 'linkpath', value: Uint8Array): Uint8Array => {
    if (value.length <= 100) return value;
    if (format === 'pax') pax[field] = value;
    else if (format === 'gnu') {
      extensions.push(buildExtension(field === 'path' ? 'L' : 'K', Buffer.concat([value, new Uint8Array(1)])));
    } else throw new Error(`${field} of ${value.length} bytes does not fit a ${format} header`);
    return value.subarray(0, 100);
  };
  const number = (field: string, value: number, width: number): string | Uint8Array => {
    if (Number.isInteger(value) && value >= 0 && value < 8 ** (width - 1)) return octal(value, width);
    if (format === 'gnu') return base256(value, width);
    if (format !== 'pax') throw new Error(`${field} ${value} does not fit a ${format} header`);
    pax[field] = String(value);
    return octal(0, width);
  };

  const values = {
    name: long('path', path),
    mode: octal(input.mode ?? (type === 'directory' ? 0o755 : type === 'symlink' ? 0o777 : 0o644), 8),
    uid: number('uid', input.uid ?? 0, 8),
    gid: number('gid', input.gid ?? 0, 8),
    size: number('size', body.length, 12),
    mtime: number('mtime', input.mtime ?? 0, 12),
    typeflag: typeflags[type],
    linkname: long('linkpath', link),
    ...(format === 'v7'
      ? {}
      : { magic: format === 'gnu' ? 'ustar ' : 'ustar\0', version: format === 'gnu' ? ' \0' : '00' }),
    ...(input.user === undefined ? {} : { user: input.user }),
    ...(input.group === undefined ? {} : { group: input.group }),
    ...(input.dev === undefined ? {} : { devMajor: octal(input.dev[0], 8), devMinor: octal(input.dev[1], 8) }),
    ...input.raw,
  };
  const records = { ...pax, ...input.pax };
  if (Object.keys(records).length > 0) extensions.unshift(buildExtension('x', paxRecords(records)));
  return Buffer.concat([...extensions, buildTarHeader(values), padded(body)]);
}

function typeOf(input: TarInput, path: Uint8Array): TarInputType {
  if (input.linkname !== undefined) return 'symlink';
  if (input.dev !== undefined) return 'character-device';
  return path.at(-1) === 0x2f && input.body === undefined ? 'directory' : 'file';
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text;
}

/** Digits and a NUL, filling `width` bytes. */
export function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

/** GNU's binary numbers: two's complement with the top bit set. */
export function base256(value: number, width: number): Uint8Array {
  const bytes = new Uint8Array(width);
  let left = BigInt(Math.trunc(value));
  for (let at = width - 1; at >= 0; at -= 1) {
    bytes[at] = Number(left & 0xffn);
    left >>= 8n;
  }
  bytes[0] = value < 0 ? 0xff : (bytes[0] ?? 0) | 0x80;
  return bytes;
}

function padded(body: Uint8Array): Uint8Array {
  return Buffer.concat([body, new Uint8Array((512 - (body.length % 512)) % 512)]);
}
