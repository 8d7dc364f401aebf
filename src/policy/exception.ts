import type { Digest } from '../oci/digest.js';

/** What an exception is for; at most one of path and package. */
export interface ExceptionMatch {
  /** Glob of paths in the image. */
  readonly path?: string;
  /** Glob of package names, with or without version and architecture. */
  readonly package?: string;
  /** Glob of references, with or without tag and digest. */
  readonly image?: string;
}

/** What somebody answers for until a day: findings of one check that then do not bind. */
export interface Exception {
  readonly check: string;
  readonly match: ExceptionMatch;
  /** Of the image, or of the index it was selected from: for no other than that. */
  readonly digest?: Digest;
  readonly reason: string;
  readonly owner: string;
  /** YYYY-MM-DD: the last day on which it applies (UTC). */
  readonly expiry: string;
  /** Policy file and line. */
  readonly from: string;
}
