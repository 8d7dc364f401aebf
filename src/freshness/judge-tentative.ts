import { formatReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import type { OriginOptions } from './find-origin.js';
import type { BaseVerdict } from './freshness.js';
import { judgeClaim } from './judge-claim.js';
import { openBase } from './open-base.js';
import { provesBase } from './prefix.js';
import { named } from './releases.js';
import type { Upstream } from './upstream.js';

/** What became of images that a build used: any one of them may be the base, and most are not. */
export interface JudgedTentative {
  /** The one that most layers prove. */
  readonly proved: BaseVerdict | undefined;
  /** Those that may be the base, were no other proved: they could not be looked at. */
  readonly doubts: readonly string[];
  /** Those that layers refute, where none was proved. */
  readonly remarks: readonly string[];
}

/** Images beyond these are not looked at. */
const limit = 8;

/**
 * Looks among tentative claims for the one that layers prove; of several it is the highest, as one image may be built on
 * another. Each is opened once as it was at the build; only those whose layers fit are followed to what they are today.
 */
export async function judgeTentative(
  claims: readonly BaseClaim[],
  mayAsk: (claim: BaseClaim) => boolean,
  image: Image,
  upstream: Upstream,
  options: OriginOptions,
): Promise<JudgedTentative> {
  const asked = claims.filter(mayAsk);
  const proved: BaseVerdict[] = [];
  const refuted: BaseClaim[] = [];
  const lost: BaseClaim[] = [];
  for (const claim of asked.slice(0, limit)) {
    if (await isRefuted(claim, image, upstream)) {
      refuted.push(claim);
      continue;
    }
    const { verdict } = await judgeClaim(claim, image, upstream, options);
    if (verdict.proof !== 'none') proved.push(verdict);
    else (verdict.image ? refuted : lost).push(claim);
  }
  const [highest] = proved.sort((a, b) => b.layers - a.layers);
  if (highest) return { proved: highest, doubts: [], remarks: [] };
  const elsewhere = claims.filter((claim) => !mayAsk(claim));
  return {
    proved: undefined,
    doubts: [
      ...words(elsewhere, 'on a registry that is not asked on the image’s word alone (--base, or bases in the policy)'),
      ...words(lost, 'which could not be had'),
      ...words(asked.slice(limit), `more than the ${limit} that are looked at`),
    ],
    remarks: words(refuted, 'whose layers are not its first ones'),
  };
}

/** By the digest that it had at the build, its layers are not the image's first, or it is the image itself. */
async function isRefuted({ reference, digest }: BaseClaim, image: Image, upstream: Upstream): Promise<boolean> {
  if (digest === undefined || reference.transport !== 'docker') return false;
  const opened = await openBase(upstream, { ...named(reference), digest }, image);
  if (!opened.ok) return false;
  return opened.value.descriptor.digest === image.descriptor.digest || !provesBase(opened.value, image);
}

/** One sentence for all of them, however many. */
function words(claims: readonly BaseClaim[], why: string): readonly string[] {
  const [first] = claims;
  if (!first) return [];
  const names = [...new Set(claims.map((claim) => formatReference(claim.reference)))];
  const more = names.length > limit ? ` and ${names.length - limit} more` : '';
  return [`the ${first.how.join(' and ')} lists ${names.slice(0, limit).join(', ')}${more}, ${why}`];
}
