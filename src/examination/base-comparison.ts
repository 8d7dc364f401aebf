import { packageState, type PackageState } from '../analyzers/package-state.js';
import { settle } from '../core/attempt.js';
import { comparePackages, type PackageDifferences } from '../freshness/compare.js';
import { concludeOutcome, type BaseComparison, type BaseVerdict, type Freshness } from '../freshness/freshness.js';
import { Squash } from '../layer/squash.js';
import type { Content } from './examination.js';
import type { GatheredLayers, LayerGatherer } from './layers.js';

/** The comparison with what it was made from. */
export interface ComparedBase {
  readonly comparison: BaseComparison | undefined;
  /** What the base holds today. */
  readonly today?: PackageState;
  /** Of the base, where its layers were read. */
  readonly gathered?: GatheredLayers;
}

/**
 * The image's packages beside those of the base as it is today. A fresh base's are in the image's own layers; a stale
 * one's layers are read (through the store, so those both have in common are not read twice).
 */
export async function compareWithBase(
  base: BaseVerdict,
  content: Content,
  reader: LayerGatherer,
  own?: GatheredLayers,
): Promise<ComparedBase> {
  const { image } = base;
  const named = { base: base.reference, reference: base.current?.reference ?? base.reference };
  const ours = content.packages.state;
  if (!image) return { comparison: undefined };
  if (base.proof === 'self' && base.outcome === 'fresh') return { comparison: undefined };
  if (ours.outcome === 'none') return { comparison: undefined };
  if (base.outcome === 'fresh') {
    const today = packageState(new Squash(content.layers.slice(0, base.layers)));
    return { comparison: compare(named, ours, today), today };
  }
  const gathered = await settle(() => reader.gather(image, own), ['integrity', 'hostile']);
  if (!gathered.ok) {
    const problem = `the layers of ${named.reference} could not be read: ${gathered.error.message}`;
    return { comparison: { ...named, differences: undefined, problem } };
  }
  const today = packageState(new Squash(gathered.value.facts));
  return { comparison: compare(named, ours, today), today, gathered: gathered.value };
}

function compare(
  named: Pick<BaseComparison, 'base' | 'reference'>,
  ours: PackageState,
  theirs: PackageState,
): BaseComparison {
  const problems = [...problemOf('the image', ours), ...problemOf(named.reference, theirs)];
  const comparable = ours.packages.length > 0 && theirs.packages.length > 0;
  return {
    ...named,
    differences: comparable ? comparePackages(ours.packages, theirs.packages) : undefined,
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  };
}

function problemOf(whose: string, state: PackageState): string[] {
  if (state.outcome === 'read') return [];
  return state.outcome === 'none' ? [`${whose} has no RPM database`] : state.problems.map((one) => `${whose}: ${one}`);
}

/**
 * A base that shares no layer is judged by its packages, where both sides were read whole and have most packages in
 * common: any image is "not older" than one that it has nothing to do with.
 */
export function judgeByPackages(freshness: Freshness, base: BaseVerdict, comparison: BaseComparison): Freshness {
  const { differences, problem } = comparison;
  if (base.proof !== 'none' || !base.foreign || !differences || problem !== undefined) return freshness;
  const judged: BaseVerdict = { ...base, ...judgeDifferences(differences) };
  const bases = freshness.bases.map((one) => (one === base ? judged : one));
  return { ...freshness, outcome: concludeOutcome(bases), bases };
}

function judgeDifferences(differences: PackageDifferences): Pick<BaseVerdict, 'outcome' | 'reason'> {
  const { equal, behind, ahead, removed } = differences;
  const common = equal + behind.length + ahead.length;
  const all = common + removed.length;
  const apart = 'it shares no layer with the base';
  if (common * 2 < all) {
    return { outcome: 'unknown', reason: `${apart}, and only ${common} of the base’s ${all} packages` };
  }
  if (behind.length > 0) {
    const are = behind.length === 1 ? 'is' : 'are';
    return { outcome: 'stale', reason: `${apart}; ${behind.length} of its packages ${are} older than the base’s` };
  }
  if (equal * 2 < common) {
    const reason = `${apart}, and ${ahead.length} of the ${common} packages they have in common are of other versions`;
    return { outcome: 'unknown', reason };
  }
  return { outcome: 'fresh', reason: `${apart}; none of its packages is older than the base’s` };
}
