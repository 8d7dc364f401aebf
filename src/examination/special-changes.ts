import type { SpecialFile } from '../analyzers/special-files.js';
import { Squash } from '../layer/squash.js';
import { equalCapabilities, readCapabilities } from '../rpm/capability.js';
import type { Content, SpecialEntry } from './examination.js';

export type SpecialTrait = 'kinds' | 'type' | 'mode' | 'owner' | 'capabilities' | 'device';

/** An entry that gives rights in one of two images only. */
export interface SpecialOfOne {
  readonly entry: SpecialEntry;
  /** Whether the other has an entry of this path too, which gives none. */
  readonly plainInOther: boolean;
}

/** An entry that gives other rights in one image than in another. */
export interface SpecialChange {
  readonly from: SpecialEntry;
  readonly to: SpecialEntry;
  /** Never empty. */
  readonly changed: readonly SpecialTrait[];
}

/** Setuid and setgid files, capabilities, devices and world-writable entries that two images show, path by path. */
export interface SpecialChanges {
  readonly added: readonly SpecialOfOne[];
  readonly removed: readonly SpecialOfOne[];
  readonly changed: readonly SpecialChange[];
  readonly equal: number;
}

/** What is hidden in either does not count. Sorted by path. */
export function specialChanges(from: Content, to: Content): SpecialChanges {
  const [before, after] = [shown(from), shown(to)];
  const changed: SpecialChange[] = [];
  let equal = 0;
  for (const [path, entry] of before) {
    const now = after.get(path);
    if (!now) continue;
    const traits = differingTraits(entry.file, now.file);
    if (traits.length > 0) changed.push({ from: entry, to: now, changed: traits });
    else equal++;
  }
  return { added: ofOne(after, before, from), removed: ofOne(before, after, to), changed, equal };
}

function shown({ special }: Content): ReadonlyMap<string, SpecialEntry> {
  const visible = special.filter((one) => !one.hidden);
  visible.sort((a, b) => (a.file.path < b.file.path ? -1 : 1));
  return new Map(visible.map((one) => [one.file.path, one]));
}

function ofOne(
  own: ReadonlyMap<string, SpecialEntry>,
  others: ReadonlyMap<string, SpecialEntry>,
  other: Content,
): readonly SpecialOfOne[] {
  const stack = new Squash(other.layers);
  return [...own].flatMap(([path, entry]) =>
    others.has(path) ? [] : [{ entry, plainInOther: stack.shows(path, other.layers.length) }],
  );
}

function differingTraits(a: SpecialFile, b: SpecialFile): readonly SpecialTrait[] {
  const traits: readonly (readonly [SpecialTrait, boolean])[] = [
    ['kinds', [...a.kinds].sort().join() !== [...b.kinds].sort().join()],
    ['type', typeOf(a) !== typeOf(b)],
    ['mode', a.mode !== b.mode],
    ['owner', a.uid !== b.uid || a.gid !== b.gid],
    ['capabilities', !sameCapabilities(a.capabilities, b.capabilities)],
    ['device', (a.devMajor ?? 0) !== (b.devMajor ?? 0) || (a.devMinor ?? 0) !== (b.devMinor ?? 0)],
  ];
  return traits.flatMap(([trait, differs]) => (differs ? [trait] : []));
}

/** Which of several names of a file comes first in a tar is chance. */
export function typeOf({ type }: SpecialFile): SpecialFile['type'] {
  return type === 'hardlink' ? 'file' : type;
}

/** What the kernel would refuse is compared by its bytes. */
function sameCapabilities(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (!a || !b) return a === b;
  const [one, other] = [readCapabilities(a), readCapabilities(b)];
  if (one && other) return equalCapabilities(one, other);
  return !one && !other && a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i]);
}
