import type { Text } from './container.js';

export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlEntry {
  /** Where the key stands. */
  readonly offset: number;
  readonly value: YamlNode;
}

export interface YamlMap {
  readonly type: 'map';
  readonly offset: number;
  readonly entries: ReadonlyMap<string, YamlEntry>;
}

export interface YamlList {
  readonly type: 'list';
  readonly offset: number;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly type: 'scalar';
  readonly offset: number;
  readonly value: string | number | boolean | null;
  /** As it is read, without quotes: `0o755` and `1.10` stay as they are. */
  readonly text: string;
  /** Without quotes: only such a one can be a number, a boolean or nothing. */
  readonly plain: boolean;
}

/** The value at a path of keys; undefined where one is missing or stands for nothing. */
export function valueAt(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  let at = node;
  for (const key of path) {
    if (at?.type !== 'map') return undefined;
    at = at.entries.get(key)?.value;
  }
  return at?.type === 'scalar' && at.value === null ? undefined : at;
}

/** Where the key at the end of a path stands. */
export function keyOffset(node: YamlNode | undefined, ...path: readonly string[]): number | undefined {
  const holder = valueAt(node, ...path.slice(0, -1));
  return holder?.type === 'map' ? holder.entries.get(path.at(-1) ?? '')?.offset : undefined;
}

export function itemsAt(node: YamlNode | undefined, ...path: readonly string[]): readonly YamlNode[] {
  const list = valueAt(node, ...path);
  return list?.type === 'list' ? list.items : [];
}

export function entriesAt(node: YamlNode | undefined, ...path: readonly string[]): [string, YamlEntry][] {
  const map = valueAt(node, ...path);
  return map?.type === 'map' ? [...map.entries] : [];
}

/** The text of a scalar, numbers and booleans as they are written. */
export function textAt(node: YamlNode | undefined, ...path: readonly string[]): Text | undefined {
  const found = valueAt(node, ...path);
  return found?.type === 'scalar' ? { text: found.text, offset: found.offset } : undefined;
}

export function textsAt(node: YamlNode | undefined, ...path: readonly string[]): Text[] {
  return itemsAt(node, ...path).flatMap((item) => textAt(item) ?? []);
}

/** A boolean, also in the words of YAML 1.1 that Kubernetes still takes. */
export function switchAt(
  node: YamlNode | undefined,
  ...path: readonly string[]
): { on: boolean; offset: number } | undefined {
  const found = valueAt(node, ...path);
  if (found?.type !== 'scalar') return undefined;
  if (typeof found.value === 'boolean') return { on: found.value, offset: found.offset };
  if (/^(?:true|yes|on)$/i.test(found.text)) return { on: true, offset: found.offset };
  return /^(?:false|no|off)$/i.test(found.text) ? { on: false, offset: found.offset } : undefined;
}
