import { settle } from '../core/attempt.js';
import { formatReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { daysBetween } from './created.js';
import type { BaseVerdict } from './freshness.js';
import { parseReleaseTag, type ReleaseTag } from './release-tags.js';
import { findRelease, listReleases, releaseOf } from './releases.js';
import type { Upstream } from './upstream.js';

/**
 * An image that is itself a base is judged against what its own tag resolves to today, and against newer release tags of
 * its own repository. The newest is fresh, an older one stale; what cannot be ordered is unknown.
 */
export async function judgeSelf(image: Image, upstream: Upstream): Promise<BaseVerdict> {
  const { reference } = image;
  const known = { how: ['own-tag'], proof: 'self', layers: image.layers.length, behind: {} } as const;
  if (reference.transport !== 'docker') {
    return {
      ...known,
      reference: formatReference(reference),
      outcome: 'unknown',
      reason:
        'no base is named by any source, and a local image has no repository whose newer releases could be asked for',
      remedy: 'name the base with --base',
    };
  }
  const tagged: RegistryReference = {
    transport: 'docker',
    registry: reference.registry,
    repository: reference.repository,
    ...(reference.tag === undefined ? {} : { tag: reference.tag }),
  };
  const subject = formatReference(tagged);
  const moved = await movedTag(image, tagged, upstream);
  const list = await listReleases(upstream, tagged, image.platform.architecture);
  const own = reference.tag === undefined ? undefined : parseReleaseTag(reference.tag);
  if (!list.ordered || list.problem !== undefined) {
    if (moved) return stale(subject, image, moved, undefined);
    const alone = list.tags === 1 && reference.tag !== undefined;
    return alone
      ? {
          ...known,
          reference: subject,
          outcome: 'fresh',
          reason: 'it is what its tag resolves to, and the repository has no other tag',
          builtFrom: releaseOf(image),
          current: releaseOf(image),
          image,
        }
      : {
          ...known,
          reference: subject,
          outcome: 'unknown',
          reason: `no newer release can be told: ${list.problem ?? ''}`,
          remedy,
        };
  }
  return judgeAmongReleases({ image, tagged, own, moved, ordered: list.ordered, upstream });
}

const remedy = 'name its base with --base, or --base scratch if it has none';

interface AmongReleases {
  readonly image: Image;
  readonly tagged: RegistryReference;
  readonly own: ReleaseTag | undefined;
  readonly moved: Image | undefined;
  readonly ordered: readonly ReleaseTag[];
  readonly upstream: Upstream;
}

async function judgeAmongReleases({
  image,
  tagged,
  own,
  moved,
  ordered,
  upstream,
}: AmongReleases): Promise<BaseVerdict> {
  const subject = formatReference(tagged);
  const known = { reference: subject, how: ['own-tag'], proof: 'self', layers: image.layers.length } as const;
  const isThis = (one: Image): boolean => one.descriptor.digest === image.descriptor.digest;
  const newest = await findRelease(upstream, tagged, ordered, () => true);
  if (!newest) {
    return {
      ...known,
      outcome: 'unknown',
      reason: 'none of its repository’s releases could be had for this platform',
      behind: {},
      remedy,
    };
  }
  if (isThis(newest.image)) {
    const current = releaseOf(newest.image);
    const reason = `it is ${newest.tag.tag}, the newest release of its repository`;
    return {
      ...known,
      outcome: 'fresh',
      reason,
      builtFrom: releaseOf(image),
      current,
      behind: {},
      image: newest.image,
    };
  }
  if (own) {
    const place = ordered.findIndex((one) => one.tag === own.tag);
    // The asked tag may be missing from the list (deleted since); then everything ordered above it still counts.
    if (place === 0)
      return moved ? stale(subject, image, moved, undefined) : stale(subject, image, newest.image, undefined);
    return stale(subject, image, newest.image, place < 0 ? undefined : place);
  }
  const found = await findRelease(upstream, tagged, ordered, isThis);
  if (found) return stale(subject, image, newest.image, found.newer);
  if (moved) return stale(subject, image, moved, undefined);
  return {
    ...known,
    outcome: 'unknown',
    reason: `it is none of the newest releases of its repository (the newest is ${newest.tag.tag})`,
    behind: {},
    current: releaseOf(newest.image),
    image: newest.image,
    remedy,
  };
}

/** What the tag resolves to today, when that is not the image at hand (it was asked for by digest). */
async function movedTag(image: Image, tagged: RegistryReference, upstream: Upstream): Promise<Image | undefined> {
  if (tagged.tag === undefined || image.reference.transport !== 'docker' || image.reference.digest === undefined) {
    return undefined;
  }
  const today = await settle(() => upstream.image(tagged), ['integrity', 'hostile']);
  return today.ok && today.value.descriptor.digest !== image.descriptor.digest ? today.value : undefined;
}

function stale(subject: string, image: Image, today: Image, releases: number | undefined): BaseVerdict {
  const days = daysBetween(image, today);
  return {
    reference: subject,
    how: ['own-tag'],
    proof: 'self',
    outcome: 'stale',
    reason: `a newer release is there: ${formatReference(today.reference)}`,
    remedy: `use ${formatReference(today.reference)}`,
    layers: image.layers.length,
    builtFrom: releaseOf(image),
    current: releaseOf(today),
    behind: { ...(releases === undefined ? {} : { releases }), ...(days === undefined ? {} : { days }) },
    image: today,
  };
}
