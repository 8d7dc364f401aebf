import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { gatherClaims, type BaseClaim, type StatedProvenance } from './claims.js';
import { concludeOutcome, type BaseVerdict, type Freshness } from './freshness.js';
import { judgeClaim } from './judge-claim.js';
import { judgeSelf } from './judge-self.js';
import { judgeTentative } from './judge-tentative.js';
import { seamDoubt, suspectedSeam } from './seam.js';
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
}

/** Claims beyond these are not followed: an image is built on one base. */
const claimLimit = 8;

/**
 * The base question, whole: who says what it was built on, what that is today, and whether the layers bear it out.
 * Only manifests and configs are read. Never throws for what a base's registry does.
 */
export async function judgeFreshness(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<Freshness> {
  if (options.base === 'scratch') return judgeScratch(image, upstream, options);
  const gathered = gatherClaims(image, options.base, options.provenances);
  const verdicts: BaseVerdict[] = [];
  const conflicts: string[] = [];
  for (const claim of gathered.claims.filter((one) => !one.tentative).slice(0, claimLimit)) {
    if (!mayAsk(claim, image, options)) {
      verdicts.push(notAsked(claim));
      continue;
    }
    const { verdict, conflict } = await judgeClaim(claim, image, upstream, options);
    verdicts.push(verdict);
    if (conflict !== undefined) conflicts.push(conflict);
  }
  const tentative = gathered.claims.filter((one) => one.tentative);
  const used = await judgeTentative(tentative, (claim) => mayAsk(claim, image, options), image, upstream, options);
  const known = Math.max(0, ...verdicts.filter((one) => one.proof !== 'none').map((one) => one.layers));
  if (used.proved && used.proved.layers > known) verdicts.push(used.proved);
  if (!verdicts.some((one) => one.proof !== 'none')) verdicts.push(...(await judgeListed(image, upstream, options)));
  const proved = verdicts.some((one) => one.proof !== 'none');
  const remarks = [...gathered.remarks, ...(proved ? [] : [...used.doubts, ...used.remarks])];
  if (verdicts.length > 0) return conclude(verdicts, [...conflicts, ...contradictions(verdicts)], remarks);
  const doubts = [...gathered.remarks, ...used.doubts, ...seamWords(image)];
  // Somebody named a base that was not understood, or nobody did though there is one.
  if (doubts.length > 0) return conclude([], [], [...doubts, ...used.remarks]);
  return conclude([await judgeParentless(image, upstream, options)], [], remarks);
}

/** The user says that there is no base; an image that names one contradicts that. */
async function judgeScratch(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<Freshness> {
  const { claims, remarks } = gatherClaims(image, undefined, options.provenances);
  const conflicts = claims
    .filter((one) => !one.tentative)
    .map(
      ({ how, reference }) => `--base says scratch, but the ${how.join(' and ')} names ${formatReference(reference)}`,
    );
  return conclude([await judgeSelf(image, upstream, options)], conflicts, remarks);
}

function seamWords(image: Image): string[] {
  const seam = suspectedSeam(image);
  return seam ? [`it seems to be built on another image (${seam.hint}), but no source names which`] : [];
}

/** No source names a base. Where the layers could not have shown one either, "newest" is not enough to call it fresh. */
async function judgeParentless(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<BaseVerdict> {
  const verdict = await judgeSelf(image, upstream, options);
  const doubt = seamDoubt(image);
  if (doubt === undefined || verdict.outcome !== 'fresh') return verdict;
  const { image: _itself, ...rest } = verdict;
  return {
    ...rest,
    outcome: 'unknown',
    reason: `${verdict.reason}, but whether it is built on another image cannot be told: no source names one, and ${doubt}`,
    remedy: 'name its base with --base, or --base scratch if it has none',
  };
}

/**
 * An image must not send us anywhere it likes: besides what the user named, its own registry and the policy's are asked.
 */
function mayAsk(claim: BaseClaim, image: Image, options: FreshnessOptions): boolean {
  if (claim.how.includes('option') || claim.reference.transport !== 'docker') return true;
  const { registry } = claim.reference;
  const own = image.reference.transport === 'docker' && image.reference.registry === registry;
  return own || options.bases.some((base) => base.registry === registry);
}

function notAsked({ reference, how, digest }: BaseClaim): BaseVerdict {
  const name = formatReference(reference);
  return {
    reference: name,
    how,
    ...(digest ? { claimed: digest } : {}),
    proof: 'none',
    outcome: 'unknown',
    reason: 'the image names a base on another registry, which is not asked on its word alone',
    remedy: `allow it: --base ${name}, or list it under bases in the policy file`,
    layers: 0,
    behind: {},
  };
}

/**
 * The policy's bases: the one counts that most layers prove. Those that do not match are no news; those that could not
 * be had may be the one, and leave the question open.
 */
async function judgeListed(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<BaseVerdict[]> {
  const proved: BaseVerdict[] = [];
  const lost: BaseVerdict[] = [];
  for (const reference of options.bases) {
    const { digest } = reference;
    const claim: BaseClaim = { reference, how: ['policy'], ...(digest ? { digest } : {}) };
    const { verdict } = await judgeClaim(claim, image, upstream, options);
    if (verdict.proof === 'none' && !verdict.image) lost.push(verdict);
    // A listed base is none of its own, today's or an older release: it is judged as a base itself.
    const itself = [verdict.image?.descriptor.digest, verdict.builtFrom?.digest].includes(image.descriptor.digest);
    if (verdict.proof !== 'none' && !itself) proved.push(verdict);
  }
  proved.sort((a, b) => b.layers - a.layers);
  return [...proved.slice(0, 1), ...lost];
}

/** A proved base beside a claim that is refuted, or several names that are: the sources disagree. */
function contradictions(verdicts: readonly BaseVerdict[]): string[] {
  const proved = verdicts.find((one) => one.proof === 'layers' || one.proof === 'diff-ids');
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

function conclude(bases: readonly BaseVerdict[], conflicts: readonly string[], remarks: readonly string[]): Freshness {
  return { outcome: concludeOutcome(bases), bases, conflicts, remarks };
}
