import { settle } from '../core/attempt.js';
import { formatReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { plausibleTime } from './created.js';
import type { Release } from './freshness.js';
import { orderReleases, type ReleaseTag } from './release-tags.js';
import type { Upstream } from './upstream.js';

/** At most so many releases are opened in one search. */
export const releaseLimit = 20;

export function releaseOf(image: Image, reference = formatReference(image.reference)): Release {
  const { created } = image.config;
  return {
    reference,
    digest: image.descriptor.digest,
    ...(created !== undefined && plausibleTime(created) !== undefined ? { created } : {}),
  };
}

export interface ReleaseList {
  /** Newest first; undefined when the tags cannot be ordered. */
  readonly ordered: readonly ReleaseTag[] | undefined;
  /** Why the list is missing, cannot be ordered or may not be whole. */
  readonly problem?: string;
  readonly tags: number;
}

/** The releases of a repository that can be ordered with the tag asked for; never throws for what a registry refuses. */
export async function listReleases(
  upstream: Upstream,
  reference: RegistryReference,
  architecture: string,
): Promise<ReleaseList> {
  const list = await settle(() => upstream.tags(reference), ['integrity', 'hostile']);
  if (!list.ok) return { ordered: undefined, problem: `the tag list could not be had: ${list.error.message}`, tags: 0 };
  const { tags, complete } = list.value;
  const ordered = orderReleases(tags, reference.tag, architecture);
  return {
    ordered,
    tags: tags.length,
    ...(ordered ? {} : { problem: `none of its ${tags.length} tags can be ordered as a release` }),
    ...(complete ? {} : { problem: `its tag list is longer than the ${tags.length} tags that were read` }),
  };
}

export interface FoundRelease {
  readonly tag: ReleaseTag;
  readonly image: Image;
  /** Newer releases with other content than the one found and than each other. */
  readonly newer: number;
}

/**
 * Opens releases newest first until one satisfies, at most `releaseLimit` of them. A release that cannot be had for this
 * platform is passed over.
 */
export async function findRelease(
  upstream: Upstream,
  repository: RegistryReference,
  releases: readonly ReleaseTag[],
  satisfies: (image: Image) => boolean,
): Promise<FoundRelease | undefined> {
  const seen = new Set<string>();
  for (const tag of releases.slice(0, releaseLimit)) {
    const reference: RegistryReference = {
      transport: 'docker',
      registry: repository.registry,
      repository: repository.repository,
      tag: tag.tag,
    };
    const opened = await settle(() => upstream.image(reference), ['integrity', 'hostile']);
    if (!opened.ok) continue;
    const image = opened.value;
    if (satisfies(image)) {
      seen.delete(image.descriptor.digest);
      return { tag, image, newer: seen.size };
    }
    seen.add(image.descriptor.digest);
  }
  return undefined;
}
