import type { AdvisoryForecast } from './advisory-forecast.js';
import { countChanges, type Forecast } from './forecast.js';
import { concludeOutcome, type BaseVerdict, type Freshness } from './freshness.js';
import type { RebuildWhen } from './rebuild-when.js';

/** Whether a rebuild is needed by one of these measures, and why, as a clause. */
export interface RebuildAnswer {
  readonly outcome: 'needed' | 'not-needed' | 'unknown';
  readonly reason: string;
}

/** The answer by every measure, whichever binds. */
export type Rebuild = Readonly<Record<RebuildWhen, RebuildAnswer>>;

export interface RebuildInput {
  readonly freshness: Freshness;
  /** The base that packages were compared with. */
  readonly base: BaseVerdict | undefined;
  readonly forecast: Forecast | undefined;
  /** Why there is no forecast. */
  readonly unforeseen: string;
  readonly advisories: AdvisoryForecast | undefined;
  /** Why there is none of advisories. */
  readonly unadvised: string;
}

/**
 * Whether the image must be rebuilt because layers of its base differ from today's, because packages do, or because a
 * rebuild closes an advisory. Where packages were not read, or do not exist, the last two are unknown, unless its layers
 * are today's: then there is nothing to change.
 */
export function concludeRebuild(input: RebuildInput): Rebuild {
  const { freshness } = input;
  const layers = answerByLayers(freshness);
  if (freshness.outcome === 'fresh') {
    const same = { outcome: 'not-needed', reason: 'it stands on its base of today' } as const;
    return { 'layers-differ': layers, 'packages-differ': same, advisories: same };
  }
  const packages = answerByPackages(input);
  return { 'layers-differ': layers, 'packages-differ': packages, advisories: answerByAdvisories(input, packages) };
}

/** A stale base whose packages were not compared: one below the image's own, or a second one. */
export function isUncompared(verdict: BaseVerdict, base: BaseVerdict | undefined): boolean {
  return verdict.outcome === 'stale' && verdict !== base;
}

/** Whether a name of the base would leave the question open, did layers not prove that another base is stale. */
export function isOpenBeside({ bases }: Freshness): boolean {
  const rebuilt = bases.map((one): BaseVerdict => (one.outcome === 'stale' ? { ...one, outcome: 'fresh' } : one));
  return concludeOutcome(rebuilt) === 'unknown';
}

function answerByLayers({ outcome }: Freshness): RebuildAnswer {
  const outcomes = { fresh: 'not-needed', stale: 'needed', unknown: 'unknown' } as const;
  const reasons = {
    fresh: 'it stands on its base of today',
    stale: 'it does not stand on its base of today',
    unknown: 'where its base stands is not known',
  };
  return { outcome: outcomes[outcome], reason: reasons[outcome] };
}

function answerByPackages({ freshness, base, forecast, unforeseen }: RebuildInput): RebuildAnswer {
  if (!forecast) return { outcome: 'unknown', reason: unforeseen };
  const count = countChanges(forecast);
  if (count > 0) {
    const reason = `${count} ${count === 1 ? 'package differs' : 'packages differ'} from today’s base`;
    return { outcome: 'needed', reason };
  }
  if (forecast.problem !== undefined) {
    return { outcome: 'unknown', reason: `not all packages could be compared: ${forecast.problem}` };
  }
  if (isOpenBeside(freshness)) return { outcome: 'unknown', reason: 'another name of its base could not be looked at' };
  const deeper = freshness.bases.find((one) => isUncompared(one, base));
  if (deeper) return { outcome: 'unknown', reason: `the packages of ${deeper.reference} were not compared` };
  return { outcome: 'not-needed', reason: 'no package differs from today’s base' };
}

function answerByAdvisories({ forecast, advisories, unadvised }: RebuildInput, packages: RebuildAnswer): RebuildAnswer {
  if (packages.outcome === 'not-needed') return packages;
  if (!forecast) return packages;
  if (!advisories) return { outcome: 'unknown', reason: unadvised };
  const { closed, doubts } = advisories;
  if (closed.length > 0) {
    const reason = `a rebuild closes ${closed.length} ${closed.length === 1 ? 'advisory' : 'advisories'}`;
    return { outcome: 'needed', reason };
  }
  const open = [...doubts, ...(packages.outcome === 'unknown' ? [packages.reason] : [])];
  return open.length > 0
    ? { outcome: 'unknown', reason: open.join('; ') }
    : { outcome: 'not-needed', reason: 'a rebuild closes no advisory' };
}
