import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { gatherClaims, type BaseClaim, type StatedProvenance } from './claims.js';
import type { OriginOptions } from './find-origin.js';
import type { BaseVerdict } from './freshness.js';
import { judgeClaim, type JudgedClaim } from './judge-claim.js';
import { judgeTentative } from './judge-tentative.js';
import { sourcesOf } from './sources.js';
import type { Upstream } from './upstream.js';

/** Bases that the policy names, tried by layers where no source names one that is proved. */
export interface ListedBases {
  readonly bases: readonly RegistryReference[];
  /** Whether older releases of theirs may be looked for. */
  readonly releases: boolean;
}

export interface ParentOptions extends OriginOptions {
  /** `--base`. */
  readonly base: ImageReference | undefined;
  /** Whose registries may be asked whatever the image says. */
  readonly bases: readonly RegistryReference[];
  readonly listed: ListedBases;
  readonly provenances: readonly StatedProvenance[];
}

/** What became of everything that names, or may be, the base of one image. */
export interface JudgedParents {
  readonly judged: readonly JudgedClaim[];
  /** Why somebody may name a base that was not looked at, in words. */
  readonly doubts: readonly string[];
  /** What a build used and layers refute, in words. */
  readonly refuted: readonly string[];
}

export const notAskedReason = 'the image names a base on another registry, which is not asked on its word alone';

/** Claims beyond these are not followed: an image is built on one base. */
const claimLimit = 8;

/** Judges every base of the image that a source names, or else the policy lists. */
export async function judgeParents(image: Image, upstream: Upstream, options: ParentOptions): Promise<JudgedParents> {
  const gathered = gatherClaims(image, options.base, options.provenances);
  const judged: JudgedClaim[] = [];
  for (const claim of gathered.claims.filter((one) => !one.tentative).slice(0, claimLimit)) {
    if (mayAsk(claim, image, options)) judged.push(await judgeClaim(claim, image, upstream, options));
    else judged.push({ verdict: notAsked(claim) });
  }
  const tentative = gathered.claims.filter((one) => one.tentative);
  const used = await judgeTentative(tentative, (claim) => mayAsk(claim, image, options), image, upstream, options);
  const known = Math.max(0, ...provedOf(judged).map(({ verdict }) => verdict.layers));
  if (used.proved && used.proved.layers > known) judged.push({ verdict: used.proved });
  if (provedOf(judged).length === 0) {
    const found = await judgeListed(image, upstream, options);
    judged.push(...found.map((verdict) => ({ verdict })));
  }
  const open = provedOf(judged).length === 0 ? used : { doubts: [], remarks: [] };
  return { judged, doubts: [...gathered.remarks, ...open.doubts], refuted: open.remarks };
}

function provedOf(judged: readonly JudgedClaim[]): readonly JudgedClaim[] {
  return judged.filter(({ verdict }) => verdict.proof !== 'none');
}

/**
 * An image must not send us anywhere it likes: besides what the user named, its own registry and the policy's are asked.
 */
function mayAsk(claim: BaseClaim, image: Image, { bases }: ParentOptions): boolean {
  if (claim.how.includes('option') || claim.reference.transport !== 'docker') return true;
  const { registry } = claim.reference;
  const own = image.reference.transport === 'docker' && image.reference.registry === registry;
  return own || bases.some((base) => base.registry === registry);
}

function notAsked(claim: BaseClaim): BaseVerdict {
  const { reference, how, digest } = claim;
  const name = formatReference(reference);
  return {
    reference: name,
    level: 1,
    how,
    sources: sourcesOf(claim, 'none'),
    ...(digest ? { claimed: digest } : {}),
    proof: 'none',
    outcome: 'unknown',
    reason: notAskedReason,
    remedy: `allow it: --base ${name}, or list it under bases in the policy file`,
    layers: 0,
    behind: {},
  };
}

/**
 * The policy's bases: the one counts that most layers prove. Those that do not match are no news; those that could not
 * be had may be the one, and leave the question open.
 */
async function judgeListed(image: Image, upstream: Upstream, options: ParentOptions): Promise<BaseVerdict[]> {
  const { bases, releases } = options.listed;
  const proved: BaseVerdict[] = [];
  const lost: BaseVerdict[] = [];
  for (const reference of bases) {
    const { digest } = reference;
    const claim: BaseClaim = { reference, how: ['policy'], ...(digest ? { digest } : {}) };
    const { verdict } = await judgeClaim(claim, image, upstream, { releases, now: options.now });
    if (verdict.proof === 'none' && !verdict.image) lost.push(verdict);
    // A listed base is none of its own, today's or an older release: it is judged as a base itself.
    const itself = [verdict.image?.descriptor.digest, verdict.builtFrom?.digest].includes(image.descriptor.digest);
    if (verdict.proof !== 'none' && !itself) proved.push(verdict);
  }
  proved.sort((a, b) => b.layers - a.layers);
  return [...proved.slice(0, 1), ...lost];
}
