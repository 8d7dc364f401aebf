import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import { isOlder } from './created.js';
import { openNoted } from './noted-digest.js';
import { provesBase } from './prefix.js';
import { findRelease, listReleases, releaseLimit, releasesBetween } from './releases.js';
import { compareReleaseTags, parseReleaseTag } from './release-tags.js';
import type { Upstream } from './upstream.js';

export interface OriginOptions {
  /** Whether the repository's other tags may be looked at. */
  readonly releases: boolean;
  /** Later dates than this are not believed. */
  readonly now?: Date | undefined;
}

/** The release that the image was built from, as far as it was found. */
export interface Origin {
  readonly image: Image | undefined;
  /** Between it and what the base is today. */
  readonly releases: number | undefined;
  /** It is newer than what the base's tag names today. */
  readonly newer: boolean;
  /** What stood in the way of finding it, in words. */
  readonly doubts: readonly string[];
  readonly conflict?: string;
}

/** Looks for the release an image was built from, by what the claim notes and among the repository's, newest first. */
export async function findOrigin(
  claim: BaseClaim,
  image: Image,
  today: Image,
  upstream: Upstream,
  options: OriginOptions,
): Promise<Origin> {
  const noted = await openNoted(claim, image, upstream);
  const released = options.releases ? await searchReleases(claim, image, today, upstream) : undefined;
  const built = released?.image ?? noted.image;
  const older = built !== undefined && released?.releases === undefined && isOlder(today, built, options.now);
  return {
    image: built,
    releases: released?.releases,
    newer: released?.newer === true || older,
    doubts: [...(noted.doubt === undefined ? [] : [noted.doubt]), ...(released?.doubts ?? [])],
    ...(noted.conflict === undefined ? {} : { conflict: noted.conflict }),
  };
}

async function searchReleases(claim: BaseClaim, image: Image, today: Image, upstream: Upstream): Promise<Origin> {
  const none = { image: undefined, releases: undefined, newer: false };
  if (claim.reference.transport !== 'docker') return { ...none, doubts: [] };
  const { ordered, under, problem } = await listReleases(upstream, claim.reference, image.platform.architecture);
  const listed = problem === undefined ? [] : [problem];
  if (!ordered && under.length === 0) return { ...none, doubts: listed };
  const proves = (one: Image): boolean => provesBase(one, image) !== undefined;
  // A tag that moves is followed through the releases that it stood for; the repository's others come after them.
  const close = await findRelease(upstream, claim.reference, under, image, proves);
  const left = Math.max(0, releaseLimit - under.length);
  const search = close.found ? close : await findRelease(upstream, claim.reference, ordered ?? [], image, proves, left);
  const doubts = [...listed, ...new Set([close, search].flatMap(({ doubt }) => doubt ?? []))];
  if (!search.found) return { ...none, doubts };
  const releases = problem === undefined ? releasesBetween(search, today) : undefined;
  const { tag } = claim.reference;
  const followed = tag === undefined || close.found ? undefined : parseReleaseTag(tag);
  const newer = followed !== undefined && compareReleaseTags(search.found.tag, followed) > 0;
  return { image: search.found.image, releases, newer, doubts };
}
