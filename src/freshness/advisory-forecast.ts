import { groupBy } from '../core/group.js';
import type { RpmPackage } from '../rpm/package.js';
import type { Forecast } from './forecast.js';
import type { BehindPackage, MissedAdvisory, RepositoryComparison } from './repository-comparison.js';

/** An advisory with the packages, as name.arch, that it is about. */
export interface ForecastAdvisory extends MissedAdvisory {
  readonly packages: readonly string[];
}

/** An advisory that the image misses, and would miss after a rebuild as well. */
export interface OpenAdvisory extends ForecastAdvisory {
  /**
   * What mends it. `base`: today's base itself is behind the repository, so the image needs an update layer of its own, or
   * the base a new release. `own`: the steps that install the image's own packages must run anew.
   */
  readonly needs: readonly ('base' | 'own')[];
}

/** What a rebuild on today's base would do to the advisories that an image misses in repositories. */
export interface AdvisoryForecast {
  readonly closed: readonly ForecastAdvisory[];
  readonly open: readonly OpenAdvisory[];
  /** Not missed now, but after a rebuild: today's base is older there, or brings another package. */
  readonly opened: readonly ForecastAdvisory[];
  /** Packages that would stay older than in the repositories: the base's, and the image's own. */
  readonly behind: Readonly<Record<'base' | 'own', number>>;
  /** Why more may be closed than is known. */
  readonly doubts: readonly string[];
}

/** Compares what an image misses now with what it would miss rebuilt, both beside the same repositories. */
export function forecastAdvisories(
  now: RepositoryComparison,
  after: RepositoryComparison,
  forecast: Forecast,
  doubts: readonly string[],
): AdvisoryForecast {
  const own = new Set(forecast.rebuilt.own.map((one) => one.headerDigest));
  const bringerOf = ({ package: one }: BehindPackage): 'base' | 'own' => (own.has(one.headerDigest) ? 'own' : 'base');
  const missed = byAdvisory(now.behind);
  const left = byAdvisory(after.behind);
  const count = (bringer: 'base' | 'own'): number => after.behind.filter((one) => bringerOf(one) === bringer).length;
  return {
    closed: [...missed].flatMap(([id, one]) => (left.has(id) ? [] : [advisoryOf(one)])),
    open: [...left].flatMap(([id, one]) => {
      const needs = [...new Set(one.map(({ behind }) => bringerOf(behind)))].sort();
      return missed.has(id) ? [{ ...advisoryOf(one), needs }] : [];
    }),
    opened: [...left].flatMap(([id, one]) => (missed.has(id) ? [] : [advisoryOf(one)])),
    behind: { base: count('base'), own: count('own') },
    doubts: [
      ...doubts,
      ...strangeStreams(
        now,
        forecast.upgraded.map((one) => one.image),
      ),
    ],
  };
}

/** One package that misses an advisory. */
interface Miss {
  readonly advisory: MissedAdvisory;
  readonly behind: BehindPackage;
}

function byAdvisory(all: readonly BehindPackage[]): ReadonlyMap<string, readonly Miss[]> {
  const misses = all.flatMap((behind) => behind.advisories.map((advisory) => ({ advisory, behind })));
  return groupBy(misses, ({ advisory }) => advisory.id);
}

function advisoryOf(misses: readonly Miss[]): ForecastAdvisory {
  const [first] = misses;
  if (!first) throw new RangeError('an advisory is missed by one package at least');
  const packages = misses.map(({ behind }) => `${behind.package.name}.${behind.package.arch}`);
  return { ...first.advisory, packages: [...new Set(packages)].sort() };
}

function strangeStreams({ unknown }: RepositoryComparison, upgraded: readonly RpmPackage[]): string[] {
  const changed = new Set(upgraded.map((one) => one.headerDigest));
  const count = unknown.filter((one) => changed.has(one.package.headerDigest)).length;
  return count === 0 ? [] : [`${count} of them are of unknown module streams`];
}
