import { createHash } from 'node:crypto';
import { inTotoPayload } from '../attestation/dsse.js';
import { parseStatement } from '../attestation/statement.js';
import { digestOf, type Digest } from '../oci/digest.js';
import { parseBundle, type Proof, type UntrustedContent } from './bundle-document.js';
import { judgeSigner, type BundleTrust } from './bundle-signer.js';
import { judgeEnvelope, type BundleJudgement } from './envelope-signed.js';
import { judged } from './judged.js';
import { messageContent } from './signed-content.js';

export type { BundleTrust } from './bundle-signer.js';
export type { BundleJudgement } from './envelope-signed.js';

/** The predicate type by which cosign signs an image and states nothing more (cosign, specs/BUNDLE_SPEC.md). */
export const cosignSign = 'https://sigstore.dev/cosign/sign/v1';

/**
 * Verifies a sigstore bundle about the manifest or index of that digest: a DSSE envelope around a statement whose subject
 * it is, or a signature over its very bytes, which `artifact` must then be. Never throws for what the bundle is.
 * @throws ImgcheckError usage for an identity that is empty or no pattern
 */
export function verifyBundle(
  bundle: Uint8Array,
  expected: Digest,
  trust: BundleTrust,
  now: Date,
  artifact?: Uint8Array,
): Promise<BundleJudgement> {
  return judged<BundleJudgement>(async () => {
    const { content, ...proof } = parseBundle(bundle);
    return content.kind === 'dsse'
      ? judgeEnvelope(content.envelope, proof, expected, trust, now)
      : judgeMessage(content, proof, expected, trust, now, artifact);
  });
}

async function judgeMessage(
  { algorithm, digest, signature }: UntrustedContent & { kind: 'message' },
  proof: Proof,
  expected: Digest,
  trust: BundleTrust,
  now: Date,
  artifact: Uint8Array | undefined,
): Promise<BundleJudgement> {
  const content = 'message';
  const isAtHand = artifact && digestOf(artifact, expected.startsWith('sha512:') ? 'sha512' : 'sha256') === expected;
  if (!isAtHand) {
    const reason = `it is a signature over the bytes of ${expected}, which are not at hand here`;
    return { outcome: 'not-checked', reason, content };
  }
  const own = createHash(algorithm).update(artifact).digest();
  if (!own.equals(digest)) {
    const [want, got] = [own, Buffer.from(digest)].map(
      (bytes) => `${algorithm}:${bytes.toString('hex').slice(0, 128)}`,
    );
    return { outcome: 'invalid', reason: `made for another artifact: expected ${want}, got ${got}`, content };
  }
  const { holds, judgement } = await judgeSigner(proof, messageContent(artifact, signature), trust, now);
  return { ...judgement, content, ...(holds ? { signed: { digest: expected } } : {}) };
}

/** What a bundle claims to hold, unverified: enough to tell a signature of an image from a statement about one. */
export interface UntrustedPurpose {
  readonly content: 'message' | 'dsse';
  readonly payloadType?: string;
  readonly predicateType?: string;
}

/** @throws ImgcheckError hostile or unsupported for what cannot be a valid bundle */
export function inspectBundle(bundle: Uint8Array): UntrustedPurpose {
  const { content } = parseBundle(bundle);
  if (content.kind === 'message') return { content: 'message' };
  const { payloadType, payload } = content.envelope;
  if (payloadType !== inTotoPayload) return { content: 'dsse', payloadType };
  return { content: 'dsse', payloadType, predicateType: parseStatement(payload).predicateType };
}
