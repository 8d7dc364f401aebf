import { formatReference } from '../oci/reference.js';
import type { Digest } from '../oci/digest.js';
import type { BaseClaim, ClaimSource } from './claims.js';
import type { Proof } from './freshness.js';

/**
 * How far one source's word on a base is borne out. `claimed`: nothing but its word; `corroborated`: a witness that does
 * not depend on it says the same; `proved`: the layers do.
 */
export type SourceTrust = 'claimed' | 'corroborated' | 'proved';

/** Who names a base, in which words, and what that is worth. */
export interface BaseSource {
  readonly source: ClaimSource | 'own-tag';
  readonly trust: SourceTrust;
  /** The name as this source gives it, with the digest where it gives one. */
  readonly says: string;
}

/** Who wrote it: what one hand wrote twice is not corroborated. */
const witnesses: Readonly<Record<BaseSource['source'], string>> = {
  option: 'user',
  policy: 'user',
  'signed-provenance': 'builder',
  provenance: 'builder',
  annotation: 'publisher',
  label: 'publisher',
  history: 'publisher',
  'own-tag': 'publisher',
  'build-info': 'layers',
};

/** The sources of a claim; one that gives a digest beside the name is proved only where that is one of the proved ones. */
export function sourcesOf(claim: BaseClaim, proof: Proof, known: readonly Digest[] = []): readonly BaseSource[] {
  const said = claim.said ?? claim.how.map((source) => ({ source, digest: claim.digest, says: wordsOf(claim) }));
  return weighed(
    said.map(({ source, digest, says }) => ({
      source,
      says,
      trust: isProof(proof) && (digest === undefined || known.includes(digest)) ? 'proved' : 'claimed',
    })),
  );
}

/** With one more source that says the same: it corroborates the others, and they it. */
export function withSource(sources: readonly BaseSource[], more: BaseSource): readonly BaseSource[] {
  return weighed([...sources, more]);
}

export function isProof(proof: Proof): boolean {
  return proof === 'layers' || proof === 'diff-ids';
}

function weighed(sources: readonly BaseSource[]): readonly BaseSource[] {
  const several = new Set(sources.map(({ source }) => witnesses[source])).size > 1;
  return sources.map((one) => (several && one.trust === 'claimed' ? { ...one, trust: 'corroborated' } : one));
}

function wordsOf({ reference, digest }: BaseClaim): string {
  const pinned = reference.transport === 'docker' && reference.digest === undefined && digest !== undefined;
  return formatReference(pinned ? { ...reference, digest } : reference);
}
