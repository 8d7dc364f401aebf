import { settle } from '../core/attempt.js';
import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { BaseClaim } from './claims.js';
import { daysBetween } from './created.js';
import type { BaseVerdict } from './freshness.js';
import { provesBase } from './prefix.js';
import { findRelease, listReleases, releaseOf, type FoundRelease } from './releases.js';
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
  const tagged = withoutDigest(claim.reference);
  const reference = formatReference(tagged);
  const known = { reference, how: claim.how, behind: {} } as const;
  const opened = await settle(() => upstream.image(tagged), ['integrity', 'hostile']);
  if (!opened.ok) {
    const reason = `the base could not be had: ${opened.error.message}`;
    return {
      verdict: {
        ...known,
        proof: 'none',
        outcome: 'unknown',
        reason,
        layers: 0,
        ...(opened.error.hint ? { remedy: opened.error.hint } : {}),
      },
    };
  }
  const today = opened.value;
  const current = releaseOf(today, reference);
  const proof = provesBase(today, image);
  if (proof) {
    const reason =
      today.layers.length === image.layers.length
        ? 'its layers are exactly those of the base as it is today'
        : 'its first layers are those of the base as it is today';
    return {
      verdict: {
        ...known,
        proof,
        outcome: 'fresh',
        reason,
        layers: today.layers.length,
        builtFrom: current,
        current,
        image: today,
      },
    };
  }
  const pinned = await openPinned(claim, image, upstream);
  const found = options.releases ? await searchRelease(claim, image, upstream) : undefined;
  const built = found?.image ?? (pinned?.proof ? pinned.image : undefined);
  const conflict = pinned && !pinned.proof ? pinned.reason : undefined;
  if (!built) {
    return {
      verdict: {
        ...known,
        proof: 'none',
        outcome: 'unknown',
        reason: notProved(today, image),
        remedy: 'name the base it was built from with --base, or rebuild it from that base',
        layers: 0,
        current,
        image: today,
        foreign: image.layers[0]?.descriptor.digest !== today.layers[0]?.descriptor.digest,
      },
      ...(conflict ? { conflict } : {}),
    };
  }
  return { verdict: staleVerdict(known, image, today, built, found), ...(conflict ? { conflict } : {}) };
}

function staleVerdict(
  known: Pick<BaseVerdict, 'reference' | 'how' | 'behind'>,
  image: Image,
  today: Image,
  built: Image,
  found: FoundRelease | undefined,
): BaseVerdict {
  const days = daysBetween(built, today);
  return {
    ...known,
    proof: provesBase(built, image) ?? 'none',
    outcome: 'stale',
    reason: `its first layers are those of an older release of the base, not of today's`,
    remedy: `rebuild it on ${known.reference}`,
    layers: built.layers.length,
    builtFrom: releaseOf(built),
    current: releaseOf(today, known.reference),
    behind: { ...(found ? { releases: found.newer } : {}), ...(days === undefined ? {} : { days }) },
    image: today,
  };
}

/** The base by the digest that the claim pins (an index or a platform manifest): it proves the claim, or contradicts it. */
async function openPinned(
  claim: BaseClaim,
  image: Image,
  upstream: Upstream,
): Promise<{ image: Image; proof: boolean; reason: string } | undefined> {
  const { reference, digest } = claim;
  if (digest === undefined || reference.transport !== 'docker') return undefined;
  const pinned: RegistryReference = {
    transport: 'docker',
    registry: reference.registry,
    repository: reference.repository,
    digest,
  };
  const opened = await settle(() => upstream.image(pinned), ['integrity', 'hostile']);
  if (!opened.ok) return undefined;
  return {
    image: opened.value,
    proof: provesBase(opened.value, image) !== undefined,
    reason: `the ${claim.how.join(' and ')} says that it was built on ${formatReference(pinned)}, but those layers are not its first ones`,
  };
}

async function searchRelease(claim: BaseClaim, image: Image, upstream: Upstream): Promise<FoundRelease | undefined> {
  if (claim.reference.transport !== 'docker') return undefined;
  const list = await listReleases(upstream, claim.reference, image.platform.architecture);
  if (!list.ordered) return undefined;
  return findRelease(upstream, claim.reference, list.ordered, (one) => provesBase(one, image) !== undefined);
}

function notProved(today: Image, image: Image): string {
  const shared = today.layers.findIndex((layer, i) => layer.descriptor.digest !== image.layers[i]?.descriptor.digest);
  return shared > 0
    ? `only ${shared} of the base's ${today.layers.length} layers are its first ones, and no release of the base is found in it`
    : 'it shares no layer with the base, and no release of the base is found in it';
}

/** A pinned name says what it was; what it is today is asked by its tag. A name without a tag means `latest`, as everywhere. */
function withoutDigest(reference: ImageReference): ImageReference {
  if (reference.transport !== 'docker') return reference;
  const { transport, registry, repository, tag } = reference;
  return { transport, registry, repository, tag: tag ?? 'latest' };
}
