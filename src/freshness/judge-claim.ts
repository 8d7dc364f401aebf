import { formatReference, type ImageReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import { daysBetween, isOlder } from './created.js';
import type { BaseVerdict } from './freshness.js';
import { openBase } from './open-base.js';
import { provesBase, sharedLayers } from './prefix.js';
import { findRelease, listReleases, named, releaseOf, releasesBetween } from './releases.js';
import { compareReleaseTags, parseReleaseTag } from './release-tags.js';
import type { Upstream } from './upstream.js';

export interface ClaimOptions {
  /** Whether the repository's other tags may be looked at. */
  readonly releases: boolean;
}

/** What became of one claim, with what contradicts it. */
export interface JudgedClaim {
  readonly verdict: BaseVerdict;
  readonly conflict?: string;
}

/** The release that the image was built from, as far as it was found. */
interface Origin {
  readonly image: Image | undefined;
  /** Between it and what the base is today. */
  readonly releases: number | undefined;
  /** It is newer than what the base's tag names today. */
  readonly newer: boolean;
  /** What stood in the way of finding it, in words. */
  readonly doubts: readonly string[];
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
  options: ClaimOptions,
): Promise<JudgedClaim> {
  const followed = followedName(claim);
  const reference = formatReference(followed);
  const { digest, how } = claim;
  const known = {
    reference,
    how,
    proof: 'none',
    layers: 0,
    behind: {},
    ...(digest ? { claimed: digest } : {}),
  } as const;
  const opened = await openBase(upstream, followed, image);
  if (!opened.ok) {
    const { message, hint } = opened.error;
    const reason = `the base could not be had: ${message}`;
    return { verdict: { ...known, outcome: 'unknown', reason, ...(hint ? { remedy: hint } : {}) } };
  }
  const today = opened.value;
  if (today.descriptor.digest === image.descriptor.digest && !isAsked(claim)) {
    const reason = 'the image names itself as its base: what was under that name when it was built is not known';
    return { verdict: { ...known, outcome: 'unknown', reason, remedy } };
  }
  const current = releaseOf(today, reference);
  const proof = provesBase(today, image);
  if (proof) {
    const { layers } = today;
    const reason = freshReason(claim, today, image);
    const found = { layers: layers.length, builtFrom: current, current, image: today };
    return { verdict: { ...known, proof, outcome: 'fresh', reason, ...found } };
  }
  const origin = await findOrigin(claim, image, today, upstream, options);
  const conflict = origin.conflict === undefined ? {} : { conflict: origin.conflict };
  if (!origin.image) {
    const reason = [notProved(today, image, options), ...origin.doubts].join('; ');
    const foreign = sharedLayers(today, image) === 0;
    return { verdict: { ...known, outcome: 'unknown', reason, remedy, current, image: today, foreign }, ...conflict };
  }
  const from: Omit<BaseVerdict, 'outcome' | 'reason'> = {
    ...known,
    proof: provesBase(origin.image, image) ?? 'none',
    layers: origin.image.layers.length,
    builtFrom: releaseOf(origin.image),
    current,
    image: today,
  };
  const doubt = standingDoubt(claim, origin);
  if (doubt) return { verdict: { ...from, outcome: 'unknown', ...doubt }, ...conflict };
  const days = daysBetween(origin.image, today);
  const { releases } = origin;
  const verdict: BaseVerdict = {
    ...from,
    outcome: 'stale',
    reason: 'its first layers are those of an older release of the base, not of today’s',
    remedy: `rebuild it on ${reference}`,
    behind: { ...(releases === undefined ? {} : { releases }), ...(days === undefined ? {} : { days }) },
  };
  return { verdict, ...conflict };
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

function freshReason({ digest }: BaseClaim, today: Image, image: Image): string {
  const equal = today.layers.length === image.layers.length;
  const layers = equal
    ? 'its layers are exactly those of the base as it is today'
    : 'its first layers are those of the base as it is today';
  const moved = digest !== undefined && digest !== today.resolved.digest && digest !== today.descriptor.digest;
  return moved
    ? `${layers}; the digest that was noted at the build is another, the layers for this platform are not`
    : layers;
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

async function findOrigin(
  claim: BaseClaim,
  image: Image,
  today: Image,
  upstream: Upstream,
  options: ClaimOptions,
): Promise<Origin> {
  const pinned = await openPinned(claim, image, upstream);
  const released = options.releases ? await searchReleases(claim, image, today, upstream) : undefined;
  const built = released?.image ?? pinned.image;
  return {
    image: built,
    releases: released?.releases,
    newer:
      released?.newer === true || (built !== undefined && released?.releases === undefined && isOlder(today, built)),
    doubts: [...pinned.doubts, ...(released?.doubts ?? [])],
    ...(pinned.conflict === undefined ? {} : { conflict: pinned.conflict }),
  };
}

/** The base by the digest that the claim pins (an index or a platform manifest): it proves the claim, or contradicts it. */
async function openPinned(
  { reference, digest, how }: BaseClaim,
  image: Image,
  upstream: Upstream,
): Promise<Pick<Origin, 'image' | 'doubts' | 'conflict'>> {
  if (digest === undefined || reference.transport !== 'docker') return { image: undefined, doubts: [] };
  const pinned = { ...named(reference), digest };
  const opened = await openBase(upstream, pinned, image);
  if (!opened.ok)
    return { image: undefined, doubts: [`the digest it names could not be had: ${opened.error.message}`] };
  if (provesBase(opened.value, image)) return { image: opened.value, doubts: [] };
  const sources = how.filter((one) => one !== 'option' && one !== 'policy');
  if (sources.length === 0) return { image: undefined, doubts: [] };
  return {
    image: undefined,
    doubts: [],
    conflict: `according to the ${sources.join(' and ')} it was built on ${formatReference(pinned)}, but those layers are not its first ones`,
  };
}

async function searchReleases(claim: BaseClaim, image: Image, today: Image, upstream: Upstream): Promise<Origin> {
  const none = { image: undefined, releases: undefined, newer: false };
  if (claim.reference.transport !== 'docker') return { ...none, doubts: [] };
  const { ordered, problem } = await listReleases(upstream, claim.reference, image.platform.architecture);
  const listed = problem === undefined ? [] : [problem];
  if (!ordered) return { ...none, doubts: listed };
  const proves = (one: Image): boolean => provesBase(one, image) !== undefined;
  const search = await findRelease(upstream, claim.reference, ordered, image, proves);
  const doubts = [...listed, ...(search.doubt === undefined ? [] : [search.doubt])];
  if (!search.found) return { ...none, doubts };
  const releases = problem === undefined ? releasesBetween(search, today) : undefined;
  const followed = claim.reference.tag === undefined ? undefined : parseReleaseTag(claim.reference.tag);
  const newer = followed !== undefined && compareReleaseTags(search.found.tag, followed) > 0;
  return { image: search.found.image, releases, newer, doubts };
}

function notProved(today: Image, image: Image, { releases }: ClaimOptions): string {
  const shared = sharedLayers(today, image);
  const layers =
    shared > 0
      ? `only ${shared} of the base's ${today.layers.length} layers are its first ones`
      : 'it shares no layer with the base';
  return releases
    ? `${layers}, and no release of the base is found in it`
    : `${layers}, and the base's other releases were not looked at`;
}
