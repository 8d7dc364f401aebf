import { isDigest, type Digest } from '../oci/digest.js';
import { parseRegistryReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import { isImgcheckError } from '../core/error.js';
import type { Image } from '../source/image.js';

/** Who says so, the most trusted first. */
export type ClaimSource = 'option' | 'annotation' | 'label' | 'history' | 'policy';

/** Somebody's word on which image this one was built from. Evidence only once layers prove it. */
export interface BaseClaim {
  readonly reference: ImageReference;
  /** What the base was when it was built on: an index or a platform manifest. */
  readonly digest?: Digest;
  readonly how: readonly ClaimSource[];
}

const baseName = 'org.opencontainers.image.base.name';
const baseDigest = 'org.opencontainers.image.base.digest';

export interface Claims {
  readonly claims: readonly BaseClaim[];
  /** Claims that could not be understood, in words. */
  readonly remarks: readonly string[];
}

/**
 * Every base that is named by `--base`, the image-spec annotations (annotations.md), the same keys as labels, or
 * buildah's history comment `FROM name`; equal names are one claim. An empty name and `scratch` say that there is none.
 */
export function gatherClaims(image: Image, option: ImageReference | undefined): Claims {
  const remarks: string[] = [];
  const found: { reference: ImageReference; digest?: Digest; how: ClaimSource }[] = [];
  if (option) {
    const pinned = option.transport === 'docker' && option.tag !== undefined ? option.digest : undefined;
    found.push({ reference: option, how: 'option', ...(pinned ? { digest: pinned } : {}) });
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
  said('annotation', image.manifest.annotations[baseName], image.manifest.annotations[baseDigest]);
  said('label', image.config.run.labels[baseName], image.config.run.labels[baseDigest]);
  said('history', historyName(image), undefined);
  return { claims: merge(found), remarks };
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

function merge(found: readonly { reference: ImageReference; digest?: Digest; how: ClaimSource }[]): BaseClaim[] {
  const claims: BaseClaim[] = [];
  for (const one of found) {
    const same = claims.findIndex(
      (claim) =>
        sameName(claim.reference, one.reference) && (!claim.digest || !one.digest || claim.digest === one.digest),
    );
    const old = claims[same];
    if (!old) claims.push({ ...one, how: [one.how] });
    else {
      const digest = old.digest ?? one.digest;
      claims[same] = { ...old, how: [...old.how, one.how], ...(digest ? { digest } : {}) };
    }
  }
  return claims;
}

function sameName(a: ImageReference, b: ImageReference): boolean {
  if (a.transport !== 'docker' || b.transport !== 'docker') return false;
  return a.registry === b.registry && a.repository === b.repository && tagOf(a) === tagOf(b);
}

/** A name without a tag means `latest` (annotations.md), but not when it pins a digest. */
function tagOf({ tag, digest }: RegistryReference): string | undefined {
  return tag ?? (digest === undefined ? 'latest' : undefined);
}
