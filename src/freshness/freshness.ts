import type { ChainStep } from '../analyzers/build-chain.js';
import type { Digest } from '../oci/digest.js';
import type { Image } from '../source/image.js';
import type { ClaimSource } from './claims.js';
import type { PackageDifferences } from './compare.js';
import type { DateTrust } from './created.js';
import type { BaseSource } from './sources.js';

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
  /** Of the index that the platform manifest was selected from; absent where there was none. */
  readonly index?: Digest;
  /** The config's `created`, RFC 3339; absent when it is not plausible (missing, zeroed for reproducible builds, yet to come). */
  readonly created?: string;
  /** Where the date comes from: the publisher writes it. */
  readonly createdFrom: 'config';
  readonly createdTrust: DateTrust;
  /** What stands there where that is not plausible. */
  readonly createdStated?: string;
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
  /** 1: the image's own base; 2: the base of that; and so on. */
  readonly level: number;
  /** From level 2 on: the reference of what it is the base of. */
  readonly of?: string;
  readonly how: readonly (ClaimSource | 'own-tag')[];
  /** The same sources, each with its words and what they are worth, and those that only bear it out. */
  readonly sources: readonly BaseSource[];
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
  /** The base as it was built on, where that was found. */
  readonly origin?: Image;
  /** True where it is the image itself, or a base above it: they name each other in a circle. */
  readonly circular?: true;
  /** True when no layer is shared: only packages can tell. */
  readonly foreign?: boolean;
}

export interface Freshness {
  readonly outcome: Outcome;
  readonly bases: readonly BaseVerdict[];
  /** Sources that contradict one another or the layers. */
  readonly conflicts: readonly string[];
  readonly remarks: readonly string[];
  /** The base that must be rebuilt before the image; absent where the image itself is the first. */
  readonly rebuildFirst?: string;
  /** Builds that left their build info in the layers; absent where layers were not read. */
  readonly buildInfo?: readonly ChainStep[];
}

/**
 * What the verdicts of all levels together say. An image is stale when a base of its base is: that must be rebuilt first.
 * What is not known of the deeper levels leaves it as it is, but for bases that name each other in a circle.
 */
export function concludeOutcome(bases: readonly BaseVerdict[]): Outcome {
  const levels = [...new Set(bases.map((one) => one.level))].filter((level) => level > 1);
  const own = concludeLevel(bases.filter((one) => one.level === 1));
  if (levels.some((level) => concludeLevel(bases.filter((one) => one.level === level)) === 'stale')) return 'stale';
  return own === 'fresh' && bases.some((one) => one.circular) ? 'unknown' : own;
}

/**
 * What the verdicts of one level together say. What layers prove outranks what is only claimed, and the worst of it
 * counts; but a claim that could not be looked at, and one of the user's own that is not borne out, leave the question
 * open.
 */
export function concludeLevel(bases: readonly BaseVerdict[]): Outcome {
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
