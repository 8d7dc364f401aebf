import { createHash } from 'node:crypto';
import type { TagValue } from './rpm-header.js';

/** One file of a package to write into a header; a mode without type is a plain file's. */
export interface ListedFile {
  readonly path: string;
  /** As in st_mode. */
  readonly mode?: number;
  /** What its size and digest are of; a link target for symbolic links. */
  readonly body?: string;
  readonly user?: string;
  readonly group?: string;
  readonly flags?: number;
  readonly verify?: number;
  readonly state?: number;
  readonly capabilities?: string;
  readonly device?: number;
}

const algorithms: Readonly<Record<number, string>> = { 1: 'md5', 2: 'sha1', 8: 'sha256' };

/** The tags that list the files: those that are signed, and the states that rpm notes at install time. */
export function fileListTags(
  files: readonly ListedFile[],
  algorithm = 8,
): { readonly signed: readonly TagValue[]; readonly dribbles: readonly TagValue[] } {
  if (files.length === 0) return { signed: [], dribbles: [] };
  const modeOf = ({ mode = 0o100644 }: ListedFile): number => (mode > 0o7777 ? mode : 0o100000 | mode);
  const isFile = (file: ListedFile): boolean => modeOf(file) >>> 12 === 8;
  const isLink = (file: ListedFile): boolean => modeOf(file) >>> 12 === 10;
  const split = files.map(({ path }) => [
    path.slice(0, path.lastIndexOf('/') + 1),
    path.slice(path.lastIndexOf('/') + 1),
  ]);
  const directories = [...new Set(split.map(([directory = '']) => directory))];
  const body = (file: ListedFile): string => file.body ?? '';
  const digest = (file: ListedFile): string =>
    isFile(file)
      ? createHash(algorithms[algorithm] ?? 'sha512')
          .update(body(file))
          .digest('hex')
      : '';
  const strings = (tag: number, value: (file: ListedFile) => string): TagValue => ({
    tag,
    type: 'strings',
    value: files.map(value),
  });
  const int32 = (tag: number, value: (file: ListedFile) => number): TagValue => ({
    tag,
    type: 'int32',
    value: files.map(value),
  });
  return {
    signed: [
      int32(1028, (file) => Buffer.byteLength(body(file))),
      { tag: 1030, type: 'int16', value: files.map(modeOf) },
      { tag: 1033, type: 'int16', value: files.map((file) => file.device ?? 0) },
      strings(1035, digest),
      strings(1036, (file) => (isLink(file) ? body(file) : '')),
      int32(1037, (file) => file.flags ?? 0),
      strings(1039, (file) => file.user ?? 'root'),
      strings(1040, (file) => file.group ?? 'root'),
      int32(1045, (file) => file.verify ?? 0xffffffff),
      { tag: 1116, type: 'int32', value: split.map(([directory = '']) => directories.indexOf(directory)) },
      { tag: 1117, type: 'strings', value: split.map(([, name = '']) => name) },
      { tag: 1118, type: 'strings', value: directories },
      ...(files.some((file) => file.capabilities) ? [strings(5010, (file) => file.capabilities ?? '')] : []),
      ...(algorithm === 1 ? [] : [{ tag: 5011, type: 'int32', value: [algorithm] } as const]),
    ],
    dribbles: [{ tag: 1029, type: 'char', value: files.map((file) => file.state ?? 0) }],
  };
}
