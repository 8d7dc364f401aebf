import { isImgcheckError, type ImgcheckError } from '../core/error.js';
import { formatReference, type RegistryReference } from '../oci/reference.js';
import { canonicalReference, parseDockerName } from '../oci/docker-name.js';
import type { IdentityRule } from './policy-requirement.js';

/** Whether a signature is for the image; if not, in one sentence what would have to be otherwise. */
export type IdentityMatch = { readonly matches: true } | { readonly matches: false; readonly reason: string };

/**
 * Compares the name that a signature binds with the name that was asked for (containers-policy.json(5), signedIdentity).
 * No default tag is added to either: a name that has neither tag nor digest is not exact.
 * @param image as it was typed, before mirrors; undefined for an image that no registry names
 * @param signed as it stands in the signature; one that is not a reference matches nothing
 */
export function matchesIdentity(
  rule: IdentityRule,
  image: RegistryReference | undefined,
  signed: string,
): IdentityMatch {
  const claimed = attemptName(signed);
  if (!isReference(claimed)) return no(`expected a signature for an image reference, got one for ${cut(signed)}`);
  if (rule.type === 'exactReference') return exactly(parseDockerName(rule.reference), claimed);
  if (rule.type === 'exactRepository') return sameRepository(parseDockerName(rule.repository), claimed);
  if (!image) {
    return no(
      `${rule.type} compares with the name of an image in a registry: only exactReference and exactRepository do not`,
    );
  }
  const asked = canonicalReference(image);
  switch (rule.type) {
    case 'matchExact':
      return exactly(asked, claimed);
    case 'matchRepository':
      return sameRepository(asked, claimed);
    case 'matchRepoDigestOrExact':
      return repositoryByDigestOrExactly(asked, claimed);
    case 'remapIdentity': {
      const remapped = remapReference(rule, asked);
      if (remapped) return repositoryByDigestOrExactly(remapped, claimed);
      return no(`signedPrefix ${rule.signedPrefix} does not make an image reference of ${formatReference(asked)}`);
    }
  }
}

/**
 * The name with the prefix replaced by the signed one, tag and digest kept; as it is when the prefix is another.
 * Undefined when that is not a full reference.
 */
export function remapReference(
  rule: { readonly prefix: string; readonly signedPrefix: string },
  image: RegistryReference,
): RegistryReference | undefined {
  const name = repositoryOf(image);
  if (name !== rule.prefix && !name.startsWith(`${rule.prefix}/`)) return image;
  const text = rule.signedPrefix + formatReference(image).slice(rule.prefix.length);
  const remapped = attemptName(text);
  return isReference(remapped) && formatReference(remapped) === text ? remapped : undefined;
}

function repositoryByDigestOrExactly(asked: RegistryReference, claimed: RegistryReference): IdentityMatch {
  if (asked.tag !== undefined || asked.digest === undefined || !isFull(claimed)) return exactly(asked, claimed);
  // The signature binds the digest of the manifest, which the reader has compared with the one asked for.
  return sameRepository(asked, claimed);
}

function exactly(expected: RegistryReference, claimed: RegistryReference): IdentityMatch {
  const [wanted, got] = [formatReference(expected), formatReference(claimed)];
  if (!isFull(expected)) return no(`${wanted} has neither a tag nor a digest, which an exact name needs`);
  if (!isFull(claimed)) {
    return no(
      `expected a signature for ${wanted}, got one for ${got}, without a tag: only matchRepository and exactRepository allow that`,
    );
  }
  return wanted === got ? { matches: true } : no(`expected a signature for ${wanted}, got one for ${got}`);
}

function sameRepository(expected: RegistryReference, claimed: RegistryReference): IdentityMatch {
  const wanted = repositoryOf(expected);
  if (wanted === repositoryOf(claimed)) return { matches: true };
  return no(`expected a signature for the repository ${wanted}, got one for ${formatReference(claimed)}`);
}

function repositoryOf({ registry, repository }: RegistryReference): string {
  return `${registry}/${repository}`;
}

function isFull({ tag, digest }: RegistryReference): boolean {
  return tag !== undefined || digest !== undefined;
}

function no(reason: string): IdentityMatch {
  return { matches: false, reason };
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : JSON.stringify(text);
}

function attemptName(text: string): RegistryReference | ImgcheckError {
  try {
    return parseDockerName(text);
  } catch (error) {
    if (isImgcheckError(error, 'usage')) return error;
    throw error;
  }
}

function isReference(attempt: RegistryReference | ImgcheckError): attempt is RegistryReference {
  return 'transport' in attempt;
}
