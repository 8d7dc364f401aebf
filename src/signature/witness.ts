import type { RFC3161Timestamp } from '@sigstore/core';
import type { SignedEntity, TrustMaterial } from '@sigstore/verify';
import { ImgcheckError } from '../core/error.js';
import { proofLimits, type Proof } from './bundle-document.js';
import type { LogEntry } from './log-entry.js';
import { clip, passed, refused, type Refusal, type Step } from './refusal.js';
import { bindEntry, type Maker } from './rekor-entry.js';
import type { TimeSource } from './signature.js';
import { hasDigest, isSignedBy, mayBePrehashed, prehashed, type SignedContent } from './signed-content.js';
import type { SigstoreRoot } from './trusted-root.js';

/** When a signature was made, by a witness that the trusted root names. */
export interface Witnessed {
  readonly at?: { readonly time: Date; readonly source: TimeSource };
}

type LibraryEntry = SignedEntity['tlogEntries'][number];

/**
 * Verifies a signature and what lies beside it: every transparency log entry and timestamp must hold by the trusted root.
 * A certificate takes at least one of either, must have been issued by an authority of the root, valid then, and have
 * been seen by a certificate log; a key takes none.
 * @throws ImgcheckError integrity, hostile, unsupported when an entry or a timestamp speaks of something else
 */
export async function verifyWitnesses(
  proof: Proof,
  content: SignedContent,
  maker: Maker,
  root: SigstoreRoot,
): Promise<Step<Witnessed>> {
  const { entries } = proof;
  const isKeyless = maker.kind === 'certificate';
  if (isKeyless && entries.length === 0) {
    return refused('invalid', 'no transparency log entry came with it: expected one');
  }
  const twice = entries.some((one, i) => entries.slice(0, i).some((other) => isSameEntry(one, other)));
  if (twice) return refused('invalid', 'the same transparency log entry came with it twice');
  for (const entry of entries) bindEntry(entry, content, maker);
  const { material } = root;
  const stranger = entries.find(({ logId }) => !logOf(material, logId));
  if (stranger) {
    const id = Buffer.from(stranger.logId).toString('hex');
    return refused('untrusted', `the trusted root names no transparency log ${clip(id, 64)}`);
  }
  const [{ RFC3161Timestamp: Timestamp, X509Certificate }, { Verifier }] = await Promise.all([
    import('@sigstore/core'),
    import('@sigstore/verify'),
  ]);
  const timestamps = proof.timestamps.map((der) => parseTimestamp(der, (bytes) => Timestamp.parse(bytes)));
  const times = [
    ...entries.filter(isTimed).map((entry) => ({ time: timeOf(entry), source: 'rekor' as const })),
    ...timestamps.map(({ signingTime }) => ({ time: signingTime, source: 'tsa' as const })),
  ];
  try {
    const entity: SignedEntity = {
      signature: libraryContent(content, entries),
      key: isKeyless
        ? { $case: 'certificate', certificate: X509Certificate.parse(bufferOf(maker.der)) }
        : { $case: 'public-key', hint: '' },
      tlogEntries: entries.map(libraryEntry),
      timestamps: [
        ...entries.filter(isTimed).map((one) => ({ $case: 'transparency-log', tlogEntry: libraryEntry(one) }) as const),
        ...timestamps.map((timestamp) => ({ $case: 'timestamp-authority', timestamp }) as const),
      ],
    };
    const forever = (): boolean => true;
    const keys = isKeyless ? {} : { publicKey: () => ({ publicKey: maker.key, validFor: forever }) };
    const needed = isKeyless ? 1 : 0;
    const options = { tlogThreshold: needed, ctlogThreshold: needed, timestampThreshold: needed };
    new Verifier({ ...material, ...keys }, options).verify(entity);
  } catch (error) {
    if (error instanceof ImgcheckError) throw error;
    return { ok: false, refusal: refusalOf(error) };
  }
  for (const { logId } of entries) {
    const late = times.find(({ time }) => !isValidAt(logOf(material, logId), time));
    if (late) return refused('invalid', `its transparency log was not valid at ${late.time.toISOString()}`);
  }
  const [at] = times;
  return passed(at ? { at } : {});
}

/** One place in the log must not pass for two witnesses. */
function isSameEntry(one: LogEntry, other: LogEntry): boolean {
  const sameLog = Buffer.compare(one.logId, other.logId) === 0;
  return sameLog && (BigInt(one.logIndex) === BigInt(other.logIndex) || Buffer.compare(one.body, other.body) === 0);
}

function logOf({ tlogs }: TrustMaterial, logId: Uint8Array): TrustMaterial['tlogs'][number] | undefined {
  return tlogs.find(({ logID }) => logID.equals(logId));
}

