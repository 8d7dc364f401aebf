import type { VersionChange } from '../analyzers/package-story.js';
import { groupBy } from '../core/group.js';
import { packageKey } from '../freshness/compare.js';
import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';

/** What became of the packages from one image to another, by name, architecture and module stream. */
export interface PackageChanges {
  readonly upgraded: readonly VersionChange[];
  readonly downgraded: readonly VersionChange[];
  /** The same version, built at another time or by another vendor: not the same package. */
  readonly rebuilt: readonly VersionChange[];
  readonly added: readonly RpmPackage[];
  readonly removed: readonly RpmPackage[];
  /** Those that are the same; rebuilt ones are not. */
  readonly equal: number;
}

/**
 * Every installed package counts, also where several versions of one are installed at once (kernels); keys (gpg-pubkey)
 * are left out. Sorted by name.
 */
export function packageChanges(from: readonly RpmPackage[], to: readonly RpmPackage[]): PackageChanges {
  const [before, after] = [grouped(from), grouped(to)];
  const changes: { [K in Exclude<keyof PackageChanges, 'equal'>]: PackageChanges[K][number][] } = {
    upgraded: [],
    downgraded: [],
    rebuilt: [],
    added: [],
    removed: [],
  };
  let equal = 0;
  for (const key of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const { pairs, gone, come } = pairUp(before.get(key) ?? [], after.get(key) ?? []);
    for (const one of gone) changes.removed.push(one);
    for (const one of come) changes.added.push(one);
    for (const change of pairs) {
      const order = compareEvr(change.from, change.to);
      if (order !== 0) changes[order < 0 ? 'upgraded' : 'downgraded'].push(change);
      else if (isRebuilt(change)) changes.rebuilt.push(change);
      else equal++;
    }
  }
  return { ...changes, equal };
}

function grouped(packages: readonly RpmPackage[]): ReadonlyMap<string, readonly RpmPackage[]> {
  const groups = groupBy(
    packages.filter((one) => !one.isKey),
    packageKey,
  );
  for (const group of groups.values()) group.sort(compareEvr);
  return groups;
}

/** Equal versions belong together; of the others the newest of both, the next newest, and so on. Both come sorted. */
function pairUp(
  before: readonly RpmPackage[],
  after: readonly RpmPackage[],
): { readonly pairs: readonly VersionChange[]; readonly gone: readonly RpmPackage[]; readonly come: RpmPackage[] } {
  const pairs: VersionChange[] = [];
  const gone: RpmPackage[] = [];
  const come: RpmPackage[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [from, to] = [before[i], after[j]];
    const order = from && to ? compareEvr(from, to) : from ? -1 : 1;
    if (from && to && order === 0) pairs.push({ from, to });
    else if (from && order < 0) gone.push(from);
    else if (to) come.push(to);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  const replaced = Math.min(gone.length, come.length);
  const newest = come.splice(come.length - replaced);
  for (const [at, from] of gone.splice(gone.length - replaced).entries()) {
    const to = newest[at];
    if (to) pairs.push({ from, to });
  }
  return { pairs, gone, come };
}

function isRebuilt({ from, to }: VersionChange): boolean {
  return from.vendor !== to.vendor || from.buildTime !== to.buildTime;
}
