import type { Statement } from '../attestation/statement.js';
import { ImgcheckError } from '../core/error.js';
import type { FoundAttestation } from '../source/attestations.js';
import type { Image } from '../source/image.js';
import { bestJudgement } from './best-judgement.js';
import type { UntrustedAttestation } from './discovery.js';
import { verifyLegacyAttestation } from './legacy-bundle.js';
import { readReferrers } from './referrer.js';
import { signerRule, type Signers } from './signer-rule.js';
import { inspectBundle, verifyBundle, type BundleJudgement, type BundleTrust } from './sigstore-bundle.js';
import type { Judgement, SignatureOutcome } from './signature.js';

/** What somebody stated about the image (in-toto), and whether a signature that counts stands behind it. */
export interface AttestationResult extends Omit<Judgement, 'outcome' | 'signed' | 'open'> {
  readonly outcome: SignatureOutcome;
  readonly from: string;
  /** Unless `statement` is there it is a stranger's word. */
  readonly predicateType?: string;
  /** Present where it is about this image: signed by someone who counts, or unsigned, as `outcome` says. */
  readonly statement?: Statement;
}

/**
 * Verifies the attestations that were found beside an image, and BuildKit's within its index: those are bare statements,
 * signed only where their manifest is.
 */
export async function verifyAttestations(
  image: Image,
  found: readonly UntrustedAttestation[],
  built: readonly FoundAttestation[],
  signers: Signers | undefined,
  now: Date,
): Promise<readonly AttestationResult[]> {
  const results: AttestationResult[] = [];
  for (const one of found) results.push(await verifyOne(one, signers, now));
  for (const one of built) {
    if (one.statement) results.push(await verifyBuilt(one, one.statement, image, signers, now));
  }
  return results;
}

async function verifyOne(
  one: UntrustedAttestation,
  signers: Signers | undefined,
  now: Date,
): Promise<AttestationResult> {
  const hint =
    one.form === 'bundle' ? inspectBundle(one.candidate.bundle).predicateType : one.annotations['predicateType'];
  const predicateType = hint === undefined ? {} : { predicateType: hint.slice(0, 200) };
  const judgements: BundleJudgement[] = [];
  for (const trust of trustsOf(signers)) {
    judgements.push(
      one.form === 'bundle'
        ? await verifyBundle(one.candidate.bundle, one.candidate.origin.subject.digest, trust, now)
        : await verifyLegacyAttestation(one.envelope, one.annotations, one.subject.digest, trust, now),
    );
  }
  if (judgements.length === 0) {
    return { ...(signers ? withoutRoot : unasked), from: one.from, ...predicateType };
  }
  const best = bestJudgement(judgements);
  const { signed: _signed, open: _open, ...rest } = best;
  const statement = judgements.find((judgement) => judgement === best)?.statement;
  if (best.outcome !== 'valid' || !statement) return { ...rest, from: one.from, ...predicateType };
  return { ...rest, from: one.from, predicateType: statement.predicateType, statement };
}

const unasked = { outcome: 'not-checked', reason: 'no key or identity is named whose attestations count' } as const;

const withoutRoot = {
  outcome: 'not-checked',
  reason: 'an identity cannot be checked without a trusted root: give one with --trusted-root',
} as const;

function trustsOf(signers: Signers | undefined): BundleTrust[] {
  if (!signers) return [];
  const { keys, identities, root } = signers;
  return [
    ...(keys.length > 0 ? [{ kind: 'keys', keys, ...(root ? { root } : {}) } as const] : []),
    ...(identities.length > 0 && root ? [{ kind: 'identities', identities, root } as const] : []),
  ];
}

/** The manifest that holds the statement may be signed itself: then the digests in it carry that down to the statement. */
async function verifyBuilt(
  { manifest }: FoundAttestation,
  statement: Statement,
  image: Image,
  signers: Signers | undefined,
  now: Date,
): Promise<AttestationResult> {
  const from = `attestation manifest ${manifest.digest}`;
  const { predicateType } = statement;
  const unsigned = { outcome: 'unsigned', reason: 'BuildKit states it, and no signature stands behind it' } as const;
  if (!signers) return { ...unsigned, from, predicateType, statement };
  try {
    // Of what else is stated of that manifest nothing says that its content is vouched for: it may be a warning.
    const { candidates, error } = await readReferrers(image.source, manifest);
    const rule = signerRule(signers, now);
    const reference = image.reference.transport === 'docker' ? image.reference : undefined;
    const judged: Judgement[] = [];
    for (const candidate of candidates) {
      if (rule.kind !== 'verify') continue;
      const judgement = await rule.judge(candidate, { image, reference });
      if (judgement) judged.push(judgement);
    }
    const valid = judged.find((one) => one.outcome === 'valid');
    if (!valid && error) throw error;
    if (!valid) return { ...unsigned, from, predicateType, statement };
    const { signed: _signed, open: _open, ...rest } = valid;
    return { ...rest, from, predicateType, statement };
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    const reason = `whether it is signed could not be looked up: ${error.message}`;
    return { outcome: 'not-checked', reason, from, predicateType, statement };
  }
}
