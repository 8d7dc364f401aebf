import { groupBy } from '../core/group.js';
import type { Advisory, AdvisoryPackage, AdvisoryType, Severity } from '../repodata/advisory.js';
import { isModularRelease, type RepositoryIndex, type RepositoryPackage } from '../repository/repository-index.js';
import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';

/** An advisory that brings a newer build than the one installed. */
export interface MissedAdvisory {
  readonly id: string;
  readonly type: AdvisoryType;
  readonly severity: Severity;
  /** Seconds since 1970. */
  readonly issued?: number;
}

/** An installed package of which a repository has a newer build. */
export interface BehindPackage {
  readonly package: RpmPackage;
  readonly newest: RepositoryPackage;
  /** Where the newest is. */
  readonly repository: string;
  /** Oldest first, those without a date last. */
  readonly advisories: readonly MissedAdvisory[];
  /** The first date of them all, in seconds since 1970: since then the installed build has been superseded. */
  readonly since?: number;
}

/** An installed package that cannot be compared, and why. */
export interface UncomparedPackage {
  readonly package: RpmPackage;
  /** It was built for a module but does not say which, or no repository has its module stream. */
  readonly reason: 'stream-not-said' | 'stream-not-in-repository';
}

/** What is installed beside what repositories have. Every package counted is the newest of its name installed. */
export interface RepositoryComparison {
  /** By name. */
  readonly behind: readonly BehindPackage[];
  readonly unknown: readonly UncomparedPackage[];
  /** How many are the newest there is. */
  readonly current: number;
  /** How many are newer than anything the repositories have. */
  readonly ahead: number;
  /** How many are in no repository. */
  readonly absent: number;
}

interface Candidate {
  readonly found: RepositoryPackage;
  readonly repository: string;
}

/**
 * Compares installed packages with repositories, in RPM's version order, by name, architecture (a package may become
 * noarch, or stop being it) and module stream. Of several versions installed at once, as of kernels, the newest counts.
 * Keys (gpg-pubkey) are no software and are left out.
 */
export function compareWithRepository(
  installed: readonly RpmPackage[],
  ...indexes: readonly RepositoryIndex[]
): RepositoryComparison {
  const software = installed.filter((one) => !one.isKey);
  const offers = groupBy(
    indexes.flatMap(({ packages, location }) => packages.map((found) => ({ found, repository: location }))),
    ({ found }) => found.name,
  );
  const advisories = advisoriesByName(indexes);
  const streams = new Set(indexes.flatMap(({ modules }) => modules));
  const architecture = mainArchitecture(software);
  const behind: BehindPackage[] = [];
  const unknown: UncomparedPackage[] = [];
  const count = { current: 0, ahead: 0, absent: 0 };
  for (const one of newestOfEach(software)) {
    const stream = streamOf(one);
    if (stream === undefined && isModularRelease(one.release)) {
      unknown.push({ package: one, reason: 'stream-not-said' });
      continue;
    }
    const fits = (other: RepositoryPackage | AdvisoryPackage): boolean =>
      other.module === stream && isSuccessor(one.arch, other.arch, architecture);
    const newest = newestOf((offers.get(one.name) ?? []).filter(({ found }) => fits(found)));
    if (!newest) {
      if (stream !== undefined && !streams.has(stream)) {
        unknown.push({ package: one, reason: 'stream-not-in-repository' });
      } else count.absent++;
      continue;
    }
    const order = compareEvr(one, newest.found);
    if (order === 0) count.current++;
    else if (order > 0) count.ahead++;
    else behind.push(behindOf(one, newest, missed(one, advisories.get(one.name) ?? [], fits)));
  }
  return { behind, unknown, ...count };
}

/** One of each name, architecture and stream, sorted. */
function newestOfEach(packages: readonly RpmPackage[]): readonly RpmPackage[] {
  const groups = groupBy(packages, (one) => `${one.name}\0${one.arch}\0${streamOf(one) ?? ''}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => group.reduce((a, b) => (compareEvr(a, b) < 0 ? b : a)));
}

function newestOf(candidates: readonly Candidate[]): Candidate | undefined {
  let newest: Candidate | undefined;
  for (const one of candidates) if (!newest || compareEvr(newest.found, one.found) < 0) newest = one;
  return newest;
}

/** MODULARITYLABEL is name:stream:version:context; only name and stream say what may be compared. */
function streamOf({ module }: RpmPackage): string | undefined {
  const [name, stream] = module?.split(':') ?? [];
  return name && stream ? `${name}:${stream}` : undefined;
}

/** Of what is installed, the architecture that most is for, noarch aside. */
function mainArchitecture(packages: readonly RpmPackage[]): string | undefined {
  const groups = groupBy(
    packages.filter(({ arch }) => arch !== 'noarch' && arch !== ''),
    ({ arch }) => arch,
  );
  return [...groups].reduce<[string, number] | undefined>(
    (most, [arch, group]) => (most && most[1] >= group.length ? most : [arch, group.length]),
    undefined,
  )?.[0];
}

function isSuccessor(mine: string, other: string, main: string | undefined): boolean {
  return other === mine || other === 'noarch' || (mine === 'noarch' && other === main);
}

function advisoriesByName(indexes: readonly RepositoryIndex[]): Map<string, [Advisory, AdvisoryPackage][]> {
  const all = indexes.flatMap(({ advisories }) =>
    advisories.flatMap((advisory) => advisory.packages.map((one): [Advisory, AdvisoryPackage] => [advisory, one])),
  );
  return groupBy(all, ([, one]) => one.name);
}

function missed(
  installed: RpmPackage,
  candidates: readonly (readonly [Advisory, AdvisoryPackage])[],
  fits: (other: AdvisoryPackage) => boolean,
): readonly MissedAdvisory[] {
  const byId = new Map<string, MissedAdvisory>();
  for (const [{ id, type, severity, issued }, one] of candidates) {
    if (byId.has(id) || !fits(one) || compareEvr(installed, one) >= 0) continue;
    byId.set(id, { id, type, severity, ...(issued === undefined ? {} : { issued }) });
  }
  const dateOf = ({ issued = Infinity }: MissedAdvisory): number => issued;
  return [...byId.values()].sort((a, b) => (dateOf(a) === dateOf(b) ? (a.id < b.id ? -1 : 1) : dateOf(a) - dateOf(b)));
}

function behindOf(
  installed: RpmPackage,
  { found, repository }: Candidate,
  advisories: readonly MissedAdvisory[],
): BehindPackage {
  const since = advisories[0]?.issued;
  const behind = { package: installed, newest: found, repository, advisories };
  return since === undefined ? behind : { ...behind, since };
}
