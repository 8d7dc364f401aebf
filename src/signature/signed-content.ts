import { createHash, type KeyObject } from 'node:crypto';
import { preAuthEncoding, type Envelope } from '../attestation/dsse.js';
import { ImgcheckError } from '../core/error.js';
import { signerKey, verifyWithKey } from './public-key.js';

/** A signature and the bytes that it is said to be of. */
export interface SignedContent {
  readonly kind: 'message' | 'dsse';
  readonly signature: Uint8Array;
  /** What it is made over: an artifact, or the pre-authentication encoding of an envelope. */
  readonly signed: Uint8Array;
  /** What lies in the envelope; of an artifact, the artifact. */
  readonly payload: Uint8Array;
}

/**
 * An envelope with exactly one signature: of several, one could hold and another be the one that was logged.
 * @throws ImgcheckError hostile for more
 */
export function envelopeContent({ payloadType, payload, signatures }: Envelope): SignedContent {
  const [first, second] = signatures;
  if (!first || second) {
    throw new ImgcheckError('hostile', `the envelope has ${signatures.length} signatures: expected exactly one`);
  }
  return { kind: 'dsse', signature: first.sig, signed: preAuthEncoding(payloadType, payload), payload };
}

export function messageContent(artifact: Uint8Array, signature: Uint8Array): SignedContent {
  return { kind: 'message', signature, signed: artifact, payload: artifact };
}

/**
 * True when the key made the signature: with the hash that belongs to its curve, or SHA-256, which older signers took
 * for every curve.
 * @throws ImgcheckError unsupported for a key of a kind that is not verified with
 */
export function isSignedBy(content: SignedContent, key: KeyObject): boolean {
  const signer = signerKey(key, 'a certificate');
  const { signed, signature } = content;
  return verifyWithKey(signer, signed, signature, 'key') || verifyWithKey(signer, signed, signature, 'sha256');
}

/**
 * True for a signature that may be Ed25519ph: logs ask for that form in a hashedrekord, and node:crypto does not have it.
 */
export function mayBePrehashed({ signature }: SignedContent, key: KeyObject, kinds: readonly string[]): boolean {
  return key.asymmetricKeyType === 'ed25519' && signature.byteLength === 64 && kinds.includes('hashedrekord');
}

export const prehashed = 'it may be Ed25519ph, which logs of this kind ask for and nothing here can verify';

/** Hashes by their length in bytes. */
const hashes: Readonly<Record<number, string>> = { 32: 'sha256', 48: 'sha384', 64: 'sha512' };

/** True for a digest of what was signed, or of what lies in the envelope. */
export function hasDigest({ signed, payload }: SignedContent, digest: Uint8Array): boolean {
  const hash = hashes[digest.byteLength];
  if (hash === undefined) return false;
  return [signed, payload].some((bytes) => createHash(hash).update(bytes).digest().equals(digest));
}
