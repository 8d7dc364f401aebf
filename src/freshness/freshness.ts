import type { Digest } from '../oci/digest.js';
import type { Image } from '../source/image.js';
import type { ClaimSource } from './claims.js';
import type { PackageDifferences } from './compare.js';

export type Outcome = 'fresh' | 'stale' | 'unknown';

/**
 * How well it is known that the one was built on the other. `layers`: the base's layer digests are the image's first;
 * `diff-ids`: their tar bytes are, compressed otherwise; `self`: the image is judged as a base itself; `none`: a claim only.
 */
export type Proof = 'layers' | 'diff-ids' | 'self' | 'none';

/** One release of a base, as the registry has it. */
export interface Release {
  readonly reference: string;
  /** Of the platform manifest. */
  readonly digest: Digest;
  /** The config's `created`, RFC 3339; absent when it is missing or a placeholder (zeroed for reproducible builds). */
  readonly created?: string;
}

export interface Behind {
  /** Newer releases, counted by tag (or by content where tags move). */
  readonly releases?: number;
  /** Whole days between the two configs' `created`. */
  readonly days?: number;
}

/** What was found out about one base. */
export interface BaseVerdict {
  readonly reference: string;
  readonly how: readonly (ClaimSource | 'own-tag')[];
  /** What the claim says that the base was: an index or a platform manifest. */
  readonly claimed?: Digest;
  readonly proof: Proof;
  readonly outcome: Outcome;
  /** One sentence: why. */
  readonly reason: string;
  readonly remedy?: string;
  /** How many of the image's layers are the base's. */
  readonly layers: number;
  readonly builtFrom?: Release;
  readonly current?: Release;
  readonly behind: Behind;
  /** The base as it is today, to compare packages with. */
  readonly image?: Image;
  /** True when no layer is shared: only packages can tell. */
  readonly foreign?: boolean;
}

export interface Freshness {
  readonly outcome: Outcome;
  readonly bases: readonly BaseVerdict[];
  /** Sources that contradict one another or the layers. */
  readonly conflicts: readonly string[];
  readonly remarks: readonly string[];
}

/**
 * What all verdicts together say. What layers prove outranks what is only claimed, and the worst of it counts; but a
 * claim that could not be looked at, and one of the user's own that is not borne out, leave the question open.
 */
export function concludeOutcome(bases: readonly BaseVerdict[]): Outcome {
  const proved = bases.filter((one) => one.proof !== 'none');
  const judged = proved.length > 0 ? proved : bases.filter((one) => one.outcome !== 'unknown');
  if (judged.some((one) => one.outcome === 'stale')) return 'stale';
  const open = bases.some((one) => !judged.includes(one) && leavesOpen(one, proved));
  return judged.length === 0 || open || judged.some((one) => one.outcome === 'unknown') ? 'unknown' : 'fresh';
}

function leavesOpen(claim: BaseVerdict, proved: readonly BaseVerdict[]): boolean {
  if (proved.length === 0 || claim.how.includes('option')) return true;
  if (claim.image || proved.some((one) => one.how.includes('option'))) return false;
  // The same base by another name: a mirror's.
  const known = proved.flatMap((one) => [one.builtFrom?.digest, one.current?.digest, one.image?.resolved.digest]);
  return claim.claimed === undefined || !known.includes(claim.claimed);
}

/** Packages of the image beside those of the base as it is today, and whether all of both could be read. */
export interface BaseComparison {
  /** The base as the verdict names it. */
  readonly base: string;
  /** The release whose packages they are. */
  readonly reference: string;
  readonly differences: PackageDifferences | undefined;
  /** Why there is none, or why it is not whole. */
  readonly problem?: string;
}
