import { parseEnvelope } from '../attestation/dsse.js';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { Digest } from '../oci/digest.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { decodeBounded, proofLimits, type Material, type Proof } from './bundle-document.js';
import { judgeSigner, type BundleTrust, type IdentityTrust } from './bundle-signer.js';
import { judgeEnvelope, type BundleJudgement } from './envelope-signed.js';
import { judged } from './judged.js';
import { checkTime, type LogEntry } from './log-entry.js';
import { readPem } from '../x509/pem.js';
import { parseSignaturePayload } from './signature-payload.js';
import type { Judgement } from './signature.js';
import { messageContent } from './signed-content.js';

type Annotations = Readonly<Record<string, string>>;

const names = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  bundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

/** A log entry of an attestation holds the attestation. */
const annotationLimit = 24 * 1024 ** 2;

/**
 * Verifies a keyless signature of cosign's older form (SIGNATURE_SPEC.md): its payload, and annotations with certificate
 * and log entry. The payload is read once the signature holds. Never throws for what the signature is.
 * @throws ImgcheckError usage for an identity that is empty or no pattern
 */
export function verifyLegacyKeyless(
  signature: { readonly payload: Uint8Array; readonly annotations: Annotations },
  expected: Digest,
  trust: Omit<IdentityTrust, 'kind'>,
  now: Date,
): Promise<Judgement> {
  return judged<Judgement>(async () => {
    const { payload, annotations } = signature;
    const text = annotations[names.signature];
    if (text === undefined) throw fault(`the annotation ${names.signature} is missing`);
    const content = messageContent(payload, decodeBounded(text, `the annotation ${names.signature}`));
    const signer = await judgeSigner(readProof(annotations), content, { kind: 'identities', ...trust }, now);
    if (!signer.holds) return signer.judgement;
    const { digest, reference } = parseSignaturePayload(payload, 'cosign container image signature');
    const judgement: Judgement = { ...signer.judgement, signed: { digest, reference } };
    if (digest === expected) return judgement;
    return {
      ...judgement,
      outcome: 'invalid',
      reason: `signed for another image: expected ${expected}, got ${digest}`,
    };
  });
}

/**
 * Verifies an attestation of cosign's older form (ATTESTATION_SPEC.md): a DSSE envelope, with the same annotations.
 * Never throws for what the attestation is.
 * @throws ImgcheckError usage for an identity that is empty or no pattern
 */
export function verifyLegacyAttestation(
  envelope: Uint8Array,
  annotations: Annotations,
  expected: Digest,
  trust: BundleTrust,
  now: Date,
): Promise<BundleJudgement> {
  return judged<BundleJudgement>(async () =>
    judgeEnvelope(parseEnvelope(envelope), readProof(annotations), expected, trust, now),
  );
}

/** The annotations as the proof of a bundle of version 0.1, which has no proof of inclusion either. */
function readProof(annotations: Annotations): Proof {
  const entry = readAnnotation(annotations, names.bundle);
  const timestamp = readAnnotation(annotations, names.timestamp);
  return {
    material: readMaterial(annotations[names.certificate]),
    entries: entry ? [readEntry(entry)] : [],
    timestamps: timestamp
      ? [decodeBounded(timestamp.string('SignedRFC3161Timestamp'), `the annotation ${names.timestamp}`)]
      : [],
  };
}

/** The annotation with the chain is not read: what is between the certificate and a root must be in the trusted root. */
function readMaterial(pem: string | undefined): Material {
  const what = `the annotation ${names.certificate}`;
  if (pem === undefined || pem === '') return { kind: 'key' };
  if (pem.length > proofLimits.bytes) throw fault(`${what} exceeds ${proofLimits.bytes} characters`);
  const [block] = readPem(pem, what, 1).blocks;
  // A bare key here would be believed because it lies in the signature (GHSA-fx35-mq7g-6g98).
  if (block?.label !== 'CERTIFICATE') throw fault(`${what} has ${block ? `a ${block.label}` : 'no certificate'}`);
  return { kind: 'certificate', der: block.bytes, beside: [] };
}

function readEntry(bundle: Fields): LogEntry {
  const what = `the annotation ${names.bundle}`;
  const payload = bundle.object('Payload');
  const logId = payload.string('logID');
  if (!/^(?:[0-9a-f]{2}){1,64}$/.test(logId)) throw fault(`${what} has a log id that is not hexadecimal`);
  const body = decodeBase64(payload.string('body'), `${what}, body`);
  const claimed = new Fields(parseJson(body, 'the log entry'), 'the log entry');
  return {
    kind: claimed.string('kind'),
    version: claimed.string('apiVersion'),
    logId: Buffer.from(logId, 'hex'),
    logIndex: String(payload.size('logIndex')),
    integratedTime: checkTime(payload.size('integratedTime'), what),
    body,
    promise: decodeBounded(bundle.string('SignedEntryTimestamp'), `${what}, SignedEntryTimestamp`),
  };
}

function readAnnotation(annotations: Annotations, name: string): Fields | undefined {
  const text = annotations[name];
  if (text === undefined || text === '') return undefined;
  if (text.length > annotationLimit) throw fault(`the annotation ${name} exceeds ${annotationLimit} characters`);
  return new Fields(parseJson(Buffer.from(text), `the annotation ${name}`), `the annotation ${name}`);
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
