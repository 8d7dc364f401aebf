import { inTotoPayload, type Envelope } from '../attestation/dsse.js';
import { parseStatement, statementNames, type Statement } from '../attestation/statement.js';
import { isDigest, type Digest } from '../oci/digest.js';
import type { Proof } from './bundle-document.js';
import { judgeSigner, type BundleTrust, type SignerJudgement } from './bundle-signer.js';
import { clip } from './refusal.js';
import type { Judgement } from './signature.js';
import { envelopeContent } from './signed-content.js';

export interface BundleJudgement extends Judgement {
  /** Undefined where it could not be read. */
  readonly content?: 'message' | 'dsse';
  /** What was stated of the image; only of a signature that is valid. */
  readonly statement?: Statement;
}

/**
 * Judges a DSSE envelope around an in-toto statement about the image: first who signed it, then what it says.
 * @throws ImgcheckError integrity, hostile, unsupported, usage as judgeSigner
 */
export async function judgeEnvelope(
  envelope: Envelope,
  proof: Proof,
  expected: Digest,
  trust: BundleTrust,
  now: Date,
): Promise<BundleJudgement> {
  const signer = await judgeSigner(proof, envelopeContent(envelope), trust, now);
  if (!signer.holds) return { ...signer.judgement, content: 'dsse' };
  if (envelope.payloadType !== inTotoPayload) {
    const reason = `the envelope holds ${clip(envelope.payloadType)}: expected ${inTotoPayload}`;
    return { ...signer.judgement, outcome: 'unsupported', reason, content: 'dsse' };
  }
  return bindStatement(parseStatement(envelope.payload), expected, signer);
}

function bindStatement(statement: Statement, expected: Digest, { judgement }: SignerJudgement): BundleJudgement {
  if (statementNames(statement, expected)) {
    const isValid = judgement.outcome === 'valid';
    return { ...judgement, content: 'dsse', signed: { digest: expected }, ...(isValid ? { statement } : {}) };
  }
  const named = statement.subjects.flatMap(({ digests }) => [...digests].map((pair) => pair.join(':')));
  const digest = named.find(isDigest);
  return {
    ...judgement,
    outcome: 'invalid',
    reason: `signed for another image: expected ${expected}, got ${clip(named.join(', ') || 'no digest', 300)}`,
    content: 'dsse',
    ...(digest && named.length === 1 ? { signed: { digest } } : {}),
  };
}
