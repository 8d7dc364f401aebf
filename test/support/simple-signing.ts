import { digestOf, type Digest } from '../../src/oci/digest.js';
import type { Keyring } from '../../src/openpgp/keyring.js';
import { readKeyring } from '../../src/openpgp/read-keyring.js';
import { verifySimpleSigning } from '../../src/signature/simple-signing.js';
import type { Judgement } from '../../src/signature/signature.js';
import { makeSigner, type Signer } from './openpgp.js';

/** A manifest's digest, its name, and what is signed for both. */
export const signedDigest: Digest = digestOf(Buffer.from('{"schemaVersion":2}'));
export const signedReference = 'registry.example.test/team/app:1.0';

/** The payload of a signature; `optional` as JSON. */
export function signedPayload(digest: string = signedDigest, optional = '{}'): string {
  const image = `"image":{"docker-manifest-digest":"${digest}"}`;
  const identity = `"identity":{"docker-reference":"${signedReference}"}`;
  return `{"critical":{"type":"atomic container signature",${image},${identity}},"optional":${optional}}`;
}

/** Someone whose key is trusted, and what is said of messages under it at one time. */
export interface TrustedSigner {
  readonly signer: Signer;
  readonly keyring: Keyring;
  judge(message: Uint8Array): Judgement;
}

export async function makeTrustedSigner(name = 'Signer'): Promise<TrustedSigner> {
  const signer = await makeSigner(name);
  const keyring = await readKeyring(signer.certificate, 'keys.gpg');
  const now = new Date('2026-11-24T12:00:00Z');
  return { signer, keyring, judge: (message) => verifySimpleSigning(message, signedDigest, keyring, now) };
}
