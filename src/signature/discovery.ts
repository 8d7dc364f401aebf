import type { ImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { Candidate, PlaceKind } from './signature.js';

/** A place where signatures may lie, and whether it could be looked into: "none found" is only said of those. */
export interface Place {
  readonly kind: PlaceKind;
  /** For people: a URL without secrets, a tag, `referrers of DIGEST`. */
  readonly name: string;
  readonly outcome: 'found' | 'none' | 'failed';
  readonly error?: ImgcheckError;
  /** What was left aside there, in words. */
  readonly notes: readonly string[];
}

/** An attestation as it was found: a statement about the image by whoever signed it. Nothing in it is believed. */
export type UntrustedAttestation =
  | { readonly form: 'bundle'; readonly from: string; readonly candidate: Candidate & { mechanism: 'sigstore-bundle' } }
  | {
      readonly form: 'envelope';
      readonly from: string;
      readonly subject: Descriptor;
      readonly envelope: Uint8Array;
      readonly annotations: Readonly<Record<string, string>>;
    };

export interface Discovery {
  readonly candidates: readonly Candidate[];
  readonly attestations: readonly UntrustedAttestation[];
  readonly places: readonly Place[];
}

/** What one place holds. */
export interface PlaceContent {
  readonly candidates: readonly Candidate[];
  readonly attestations?: readonly UntrustedAttestation[];
  readonly notes?: readonly string[];
  /** Something may have been missed there. */
  readonly error?: ImgcheckError;
}
