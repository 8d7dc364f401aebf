import { isImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import type { Image } from '../source/image.js';
import { bindIdentity } from './bind-identity.js';
import { formatIdentity, type CertificateIdentity } from './certificate-identity.js';
import { verifyCosign } from './cosign.js';
import { verifyLegacyKeyless } from './legacy-bundle.js';
import type { SignerKey } from './public-key.js';
import type { Rule } from './rule.js';
import { inspectBundle, verifyBundle } from './sigstore-bundle.js';
import type { Candidate, Judgement } from './signature.js';
import { bestJudgement } from './best-judgement.js';
import type { SigstoreRoot } from './trusted-root.js';

/** Who may sign with cosign, whatever the form: imgcheck's own rule, for what policy.json cannot say. */
export interface Signers {
  /** The option or file that names them. */
  readonly from: string;
  readonly keys: readonly SignerKey[];
  readonly identities: readonly CertificateIdentity[];
  /** Without it identities cannot be checked. */
  readonly root: SigstoreRoot | undefined;
}

/**
 * One signature by one of the keys or identities is enough, of the platform's manifest or of the index it was selected
 * from. A signature that binds a name must bind one of the same repository; an image in a file or folder is of none.
 */
export function signerRule(signers: Signers, now: Date): Rule {
  const { keys, identities } = signers;
  return {
    kind: 'verify',
    name: 'signer',
    from: signers.from,
    trusts: [...keys.map(({ id, from }) => `${id} (${from})`), ...identities.map(formatIdentity)],
    judge: async (candidate, { reference, image }) => {
      const judgements = await judge(candidate, signers, now, image);
      if (judgements.length === 0) return undefined;
      const best = bestJudgement(judgements);
      if (best.signed?.reference === undefined || image.reference.transport !== 'docker') return best;
      return bindIdentity(best, { type: 'matchRepository' }, reference);
    },
  };
}

async function judge(
  candidate: Candidate,
  { keys, identities, root }: Signers,
  now: Date,
  image: Image,
): Promise<readonly Judgement[]> {
  const expected: Digest = candidate.origin.subject.digest;
  const judgements: Judgement[] = [];
  if (candidate.mechanism === 'cosign') {
    if (keys.length > 0) judgements.push(verifyCosign(candidate, expected, { kind: 'keys', keys }, now));
    if (identities.length > 0) {
      judgements.push(root ? await verifyLegacyKeyless(candidate, expected, { identities, root }, now) : withoutRoot);
    }
  }
  if (candidate.mechanism === 'sigstore-bundle') {
    const { bundle } = candidate;
    const manifest = isOfMessage(bundle) ? await signedBytes(candidate, image) : undefined;
    if (keys.length > 0) {
      const trust = { kind: 'keys', keys, ...(root ? { root } : {}) } as const;
      judgements.push(await verifyBundle(bundle, expected, trust, now, manifest));
    }
    if (identities.length > 0) {
      const trust = root && ({ kind: 'identities', identities, root } as const);
      judgements.push(trust ? await verifyBundle(bundle, expected, trust, now, manifest) : withoutRoot);
    }
  }
  return judgements;
}

/** One that cannot be read is neither, and the verdict says why. */
function isOfMessage(bundle: Uint8Array): boolean {
  try {
    return inspectBundle(bundle).content === 'message';
  } catch (error) {
    if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
    return false;
  }
}

/** A bundle may sign the bytes of the manifest themselves; those of an index are had again, by their digest. */
async function signedBytes({ origin }: Candidate, image: Image): Promise<Uint8Array> {
  const { subject } = origin;
  return subject.digest === image.descriptor.digest ? image.manifestBytes : image.source.document(subject);
}

const withoutRoot: Judgement = {
  outcome: 'not-checked',
  open: true,
  reason: 'an identity cannot be checked without a trusted root: give one with --trusted-root',
};
