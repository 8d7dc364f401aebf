import { settle } from '../core/attempt.js';
import { formatReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { judgeDate } from './created.js';
import type { Release } from './freshness.js';
import { openBase } from './open-base.js';
import { sameContent } from './prefix.js';
import { orderReleases, releasesUnder, type ReleaseTag } from './release-tags.js';
import type { Upstream } from './upstream.js';

/** At most so many releases are opened in one search. */
export const releaseLimit = 20;

/** Of a date that is none only so much is repeated. */
const statedLength = 64;

export function releaseOf(image: Image, now?: Date, reference = formatReference(image.reference)): Release {
  const { created } = image.config;
  const { trust } = judgeDate(created, now);
  return {
    reference,
    digest: image.descriptor.digest,
    ...(image.index ? { index: image.resolved.digest } : {}),
    createdFrom: 'config',
    createdTrust: trust,
    ...(created === undefined
      ? {}
      : trust === 'plausible'
        ? { created }
        : { createdStated: created.slice(0, statedLength) }),
  };
}

export interface ReleaseList {
  /** Newest first; undefined when the tags cannot be ordered. */
  readonly ordered: readonly ReleaseTag[] | undefined;
  /** Those that the tag asked for stands for by and by, newest first. */
  readonly under: readonly ReleaseTag[];
  /** Why the list is missing, cannot be ordered or may not be whole. */
  readonly problem?: string;
  /** Those of images: signatures and other attachments left out. */
  readonly tags: readonly string[];
}

/** What cosign and the referrers fallback make of a digest: no name of an image. */
const attachment = /^sha(?:256|512)-[0-9a-f]{32,}/;

/** The releases of a repository that can be ordered with the tag asked for; never throws for what a registry refuses. */
export async function listReleases(
  upstream: Upstream,
  reference: RegistryReference,
  architecture: string,
): Promise<ReleaseList> {
  const list = await settle(() => upstream.tags(reference), ['integrity', 'hostile']);
  if (!list.ok)
    return { ordered: undefined, problem: `the tag list could not be had: ${list.error.message}`, under: [], tags: [] };
  const { complete } = list.value;
  const tags = list.value.tags.filter((tag) => !attachment.test(tag));
  const ordered = orderReleases(tags, reference.tag, architecture);
  const under = releasesUnder(tags, reference.tag, architecture);
  const problem = complete
    ? ordered
      ? undefined
      : `none of its ${tags.length} tags can be ordered as a release`
    : `its tag list is longer than the ${list.value.tags.length} tags that were read`;
  return { ordered, under, tags, ...(problem === undefined ? {} : { problem }) };
}

export interface FoundRelease {
  readonly tag: ReleaseTag;
  readonly image: Image;
  /** The newer ones that were opened on the way, newest first, each content once and none like the one found. */
  readonly passed: readonly Image[];
}

export interface ReleaseSearch {
  readonly found: FoundRelease | undefined;
  /** Why a newer release than the one found, or the one sought, may have been missed. */
  readonly doubt?: string;
}

/**
 * Opens releases newest first until one satisfies, at most `limit` of them. One that is gone, of another platform
 * or no image is passed over; one that could not be had for another reason is passed over too, and said.
 */
export async function findRelease(
  upstream: Upstream,
  repository: RegistryReference,
  releases: readonly ReleaseTag[],
  like: Image,
  satisfies: (image: Image) => boolean,
  limit = releaseLimit,
): Promise<ReleaseSearch> {
  const passed: Image[] = [];
  let doubt: string | undefined;
  for (const tag of releases.slice(0, limit)) {
    const opened = await openBase(upstream, { ...named(repository), tag: tag.tag }, like);
    if (!opened.ok) {
      const { kind, message } = opened.error;
      if (kind !== 'missing' && kind !== 'unsupported') doubt ??= `${tag.tag} could not be had: ${message}`;
      continue;
    }
    const image = opened.value;
    if (satisfies(image)) {
      const found = { tag, image, passed: passed.filter((one) => !sameContent(one, image)) };
      return { found, ...(doubt === undefined ? {} : { doubt }) };
    }
    if (!passed.some((one) => sameContent(one, image))) passed.push(image);
  }
  if (releases.length > limit) {
    doubt ??= `only the newest ${limit} of its ${releases.length} releases were looked at`;
  }
  return { found: undefined, ...(doubt === undefined ? {} : { doubt }) };
}

/**
 * How many releases lie between the one found and what a tag names today; undefined where today's is none of those that
 * were opened, or some may have been missed.
 */
export function releasesBetween({ found, doubt }: ReleaseSearch, today: Image): number | undefined {
  if (!found || doubt !== undefined) return undefined;
  const at = found.passed.findIndex((one) => sameContent(one, today));
  return at < 0 ? undefined : found.passed.length - at;
}

/** The repository alone. */
export function named({ registry, repository }: RegistryReference): RegistryReference {
  return { transport: 'docker', registry, repository };
}
