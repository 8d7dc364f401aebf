import { groupBy } from '../core/group.js';
import type { Squash } from '../layer/squash.js';
import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';
import { packageState, type PackageState } from './package-state.js';

/** A package and the layer that brought this very installation of it. */
export interface OwnedPackage {
  readonly package: RpmPackage;
  /** Index of the layer. */
  readonly layer: number;
}

export interface VersionChange {
  readonly from: RpmPackage;
  readonly to: RpmPackage;
}

/** What one layer did to the list of packages. */
export interface LayerPackages {
  readonly added: readonly RpmPackage[];
  readonly removed: readonly RpmPackage[];
  readonly upgraded: readonly VersionChange[];
  readonly downgraded: readonly VersionChange[];
}

/** The packages of an image and how they came to be there, layer by layer. */
export interface PackageStory {
  readonly state: PackageState;
  /** Software only, sorted by name; gpg-pubkey rows left out. */
  readonly packages: readonly OwnedPackage[];
  readonly layers: readonly LayerPackages[];
}

export function packageStory(stack: Squash): PackageStory {
  const states = stack.layers.map((_, i) => packageState(stack.below(i + 1)));
  const sets: (readonly RpmPackage[])[] = [];
  // What could not be read tells of no change: the next list that can be is compared with the last one that could.
  for (const state of states) sets.push(isUnread(state) ? (sets.at(-1) ?? []) : software(state));
  const digests = sets.map((set) => new Set(set.map((one) => one.headerDigest)));
  const state = states.at(-1) ?? packageState(stack);
  const owned = software(state).map((one) => ({ package: one, layer: broughtBy(one, digests) }));
  return {
    state,
    packages: owned.sort((a, b) => compareText(rowKey(a.package), rowKey(b.package))),
    layers: sets.map((set, i) => changes(sets[i - 1] ?? [], set)),
  };
}

function software(state: PackageState): readonly RpmPackage[] {
  return state.packages.filter((one) => !one.isKey);
}

function isUnread(state: PackageState): boolean {
  return state.outcome === 'incomplete' && state.place === undefined;
}

/** The lowest layer since which this very header was there without a break: right for re-adds and rebuilt equal versions too. */
function broughtBy(one: RpmPackage, digests: readonly ReadonlySet<string>[]): number {
  let layer = digests.length - 1;
  while (layer > 0 && digests[layer - 1]?.has(one.headerDigest)) layer--;
  return layer;
}

function changes(before: readonly RpmPackage[], after: readonly RpmPackage[]): LayerPackages {
  const kept = new Set(after.map((one) => one.headerDigest));
  const had = new Set(before.map((one) => one.headerDigest));
  const gone = groupBy(
    before.filter((one) => !kept.has(one.headerDigest)),
    nameAndArch,
  );
  const upgraded: VersionChange[] = [];
  const downgraded: VersionChange[] = [];
  const added: RpmPackage[] = [];
  for (const to of after) {
    if (had.has(to.headerDigest)) continue;
    const from = gone.get(nameAndArch(to))?.shift();
    const order = from ? compareEvr(from, to) : 0;
    // The same version in another header was installed again: neither better nor worse, and no news for a reader.
    if (!from) added.push(to);
    else if (order < 0) upgraded.push({ from, to });
    else if (order > 0) downgraded.push({ from, to });
  }
  return { added, removed: [...gone.values()].flat(), upgraded, downgraded };
}

function nameAndArch(one: RpmPackage): string {
  return `${one.name}.${one.arch}`;
}

function rowKey(one: RpmPackage): string {
  return `${one.name}\0${one.arch}\0${one.version}\0${one.release}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
