import { settle } from '../core/attempt.js';
import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { gatherClaims, type BaseClaim } from './claims.js';
import type { BaseVerdict, Freshness, Outcome } from './freshness.js';
import { judgeClaim } from './judge-claim.js';
import { judgeSelf } from './judge-self.js';
import { provesBase } from './prefix.js';
import { suspectedSeam } from './seam.js';
import type { Upstream } from './upstream.js';

export interface FreshnessOptions {
  /** `--base`; `scratch` says that there is none. */
  readonly base: ImageReference | 'scratch' | undefined;
  /** Bases that the policy names: they may be asked for whatever the image says. */
  readonly bases: readonly RegistryReference[];
  /** Whether other tags of a base's repository may be looked at. */
  readonly releases: boolean;
}

/** Claims beyond these are not followed: an image is built on one base. */
const claimLimit = 8;

/**
 * The base question, whole: who says what it was built on, what that is today, and whether the layers bear it out.
 * Only manifests and configs are read. Never throws for what a base's registry does.
 */
export async function judgeFreshness(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<Freshness> {
  if (options.base === 'scratch') return conclude([await judgeSelf(image, upstream)], [], []);
  const { claims, remarks } = gatherClaims(image, options.base);
  const verdicts: BaseVerdict[] = [];
  const conflicts: string[] = [];
  for (const claim of claims.slice(0, claimLimit)) {
    if (!mayAsk(claim, image, options)) {
      verdicts.push(notAsked(claim));
      continue;
    }
    const { verdict, conflict } = await judgeClaim(claim, image, upstream, options);
    verdicts.push(verdict);
    if (conflict !== undefined) conflicts.push(conflict);
  }
  if (!verdicts.some((one) => one.proof !== 'none')) verdicts.push(...(await judgeListed(image, upstream, options)));
  if (verdicts.length > 0) return conclude(verdicts, [...conflicts, ...contradictions(verdicts)], remarks);
  const seam = suspectedSeam(image);
  if (!seam) return conclude([await judgeSelf(image, upstream)], [], remarks);
  const reason = `it seems to be built on another image (${seam.hint}), but no source names which`;
  return {
    outcome: 'unknown',
    bases: [],
    conflicts: [],
    remarks: [...remarks, reason],
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

function notAsked(claim: BaseClaim): BaseVerdict {
  const reference = formatReference(claim.reference);
  return {
    reference,
    how: claim.how,
    proof: 'none',
    outcome: 'unknown',
    reason: 'the image names a base on another registry, which is not asked on its word alone',
    remedy: `allow it: --base ${reference}, or list it under bases in the policy file`,
    layers: 0,
    behind: {},
  };
}

/** The policy's bases: each counts only when layers prove it; those that do not match are no news. */
async function judgeListed(image: Image, upstream: Upstream, options: FreshnessOptions): Promise<BaseVerdict[]> {
  const proved: BaseVerdict[] = [];
  for (const reference of options.bases) {
    const today = await settle(() => upstream.image(reference), ['integrity', 'hostile']);
    if (today.ok && today.value.descriptor.digest === image.descriptor.digest) continue;
    if (today.ok && !options.releases && !provesBase(today.value, image)) continue;
    const { verdict } = await judgeClaim({ reference, how: ['policy'] }, image, upstream, options);
    if (verdict.proof !== 'none') proved.push(verdict);
  }
  return proved.sort((a, b) => b.layers - a.layers).slice(0, 1);
}

/** A proved base beside a claim that is not: the sources disagree. */
function contradictions(verdicts: readonly BaseVerdict[]): string[] {
  const proved = verdicts.find((one) => one.proof === 'layers' || one.proof === 'diff-ids');
  if (!proved) return [];
  return verdicts
    .filter((one) => one.proof === 'none' && one.image)
    .map(
      (one) => `the ${one.how.join(' and ')} names ${one.reference}, but the layers are those of ${proved.reference}`,
    );
}

/** What layers prove outranks what is only claimed; among equals the worst counts. */
function conclude(bases: readonly BaseVerdict[], conflicts: readonly string[], remarks: readonly string[]): Freshness {
  const proved = bases.filter((one) => one.proof !== 'none');
  const counting = proved.length > 0 ? proved : bases;
  const has = (outcome: Outcome): boolean => counting.some((one) => one.outcome === outcome);
  return {
    outcome: has('stale') ? 'stale' : has('unknown') ? 'unknown' : 'fresh',
    bases,
    conflicts,
    remarks,
  };
}
