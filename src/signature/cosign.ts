import type { X509Certificate } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import { parseChainCertificate, type ChainCertificate } from '../x509/chain-certificate.js';
import { readNames, type CertificateNames } from './certificate-names.js';
import { certificateKey, verifyPath } from './certification-path.js';
import { annotationOf, readIntermediates, readLeaf, readSignature, requireAnnotation } from './cosign-annotation.js';
import type { Annotations } from './cosign-annotation.js';
import { renderDistinguishedName } from '../x509/distinguished-name.js';
import { judgeFulcioIdentity, type VouchedIdentity, type FulcioIdentity } from './fulcio.js';
import { judgePkiIdentity, type PkiIdentity } from './pki.js';
import { describeKey, signerKey, spkiOf, verifyWithKey, type SignerKey } from './public-key.js';
import { clip, refused, step, type Refusal, type Step } from './refusal.js';
import { verifyRekorPromise } from './rekor-promise.js';
import { parseSignaturePayload } from './signature-payload.js';
import type { Judgement, Signed } from './signature.js';

/** Whom containers-policy.json(5), sigstoreSigned, believes. */
export type CosignTrust =
  | {
      readonly kind: 'keys';
      readonly keys: readonly SignerKey[];
      /** Once given, one of these logs must have promised to log the signature. */
      readonly rekor?: readonly SignerKey[];
    }
  | ({
      readonly kind: 'fulcio';
      readonly authorities: readonly X509Certificate[];
      readonly rekor: readonly SignerKey[];
    } & FulcioIdentity)
  | ({
      readonly kind: 'pki';
      readonly roots: readonly X509Certificate[];
      readonly intermediates: readonly X509Certificate[];
    } & PkiIdentity);

/** A signature of cosign's older form: a payload, and annotations beside it. */
export interface CosignSignature {
  readonly payload: Uint8Array;
  readonly annotations: Annotations;
}

/** What is known of the maker once cryptography held. */
type Maker = Pick<Judgement, 'signer' | 'identity' | 'issuer' | 'time' | 'timeSource' | 'notes'> & {
  /** In words. */
  readonly by: string;
};

type TrustOf<K extends CosignTrust['kind']> = Extract<CosignTrust, { kind: K }>;

/**
 * Verifies a signature of cosign's older form (cosign, SIGNATURE_SPEC.md) as containers/image does: SHA-256 always, the
 * payload strictly read, Rekor's promise once its key is given, Fulcio's certificates at Rekor's time, one's own
 * authorities now. The docker reference is handed up, not judged.
 * @throws ImgcheckError usage for trust that cannot be meant: no keys or authorities, no identity, a log key not ECDSA
 */
export function verifyCosign(signature: CosignSignature, expected: Digest, trust: CosignTrust, now: Date): Judgement {
  checkTrust(trust);
  const bytes = step(() => readSignature(signature.annotations));
  if (!bytes.ok) return bytes.refusal;
  switch (trust.kind) {
    case 'keys':
      return judgeByKeys(signature, bytes.value, expected, trust);
    case 'fulcio':
      return judgeByFulcio(signature, bytes.value, expected, trust);
    case 'pki':
      return judgeByPki(signature, bytes.value, expected, trust, now);
  }
}

function judgeByKeys(
  { payload, annotations }: CosignSignature,
  signature: Uint8Array,
  expected: Digest,
  { keys, rekor }: TrustOf<'keys'>,
): Judgement {
  const key = keys.find((one) => verifyWithKey(one, payload, signature));
  if (!key) return noKeyFits(keys, annotations);
  const signer = key.id;
  const by = `the key of ${key.from}`;
  if (!rekor) return judgePayload(payload, expected, { signer, by });
  const bundle = step(() => requireAnnotation(annotations, 'bundle'));
  if (!bundle.ok) return { ...lacksPromise(bundle.refusal), signer };
  const time = verifyRekorPromise(bundle.value, { maker: spkiOf(key.key), signature, payload }, rekor);
  if (!time.ok) return { ...time.refusal, signer };
  return judgePayload(payload, expected, { signer, by, ...loggedAt(time.value) });
}

function judgeByFulcio(
  { payload, annotations }: CosignSignature,
  signature: Uint8Array,
  expected: Digest,
  trust: TrustOf<'fulcio'>,
): Judgement {
  const bundle = step(() => requireAnnotation(annotations, 'bundle'));
  if (!bundle.ok) return lacksPromise(bundle.refusal);
  const made = readMaker(annotations, payload, signature);
  if (!made.ok) return made.refusal;
  const { leaf, names, intermediates, signer } = made.value;
  const logged = { maker: leaf.x509.raw, signature, payload };
  const time = verifyRekorPromise(bundle.value, logged, trust.rekor);
  if (!time.ok) return { ...time.refusal, signer };
  const at = { at: time.value, atIs: 'the time of its Rekor entry' };
  const path = verifyPath(leaf, { authorities: trust.authorities, intermediates, ...at });
  if (!path.ok) return { ...path.refusal, signer };
  const notes = ['certificate transparency (SCT) was not checked'];
  const identity = judgeFulcioIdentity(leaf, names, trust);
  return judgePayload(payload, expected, { signer, by: signer, ...loggedAt(time.value), notes }, identity);
}