/** The library asks this of signed times alone, not of a checkpoint. */
function isValidAt(log: TrustMaterial['tlogs'][number] | undefined, time: Date): boolean {
  return log !== undefined && log.validFor.start <= time && time <= log.validFor.end;
}

/** A time counts only where the log signed it. */
function isTimed({ promise, integratedTime }: LogEntry): boolean {
  return promise !== undefined && integratedTime > 0;
}

function timeOf({ integratedTime }: LogEntry): Date {
  return new Date(integratedTime * 1000);
}

function parseTimestamp(der: Uint8Array, parse: (bytes: Buffer<ArrayBuffer>) => RFC3161Timestamp): RFC3161Timestamp {
  const what = 'the RFC 3161 timestamp';
  if (der.byteLength > proofLimits.bytes) {
    throw new ImgcheckError('hostile', `${what} exceeds ${proofLimits.bytes} bytes`);
  }
  let timestamp: RFC3161Timestamp;
  try {
    timestamp = parse(bufferOf(der));
    void timestamp.tstInfo.version;
  } catch (cause) {
    throw new ImgcheckError('hostile', `${what} cannot be read`, { cause });
  }
  try {
    if (!Number.isNaN(timestamp.signingTime.getTime())) return timestamp;
  } catch (cause) {
    // A fraction of one or two digits is honest DER, which the library does not read.
    throw new ImgcheckError('unsupported', `the timestamp format of ${what} is not supported`, { cause });
  }
  throw new ImgcheckError('hostile', `${what} has a time that is none`);
}

/** What the library compares and verifies, with our own rules for it. */
function libraryContent(content: SignedContent, entries: readonly LogEntry[]): SignedEntity['signature'] {
  return {
    signature: bufferOf(content.signature),
    compareSignature: (other) => other.equals(content.signature),
    // Of either: bindEntry has compared what each kind of entry is made over.
    compareDigest: (digest) => hasDigest(content, digest),
    verifySignature: (key) => {
      if (isSignedBy(content, key)) return true;
      const kinds = entries.map(({ kind }) => kind);
      if (mayBePrehashed(content, key, kinds)) throw new ImgcheckError('unsupported', prehashed);
      return false;
    },
  };
}

function libraryEntry(entry: LogEntry): LibraryEntry {
  const { proof, promise } = entry;
  return {
    logIndex: entry.logIndex,
    logId: { keyId: bufferOf(entry.logId) },
    kindVersion: { kind: entry.kind, version: entry.version },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: promise && { signedEntryTimestamp: bufferOf(promise) },
    inclusionProof: proof && {
      logIndex: proof.logIndex,
      rootHash: bufferOf(proof.rootHash),
      treeSize: proof.treeSize,
      hashes: proof.hashes.map(bufferOf),
      checkpoint: { envelope: proof.checkpoint },
    },
    canonicalizedBody: bufferOf(entry.body),
  };
}

function bufferOf(bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(bytes);
}

/** The library throws errors of many classes; whatever it throws, the signature was not verified. */
function refusalOf(error: unknown): Refusal {
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: { message?: unknown } };
  const detail = clip(String(cause?.message ?? message));
  switch (code) {
    case 'CERTIFICATE_ERROR':
      return certificateRefusal(String(message), cause?.message);
    case 'TIMESTAMP_ERROR':
      return { outcome: 'invalid', reason: `its time is not vouched for: ${detail}` };
    case 'SIGNATURE_ERROR':
      return { outcome: 'invalid', reason: 'the signature is not of this content by this key' };
    case 'TLOG_ERROR':
    case 'TLOG_BODY_ERROR':
    case 'TLOG_INCLUSION_PROOF_ERROR':
    case 'TLOG_INCLUSION_PROMISE_ERROR':
    case 'TLOG_MISSING_INCLUSION_ERROR':
      return { outcome: 'invalid', reason: `its transparency log entry does not hold: ${detail}` };
    default:
      return { outcome: 'invalid', reason: `what came with it is malformed: ${detail}` };
  }
}

function certificateRefusal(message: string, cause: unknown): Refusal {
  const isChain = message === 'Failed to verify certificate chain';
  if (isChain && cause === undefined) {
    return { outcome: 'untrusted', reason: 'the trusted root names no authority for certificates of its time' };
  }
  if (isChain && /^no (?:trusted|valid) certificate path found$/.test(String(cause))) {
    return { outcome: 'untrusted', reason: 'its certificate comes from no authority of the trusted root' };
  }
  return { outcome: 'invalid', reason: `its certificate does not hold: ${clip(String(cause ?? message))}` };
}
