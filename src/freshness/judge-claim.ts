import type { Digest } from '../oci/digest.js';
import { formatReference, type ImageReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import { daysBetween } from './created.js';
import { findOrigin, type Origin, type OriginOptions } from './find-origin.js';
import type { BaseVerdict, Proof } from './freshness.js';
import { tellMovement } from './noted-digest.js';
import { openBase } from './open-base.js';
import { provesBase, sharedLayers } from './prefix.js';
import { named, releaseOf } from './releases.js';
import { sourcesOf } from './sources.js';
import type { Upstream } from './upstream.js';

/** What became of one claim, with what contradicts it. */
export interface JudgedClaim {
  readonly verdict: BaseVerdict;
  readonly conflict?: string;
}

/**
 * Where the claimed base stands today: the image's platform manifest under the claimed tag, compared by layers.
 * Its layers still come first: fresh. Else the release it was built from is looked for, by the claimed digest and
 * among the repository's releases, newest first: found, stale. Nothing found: unknown, never a guess.
 */
export async function judgeClaim(
  claim: BaseClaim,
  image: Image,
  upstream: Upstream,
  options: OriginOptions,
): Promise<JudgedClaim> {
  const followed = followedName(claim);
  const reference = formatReference(followed);
  const { digest, how } = claim;
  const known = (proof: Proof, ...proved: readonly Image[]) => ({
    reference,
    level: 1,
    how,
    sources: sourcesOf(claim, proof, digestsOf(proved)),
    proof,
    layers: 0,
    behind: {},
    ...(digest ? { claimed: digest } : {}),
  });
  const opened = await openBase(upstream, followed, image);
  if (!opened.ok) {
    const { message, hint } = opened.error;
    const reason = `the base could not be had: ${message}`;
    return { verdict: { ...known('none'), outcome: 'unknown', reason, ...(hint ? { remedy: hint } : {}) } };
  }
  const today = opened.value;
  if (today.descriptor.digest === image.descriptor.digest && !isAsked(claim)) {
    const reason = 'the image names itself as its base: what was under that name when it was built is not known';
    return { verdict: { ...known('none'), outcome: 'unknown', reason, remedy } };
  }
  const current = releaseOf(today, options.now, reference);
  const proof = provesBase(today, image);
  if (proof) {
    const { words, conflict, ...from } = await tellMovement(claim, image, today, current, upstream, options);
    const reason = freshReason(today, image, words);
    const found = { layers: today.layers.length, ...from, current, image: today };
    return judged({ ...known(proof, today, from.origin), outcome: 'fresh', reason, ...found }, conflict);
  }
  const origin = await findOrigin(claim, image, today, upstream, options);
  const { conflict } = origin;
  if (!origin.image) {
    const reason = [notProved(today, image, options), ...origin.doubts].join('; ');
    const foreign = sharedLayers(today, image) === 0;
    const rest = { reason, remedy, current, image: today, foreign };
    return judged({ ...known('none'), outcome: 'unknown', ...rest }, conflict);
  }
  const from: Omit<BaseVerdict, 'outcome' | 'reason'> = {
    ...known(provesBase(origin.image, image) ?? 'none', origin.image),
    layers: origin.image.layers.length,
    builtFrom: releaseOf(origin.image, options.now),
    origin: origin.image,
    current,
    image: today,
  };
  const doubt = standingDoubt(claim, origin);
  if (doubt) return judged({ ...from, outcome: 'unknown', ...doubt }, conflict);
  const days = daysBetween(origin.image, today, options.now);
  const { releases } = origin;
  const verdict: BaseVerdict = {
    ...from,
    outcome: 'stale',
    reason: 'its first layers are those of an older release of the base, not of today’s',
    remedy: `rebuild it on ${reference}`,
    behind: { ...(releases === undefined ? {} : { releases }), ...(days === undefined ? {} : { days }) },
  };
  return judged(verdict, conflict);
}

/** Of an index or a platform manifest: a claim may note either. */
function digestsOf(images: readonly Image[]): readonly Digest[] {
  return images.flatMap(({ resolved, descriptor }) => [resolved.digest, descriptor.digest]);
}

function judged(verdict: BaseVerdict, conflict: string | undefined): JudgedClaim {
  return { verdict, ...(conflict === undefined ? {} : { conflict }) };
}

const remedy = 'name the base it was built from with --base, or rebuild it from that base';

/** Said by the user, not by the image. */
function isAsked({ how }: BaseClaim): boolean {
  return how.includes('option') || how.includes('policy');
}

/**
 * What the base is today is asked by its tag; a name without one means `latest`, as everywhere. A user who asks for a
 * digest alone means that very image.
 */
function followedName(claim: BaseClaim): ImageReference {
  const { reference } = claim;
  if (reference.transport !== 'docker') return reference;
  if (pinsAlone(reference) && isAsked(claim)) return reference;
  return { ...named(reference), tag: reference.tag ?? 'latest' };
}

function pinsAlone(reference: ImageReference): boolean {
  return reference.transport === 'docker' && reference.tag === undefined && reference.digest !== undefined;
}

function freshReason(today: Image, image: Image, moved: string | undefined): string {
  const equal = today.layers.length === image.layers.length;
  const layers = equal
    ? 'its layers are exactly those of the base as it is today'
    : 'its first layers are those of the base as it is today';
  return moved === undefined ? layers : `${layers}; ${moved}`;
}

/** Where the layers are known but the tag does not say "older": nothing that a rebuild should be triggered for. */
function standingDoubt(claim: BaseClaim, origin: Origin): { reason: string; remedy: string } | undefined {
  if (pinsAlone(claim.reference) && !isAsked(claim)) {
    return {
      reason: 'its first layers are those of the digest it names; which tag should be followed, no source says',
      remedy: 'name the base with its tag: --base',
    };
  }
  if (!origin.newer) return undefined;
  return {
    reason: 'its first layers are those of a release newer than the one that the base’s tag names today',
    remedy: 'find out why the tag went back before the image is rebuilt: that would put older layers under it',
  };
}

function notProved(today: Image, image: Image, { releases }: OriginOptions): string {
  const shared = sharedLayers(today, image);
  const layers =
    shared > 0
      ? `only ${shared} of the base's ${today.layers.length} layers are its first ones`
      : 'it shares no layer with the base';
  return releases
    ? `${layers}, and no release of the base is found in it`
    : `${layers}, and the base's other releases were not looked at`;
}
