import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { followBases } from './bases-of-bases.js';
import { gatherClaims, type StatedProvenance } from './claims.js';
import { concludeOutcome, type BaseVerdict, type Freshness } from './freshness.js';
import { identityRemarks, withoutInherited } from './inherited-labels.js';
import { judgeParents } from './judge-parents.js';
import { judgeSelf } from './judge-self.js';
import { orderRebuild } from './rebuild-order.js';
import { seamDoubt, seamWords } from './seam.js';
import { isProof } from './sources.js';
import type { Upstream } from './upstream.js';

export interface FreshnessOptions {
  /** `--base`; `scratch` says that there is none. */
  readonly base: ImageReference | 'scratch' | undefined;
  /** Bases that the policy names: they may be asked for whatever the image says. */
  readonly bases: readonly RegistryReference[];
  /** Whether other tags of a base's repository may be looked at. */
  readonly releases: boolean;
  /** What is stated about the build of this very image. */
  readonly provenances?: readonly StatedProvenance[];
  /** Later dates than this are not believed; without it only those that no clock will show. */
  readonly now?: Date | undefined;
}

/**
 * The base question, whole: who says what it was built on, what that is today, whether the layers bear it out, and the
 * same of each base in turn. Only manifests and configs are read: at most six for an image on a base that layers prove
 * (index, manifest and config of each), and as `followBases` says for every base below; releases are counted apart.
 * Never throws for what a base's registry does.
 */
export async function judgeFreshness(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<Freshness> {
  const { base, bases, releases, provenances = [] } = options;
  if (base === 'scratch') return judgeScratch(image, upstream, options);
  const parents = await judgeParents(image, upstream, { ...options, base, provenances, listed: { bases, releases } });
  const { kept, remarks: inherited } = withoutInherited(image, parents.judged);
  const verdicts = kept.map(({ verdict }) => verdict);
  const remarks = [...parents.doubts, ...inherited];
  if (verdicts.length > 0) {
    const conflicts = kept.flatMap(({ conflict }) => conflict ?? []);
    const all = [...conflicts, ...contradictions(verdicts)];
    return concludeBases(image, verdicts, all, [...remarks, ...parents.refuted], upstream, options);
  }
  const doubts = [...remarks, ...seamWords(image)];
  // Somebody named a base that was not understood, or nobody did though there is one.
  if (doubts.length > 0) return conclude(image, [], [], [...doubts, ...parents.refuted]);
  return conclude(image, [await judgeParentless(image, upstream, options)], [], parents.refuted);
}

/** Follows what was found of the image's own base to the bottom, and puts everything together. */
export async function concludeBases(
  image: Image,
  own: readonly BaseVerdict[],
  conflicts: readonly string[],
  remarks: readonly string[],
  upstream: Upstream,
  options: FreshnessOptions,
): Promise<Freshness> {
  const deeper = await followBases(image, own, upstream, options);
  return conclude(image, [...own, ...deeper.verdicts], conflicts, [...remarks, ...deeper.remarks]);
}

/** The user says that there is no base; an image that names one contradicts that. */
async function judgeScratch(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<Freshness> {
  const { claims, remarks } = gatherClaims(image, undefined, options.provenances);
  const conflicts = claims
    .filter((one) => !one.tentative)
    .map(
      ({ how, reference }) => `--base says scratch, but the ${how.join(' and ')} names ${formatReference(reference)}`,
    );
  return conclude(image, [await judgeSelf(image, upstream, options)], conflicts, remarks);
}

/** No source names a base. Where the layers could not have shown one either, "newest" is not enough to call it fresh. */
async function judgeParentless(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<BaseVerdict> {
  const verdict = await judgeSelf(image, upstream, options);
  const doubt = seamDoubt(image);
  return doubt === undefined ? verdict : doubtParentless(verdict, `no source names one, and ${doubt}`);
}

/** A verdict on the image as a base itself, where something speaks for its being built on another. */
export function doubtParentless(verdict: BaseVerdict, doubt: string): BaseVerdict {
  if (verdict.outcome !== 'fresh') return verdict;
  const { image: _itself, ...rest } = verdict;
  return {
    ...rest,
    outcome: 'unknown',
    reason: `${verdict.reason}, but whether it is built on another image cannot be told: ${doubt}`,
    remedy: 'name its base with --base, or --base scratch if it has none',
  };
}

/** A proved base beside a claim that is refuted, or several names that are: the sources disagree. */
function contradictions(verdicts: readonly BaseVerdict[]): string[] {
  const proved = verdicts.find((one) => isProof(one.proof));
  const refuted = verdicts.filter((one) => one.proof === 'none' && one.image);
  if (proved) {
    return refuted.map(
      (one) => `the ${one.how.join(' and ')} names ${one.reference}, but the layers are those of ${proved.reference}`,
    );
  }
  if (new Set(refuted.map((one) => one.reference)).size < 2) return [];
  const words = refuted.map((one) => `the ${one.how.join(' and ')} names ${one.reference}`);
  return [`${words.join(', ')}, and the layers prove none of them`];
}

function conclude(
  image: Image,
  verdicts: readonly BaseVerdict[],
  conflicts: readonly string[],
  remarks: readonly string[],
): Freshness {
  const { bases, first } = orderRebuild(formatReference(image.reference), verdicts);
  return {
    outcome: concludeOutcome(bases),
    bases,
    conflicts,
    remarks: [...remarks, ...identityRemarks(image, bases)],
    ...(first === undefined ? {} : { rebuildFirst: first }),
  };
}