function judgeByPki(
  { payload, annotations }: CosignSignature,
  signature: Uint8Array,
  expected: Digest,
  trust: TrustOf<'pki'>,
  now: Date,
): Judgement {
  const made = readMaker(annotations, payload, signature);
  if (!made.ok) return made.refusal;
  const { leaf, names, signer } = made.value;
  const intermediates = [...trust.intermediates, ...made.value.intermediates];
  const path = verifyPath(leaf, { authorities: trust.roots, intermediates, at: now, atIs: 'today' });
  if (!path.ok) return { ...path.refusal, signer };
  const maker = { signer, by: signer, notes: ['revocation was not checked'] };
  return judgePayload(payload, expected, maker, judgePkiIdentity(leaf, names, trust));
}

interface CertifiedMaker {
  readonly leaf: ChainCertificate;
  readonly names: CertificateNames;
  readonly intermediates: readonly X509Certificate[];
  readonly signer: string;
}

/** Reads the certificates beside a signature which the first one's key made; nothing is believed of them yet. */
function readMaker(annotations: Annotations, payload: Uint8Array, signature: Uint8Array): Step<CertifiedMaker> {
  const read = step(() => {
    const leaf = parseChainCertificate(readLeaf(annotations).raw);
    const names = readNames(leaf.x509.raw);
    const signer = clip(renderDistinguishedName(leaf.subject), 300) || firstName(names);
    const key = signerKey(certificateKey(leaf), 'the certificate');
    return { key, maker: { leaf, names, signer, intermediates: readIntermediates(annotations) } };
  });
  if (!read.ok) return read;
  const { key, maker } = read.value;
  if (!verifyWithKey(key, payload, signature)) {
    return refused('invalid', 'the signature was not made over this payload by the key of its certificate');
  }
  return { ok: true, value: maker };
}

/** Fulcio's certificates have an empty subject. */
function firstName({ emails, uris, hosts }: CertificateNames): string {
  return clip(emails[0] ?? uris[0] ?? hosts[0] ?? 'a certificate without a name', 300);
}

/** The signature holds, and its maker may be known: what does it say? */
function judgePayload(
  payload: Uint8Array,
  expected: Digest,
  { by, ...maker }: Maker,
  identity?: Step<VouchedIdentity>,
): Judgement {
  const known = { ...maker, ...(identity?.ok && identity.value) };
  const parsed = step(() => parseSignaturePayload(payload, 'cosign container image signature'));
  if (!parsed.ok) return { ...parsed.refusal, ...known };
  const { digest, reference } = parsed.value;
  const signed: Signed = { digest, reference };
  if (digest !== expected) {
    return {
      outcome: 'invalid',
      reason: `expected a signature of ${expected}, got one of ${digest}`,
      ...known,
      signed,
    };
  }
  if (identity?.ok === false) return { ...identity.refusal, ...known, signed };
  return { outcome: 'valid', reason: `signed by ${by}`, ...known, signed };
}

function loggedAt(time: Date): Pick<Judgement, 'time' | 'timeSource'> {
  return { time: time.toISOString().replace('.000Z', 'Z'), timeSource: 'rekor' };
}

function lacksPromise({ outcome, reason }: Refusal): Refusal {
  return { outcome, reason: `${reason}: the promise of a Rekor log is required` };
}

/** A damaged signature and another's key cannot be told apart. */
function noKeyFits(keys: readonly SignerKey[], annotations: Annotations): Judgement {
  const [only, ...more] = keys;
  const given = only && more.length === 0 ? `the key of ${only.from}` : `any of the ${keys.length} keys given`;
  const keyless = step(() => annotationOf(annotations, 'certificate') !== undefined);
  const hint = keyless.ok && keyless.value ? '; it carries a certificate, so it may be keyless' : '';
  return { outcome: 'untrusted', reason: `not made by ${given}, or damaged since, which looks alike${hint}` };
}

function checkTrust(trust: CosignTrust): void {
  if (trust.kind === 'keys' && trust.keys.length === 0) throw misuse('expected at least one key, got none');
  if (trust.kind === 'fulcio' && (trust.oidcIssuer === '' || trust.subjectEmail === '')) {
    throw misuse('fulcio needs an OIDC issuer and an e-mail address');
  }
  if (trust.kind === 'pki') {
    if (!trust.subjectEmail && !trust.subjectHostname) throw misuse('pki needs an e-mail address or a host name');
    if (trust.roots.length === 0) throw misuse('expected at least one root certificate, got none');
    return;
  }
  if (trust.kind === 'fulcio' && trust.authorities.length === 0) {
    throw misuse('expected at least one authority of Fulcio, got none');
  }
  if (trust.rekor?.length === 0) throw misuse('expected at least one Rekor key, got none');
  for (const { key, from } of trust.rekor ?? []) {
    if (key.asymmetricKeyType === 'ec') continue;
    throw misuse(`expected a Rekor key of type EC (ECDSA), got one ${describeKey(key)}`, from);
  }
}

function misuse(message: string, subject?: string): ImgcheckError {
  return new ImgcheckError('usage', message, { subject });
}
