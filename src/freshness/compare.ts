import { groupBy } from '../core/group.js';
import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';

/** One package in two versions. */
export interface PackageChange {
  readonly name: string;
  readonly arch: string;
  /** What the image has. */
  readonly image: RpmPackage;
  /** What it is compared with. */
  readonly other: RpmPackage;
}

/** An image's packages beside another's, by name, architecture and module stream, in RPM's version order. */
export interface PackageDifferences {
  readonly behind: readonly PackageChange[];
  readonly ahead: readonly PackageChange[];
  readonly equal: number;
  /** In the image only. */
  readonly added: readonly RpmPackage[];
  /** In the other only. */
  readonly removed: readonly RpmPackage[];
}

/** Keys (gpg-pubkey) are no software and are left out. Of several versions installed at once the newest counts. */
export function comparePackages(image: readonly RpmPackage[], other: readonly RpmPackage[]): PackageDifferences {
  const ours = newestByKey(image);
  const theirs = newestByKey(other);
  const behind: PackageChange[] = [];
  const ahead: PackageChange[] = [];
  const added: RpmPackage[] = [];
  let equal = 0;
  for (const [key, mine] of ours) {
    const its = theirs.get(key);
    if (!its) {
      added.push(mine);
      continue;
    }
    const order = compareEvr(mine, its);
    if (order === 0) equal++;
    else (order < 0 ? behind : ahead).push({ name: mine.name, arch: mine.arch, image: mine, other: its });
  }
  const removed = [...theirs].flatMap(([key, its]) => (ours.has(key) ? [] : [its]));
  return { behind, ahead, equal, added, removed };
}

/** MODULARITYLABEL is name:stream:version:context; only name and stream say what may be compared. */
export function packageKey(one: RpmPackage): string {
  const stream = one.module?.split(':').slice(0, 2).join(':') ?? '';
  return `${one.name}\0${one.arch}\0${stream}`;
}

/** Software only, one of each name, architecture and module stream, sorted by that. */
export function newestByKey(packages: readonly RpmPackage[]): Map<string, RpmPackage> {
  const groups = groupBy(
    packages.filter((one) => !one.isKey),
    packageKey,
  );
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(sorted.map(([key, group]) => [key, group.reduce((a, b) => (compareEvr(a, b) < 0 ? b : a))]));
}
