import type { Content, Examination } from '../examination/examination.js';
import { formatEvr, type Evr } from '../rpm/version.js';
import type { RpmPackage } from '../rpm/package.js';
import type { Evidence } from './check.js';

/** An installed package of which there is a newer version. */
export interface NewerPackage {
  /** `openssl 3.0.1-1 < 3.0.7-2`. */
  readonly words: string;
  readonly evidence: Evidence;
}

/** What the repositories, or else the base as it is today, have newer. */
export interface NewerPackages {
  readonly newer: readonly NewerPackage[];
  /** What was compared with, and has them; undefined where nothing could be. */
  readonly where: string | undefined;
  /** A base says what its packages are, not which there are: only a repository does. */
  readonly byRepository: boolean;
  /** What stood in the way of comparing all. */
  readonly doubts: readonly string[];
}

/** Of the packages whose layer (by its index) fits. A repository that was read outranks the base, unless only the base has newer ones. */
export function newerPackages(
  examination: Examination,
  content: Content,
  fits: (layer: number) => boolean,
): NewerPackages {
  const owners = new Map(content.packages.packages.map((one) => [one.package.headerDigest, one.layer]));
  const counts = (one: RpmPackage): boolean => fits(owners.get(one.headerDigest) ?? 0);
  const inRepository = amongRepositories(examination, counts);
  const inBase = amongBase(examination, counts);
  const base = inRepository.where === undefined || (inRepository.newer.length === 0 && inBase.newer.length > 0);
  const { newer, where } = base ? inBase : inRepository;
  const doubts = base ? [...inRepository.doubts, ...inBase.doubts] : inRepository.doubts;
  return { newer, where, byRepository: !base, doubts: [...doubts, ...content.packages.state.problems] };
}

type Compared = Pick<NewerPackages, 'newer' | 'where' | 'doubts'>;

const nowhere: Compared = { newer: [], where: undefined, doubts: [] };

function amongRepositories({ repositories }: Examination, counts: (one: RpmPackage) => boolean): Compared {
  if (!repositories) return nowhere;
  const { asked, comparison } = repositories;
  const lost = asked.flatMap((one) => (one.problem === undefined ? [] : [`${one.location}: ${one.problem}`]));
  const where = asked.flatMap((one) => (one.problem === undefined ? [one.location] : [])).join(' and ');
  if (!comparison) return { ...nowhere, doubts: lost };
  const { behind, current, ahead, unknown } = comparison;
  if (behind.length + current + ahead === 0) {
    return { ...nowhere, doubts: [...lost, `${where} has none of its packages`] };
  }
  const streams = unknown.filter((one) => counts(one.package)).length;
  return {
    where,
    newer: behind.filter((one) => counts(one.package)).map((one) => newerOf(one.package, one.newest)),
    doubts: [...lost, ...(streams > 0 ? [`${streams} packages of unknown module streams`] : [])],
  };
}

function amongBase({ comparison, base }: Examination, counts: (one: RpmPackage) => boolean): Compared {
  if (!comparison) return nowhere;
  const { differences, reference, problem } = comparison;
  // A name that nothing bears out, or a release that it may not stand on, says nothing; the user's own word does.
  const named = base?.proof === 'none' && base.how.includes('option');
  if (base?.outcome === 'unknown' && !named) {
    return { ...nowhere, doubts: [`${reference} may not be what it should stand on`] };
  }
  const doubts = problem === undefined ? [] : [problem];
  if (!differences) return { ...nowhere, doubts };
  const newer = differences.behind.filter((one) => counts(one.image)).map((one) => newerOf(one.image, one.other));
  return { where: reference, newer, doubts };
}

function newerOf(installed: RpmPackage, newest: Evr): NewerPackage {
  const [image, other] = [formatEvr(installed), formatEvr(newest)];
  return {
    words: `${installed.name} ${image} < ${other}`,
    evidence: { type: 'package', name: `${installed.name}.${installed.arch}`, image, other },
  };
}
