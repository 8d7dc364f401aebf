import { formatReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import type { Release } from './freshness.js';
import { openBase } from './open-base.js';
import { provesBase } from './prefix.js';
import { named, releaseOf } from './releases.js';
import type { Upstream } from './upstream.js';

/** The very image that a claim says it was built on. */
export interface NotedBase {
  /** Undefined where nothing is noted, it could not be had, or its layers are not the image's first. */
  readonly image: Image | undefined;
  /** Why it could not be had, in words. */
  readonly doubt?: string;
  /** That its layers are others, in words; the user's own claims contradict nobody. */
  readonly conflict?: string;
}

/** Opens the base by the digest that the claim notes (of an index or a platform manifest), or else by its release's tag. */
export async function openNoted(
  { reference, digest, release, how }: BaseClaim,
  image: Image,
  upstream: Upstream,
): Promise<NotedBase> {
  if (reference.transport !== 'docker' || (digest === undefined && release === undefined)) return { image: undefined };
  const noted = digest === undefined ? { tag: release ?? '' } : { digest };
  const pinned = { ...named(reference), ...noted };
  const opened = await openBase(upstream, pinned, image);
  if (!opened.ok) {
    const what = digest === undefined ? `the release ${release ?? ''}` : 'the digest';
    return { image: undefined, doubt: `${what} it names could not be had: ${opened.error.message}` };
  }
  if (provesBase(opened.value, image)) return { image: opened.value };
  const sources = how.filter((one) => one !== 'option' && one !== 'policy');
  if (sources.length === 0) return { image: undefined };
  return {
    image: undefined,
    conflict: `according to the ${sources.join(' and ')} it was built on ${formatReference(pinned)}, but those layers are not its first ones`,
  };
}

/** How the digest that was noted at the build stands beside the base of today, whose layers are the image's first. */
export interface Movement {
  readonly origin: Image;
  readonly builtFrom: Release;
  /** What moved though these layers did not. */
  readonly words?: string;
  readonly conflict?: string;
}

/**
 * Tells what moved of a base whose layers did not: the index, or the manifest. Where the noted digest is today's nothing
 * is asked; else it is opened, which counts as a search for the release that it was.
 */
export async function tellMovement(
  claim: BaseClaim,
  image: Image,
  today: Image,
  current: Release,
  upstream: Upstream,
  { releases, now }: { readonly releases: boolean; readonly now?: Date | undefined },
): Promise<Movement> {
  const still: Movement = { origin: today, builtFrom: current };
  const { digest } = claim;
  if (digest === undefined || digest === today.resolved.digest || digest === today.descriptor.digest) return still;
  const words = 'the digest that was noted at the build is another, the layers for this platform are not';
  const noted: NotedBase = releases ? await openNoted(claim, image, upstream) : { image: undefined };
  if (!noted.image) return { ...still, words, ...(noted.conflict === undefined ? {} : { conflict: noted.conflict }) };
  const same = noted.image.descriptor.digest === today.descriptor.digest;
  return {
    origin: noted.image,
    builtFrom: releaseOf(noted.image, now),
    words: same
      ? 'the index moved, this platform did not'
      : 'its manifest was made anew since the build, of the same layers',
  };
}
