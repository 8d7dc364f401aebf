import type { Descriptor } from '../oci/descriptor.js';
import type { Digest } from '../oci/digest.js';

/**
 * What can be said of a signature. `invalid`: cryptography or binding failed. `untrusted`: it holds, but nobody said that
 * its maker counts. `unsupported`: of a form that cannot be checked here, which is neither good nor absent.
 * `not-checked`: nothing to check it with, or the check needs what is not at hand. Only `valid` passes.
 */
export type SignatureOutcome = 'valid' | 'invalid' | 'untrusted' | 'unsupported' | 'unsigned' | 'not-checked';

export type Mechanism = 'simple-signing' | 'cosign' | 'sigstore-bundle' | 'notation-jws' | 'notation-cose';

/** Where the time of a signature comes from; `signer`: its maker's own word. */
export type TimeSource = 'signer' | 'rekor' | 'tsa' | 'signing-authority';

/** A signature as it was found: nothing in it is believed. */
export type Candidate =
  | { readonly mechanism: 'simple-signing'; readonly origin: Origin; readonly blob: Uint8Array }
  | {
      readonly mechanism: 'cosign';
      readonly origin: Origin;
      readonly payload: Uint8Array;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | { readonly mechanism: 'sigstore-bundle'; readonly origin: Origin; readonly bundle: Uint8Array }
  | {
      readonly mechanism: 'notation-jws' | 'notation-cose';
      readonly origin: Origin;
      readonly envelope: Uint8Array;
    };

/** Where a signature was found, and what it lay beside. */
export interface Origin {
  /** For people: a URL without secrets, a tag, the digest of a referrer. */
  readonly from: string;
  readonly place: PlaceKind;
  /** The manifest or index that it was found for. */
  readonly subject: Descriptor;
}

/** `stored`: the registry's signature extension, or the folder of a `dir:` image. */
export type PlaceKind = 'stored' | 'lookaside' | 'cosign-tag' | 'referrers';

/** The verdict of one mechanism on one signature by one set of keys or identities. */
export interface Judgement {
  readonly outcome: Exclude<SignatureOutcome, 'unsigned'>;
  /** One sentence: of a refusal, the one thing that would have to change. */
  readonly reason: string;
  /** Of one that is not checked: it may be the one that counts, for all that is known. */
  readonly open?: true;
  /** Full fingerprint of an OpenPGP certificate, `sha256:HEX` of a public key's SPKI, or the subject of a certificate. */
  readonly signer?: string;
  /** Name of the certificate (e-mail, URI, host), or user id of the key. */
  readonly identity?: string;
  /** Who vouched for the identity: an OIDC issuer, or the issuer of a certificate. */
  readonly issuer?: string;
  /** RFC 3339. */
  readonly time?: string;
  readonly timeSource?: TimeSource;
  /** What it speaks of; present only where cryptography held, whoever made it. */
  readonly signed?: Signed;
  /** Other things worth knowing: state of the key, what was not checked (revocation). */
  readonly notes?: readonly string[];
}

export interface Signed {
  /** Of the manifest or index. */
  readonly digest: Digest;
  /** The docker reference, for mechanisms that bind one. */
  readonly reference?: string;
}
