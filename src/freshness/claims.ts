import type { Provenance } from '../attestation/provenance.js';
import { baseOfProvenance } from '../attestation/provenance-base.js';
import { isDigest, type Digest } from '../oci/digest.js';
import { matchesPlatform } from '../oci/platform.js';
import {
  formatReference,
  parseRegistryReference,
  type ImageReference,
  type RegistryReference,
} from '../oci/reference.js';
import { isImgcheckError } from '../core/error.js';
import type { Image } from '../source/image.js';

/** Who says so, the most trusted first. */
export type ClaimSource =
  'option' | 'signed-provenance' | 'provenance' | 'annotation' | 'label' | 'history' | 'policy' | 'build-info';

/** Provenance of the image, and whether a signature that counts covers it. */
export interface StatedProvenance {
  readonly provenance: Provenance;
  readonly signed: boolean;
}

/** Somebody's word on which image this one was built from. Evidence only once layers prove it. */
export interface BaseClaim {
  readonly reference: ImageReference;
  /** What the base was when it was built on: an index or a platform manifest. */
  readonly digest?: Digest;
  readonly how: readonly ClaimSource[];
  /** What each source says by itself; as the claim says where this is left out. */
  readonly said?: readonly SourceWords[];
  /** The tag of the very release it was built on, where a source says that beside the name to follow. */
  readonly release?: string;
  /** One of several images that a build used for something: it is no news that it is not the base. */
  readonly tentative?: true;
}

/** One source's own words. */
export interface SourceWords {
  readonly source: ClaimSource;
  readonly says: string;
  readonly digest?: Digest | undefined;
}

/** What one source says, before equal claims are made one. */
type Saying = Pick<BaseClaim, 'reference' | 'digest' | 'tentative'> & { readonly how: ClaimSource };

export const baseNameKey = 'org.opencontainers.image.base.name';
const baseDigest = 'org.opencontainers.image.base.digest';

export interface Claims {
  readonly claims: readonly BaseClaim[];
  /** Claims that could not be understood, in words. */
  readonly remarks: readonly string[];
}

/**
 * Every base that is named by `--base`, provenance, the image-spec annotations (annotations.md), the same keys as labels,
 * or buildah's history comment `FROM name`; equal names are one claim. An empty name and `scratch` say that there is none.
 */
export function gatherClaims(
  image: Image,
  option: ImageReference | undefined,
  provenances: readonly StatedProvenance[] = [],
): Claims {
  const remarks: string[] = [];
  const found: Saying[] = [];
  if (option) {
    const pinned = option.transport === 'docker' && option.tag !== undefined ? option.digest : undefined;
    found.push({ reference: option, how: 'option', ...(pinned ? { digest: pinned } : {}) });
  }
  for (const signed of [true, false]) {
    for (const { provenance } of provenances.filter((one) => one.signed === signed)) {
      const stated = readProvenanceBase(provenance, signed ? 'signed-provenance' : 'provenance', image);
      found.push(...stated.found);
      remarks.push(...stated.remarks);
    }
  }
  const said = (how: ClaimSource, name: string | undefined, digest: string | undefined): void => {
    if (!name && digest) remarks.push(`the ${how} gives the digest of a base, but not its name`);
    if (!name || name === 'scratch') return;
    const reference = readName(name);
    if (!reference) {
      remarks.push(
        `the ${how} names the base ${JSON.stringify(name.slice(0, 200))}, which is not a qualified image reference`,
      );
      return;
    }
    if (digest && !isDigest(digest)) remarks.push(`the ${how} gives a base digest that is none`);
    const known = digest && isDigest(digest) ? digest : reference.digest;
    found.push({ reference, how, ...(known ? { digest: known } : {}) });
  };
  said('annotation', image.manifest.annotations[baseNameKey], image.manifest.annotations[baseDigest]);
  said('label', image.config.run.labels[baseNameKey], image.config.run.labels[baseDigest]);
  said('history', historyName(image), undefined);
  return { claims: merge(found), remarks };
}

/** An image of another platform that a build used is a tool of it, not what it was built on. */
function readProvenanceBase(
  provenance: Provenance,
  how: ClaimSource,
  { platform }: Image,
): { readonly found: readonly Saying[]; readonly remarks: readonly string[] } {
  const { candidates, exact, remark } = baseOfProvenance(provenance);
  const possible = candidates.filter((one) => exact || !one.platform || matchesPlatform(one.platform, platform));
  const found = possible.map(({ reference, digest }): Saying => ({
    reference,
    how,
    ...(digest ? { digest } : {}),
    ...(exact ? {} : { tentative: true }),
  }));
  return { found, remarks: remark === undefined ? [] : [`the ${how} ${remark}`] };
}

/**
 * The last `FROM name` that buildah left in a history comment, when it names an image; else the last one that names a
 * stage or an id: it says at least that there is a base.
 */
function historyName(image: Image): string | undefined {
  // Two steps: one expression for both would take for ever on a long comment that almost fits.
  const words = image.config.history.flatMap((line) => /^FROM (\S+)$/.exec(line.comment ?? '')?.[1] ?? []);
  return words.filter((word) => /[./:]/.test(word.slice(1, -1))).at(-1) ?? words.at(-1);
}

function readName(name: string): RegistryReference | undefined {
  try {
    return parseRegistryReference(name);
  } catch (error) {
    if (isImgcheckError(error, 'usage')) return undefined;
    throw error;
  }
}

function merge(found: readonly Saying[]): BaseClaim[] {
  const claims: BaseClaim[] = [];
  for (const one of found) {
    const same = claims.findIndex(
      (claim) =>
        sameName(claim.reference, one.reference) && (!claim.digest || !one.digest || claim.digest === one.digest),
    );
    const old = claims[same];
    if (old) claims[same] = join(old, one);
    else claims.push({ ...one, how: [one.how], said: [wordsOf(one)] });
  }
  return claims;
}

/** What one source says for certain is not made doubtful by another. */
function join({ tentative, ...old }: BaseClaim, one: Saying): BaseClaim {
  const digest = old.digest ?? one.digest;
  return {
    ...old,
    ...(old.how.includes(one.how) ? {} : { how: [...old.how, one.how], said: [...(old.said ?? []), wordsOf(one)] }),
    ...(digest ? { digest } : {}),
    ...(tentative && one.tentative ? { tentative } : {}),
  };
}

function wordsOf({ reference, digest, how }: Saying): SourceWords {
  const full = reference.transport === 'docker' && digest !== undefined ? { ...reference, digest } : reference;
  return { source: how, says: formatReference(full), digest };
}

function sameName(a: ImageReference, b: ImageReference): boolean {
  if (a.transport !== 'docker' || b.transport !== 'docker') return false;
  return a.registry === b.registry && a.repository === b.repository && tagOf(a) === tagOf(b);
}

/** A name without a tag means `latest` (annotations.md), but not when it pins a digest. */
function tagOf({ tag, digest }: RegistryReference): string | undefined {
  return tag ?? (digest === undefined ? 'latest' : undefined);
}
