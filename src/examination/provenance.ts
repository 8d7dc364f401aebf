import { readProvenance, type Provenance } from '../attestation/provenance.js';
import { isImgcheckError } from '../core/error.js';
import type { Upstream } from '../freshness/upstream.js';
import type { WebClient } from '../registry/web.js';
import type { Trust } from '../signature/trust.js';
import type { SignatureFindings } from '../signature/verify-signatures.js';
import { readAttestations, type FoundAttestation } from '../source/attestations.js';
import type { Image } from '../source/image.js';

/** What is needed to verify signatures; without it only unsigned statements are read. */
export interface ProvenanceSettings {
  readonly trust: Trust;
  readonly web: WebClient;
  readonly now: Date;
}

/** Where the image comes from, as far as it is signed or stated. */
export interface ProvenanceFindings {
  readonly signatures: SignatureFindings | undefined;
  /** How it was built, by who says so. */
  readonly provenances: readonly { readonly provenance: Provenance; readonly signed: boolean }[];
  readonly notes: readonly string[];
}

/** What verifies is loaded when something is verified. */
async function verified(
  image: Image,
  upstream: Upstream,
  built: readonly FoundAttestation[],
  settings: ProvenanceSettings,
): Promise<SignatureFindings> {
  const { signedBaseJudge } = await import('./signed-base.js');
  const { verifySignatures } = await import('../signature/verify-signatures.js');
  return verifySignatures(image, built, { ...settings, judgeBase: signedBaseJudge(image, upstream, settings) });
}

/** Reads what BuildKit states of the image, and verifies its signatures where `settings` are given. */
export async function examineProvenance(
  image: Image,
  upstream: Upstream,
  settings: ProvenanceSettings | undefined,
): Promise<ProvenanceFindings> {
  const built = await readAttestations(image);
  const signatures = settings && (await verified(image, upstream, built, settings));
  const stated = signatures
    ? signatures.attestations.map(({ statement, outcome }) => ({ statement, signed: outcome === 'valid' }))
    : built.map(({ statement }) => ({ statement, signed: false }));
  const notes = built.flatMap(({ remark }) => (remark === undefined ? [] : [remark]));
  const provenances = stated.flatMap(({ statement, signed }) => {
    try {
      const provenance = statement && readProvenance(statement);
      return provenance ? [{ provenance, signed }] : [];
    } catch (error) {
      // A signature makes nobody's statement well formed.
      if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
      notes.push(`a statement about the build cannot be read: ${error.message}`);
      return [];
    }
  });
  return { signatures, provenances, notes };
}
