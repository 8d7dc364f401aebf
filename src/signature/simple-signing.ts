import { createHash } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import type { Keyring, SigningKey } from '../openpgp/keyring.js';
import { readSignedMessage } from '../openpgp/message.js';
import type { SignaturePacket } from '../openpgp/signature-packet.js';
import { verifyDigest } from '../openpgp/verify.js';
import { openCompressedPacket } from './compressed-packet.js';
import { clip, step, type Refusal, type Step } from './refusal.js';
import { parseSignaturePayload } from './signature-payload.js';
import type { Judgement } from './signature.js';
import { dayOf, judgeSigningKey, weaknesses } from './signing-key.js';

/** Seconds that a signer's clock may be ahead of ours. */
const clockSkew = 24 * 60 * 60;

/**
 * Judges a signature of GPG simple signing (containers-signature(5)) over the manifest of this digest. Nothing of its
 * payload is read before it holds and its key may sign, then and now. Whether the docker reference in `signed` is the
 * right one is for the caller to ask. Never throws for what the blob is.
 */
export function verifySimpleSigning(blob: Uint8Array, expected: Digest, keyring: Keyring, now: Date): Judgement {
  const read = readOneSignature(blob);
  if (!read.ok) return read.refusal;
  const { content, signature } = read.value;
  const id = signature.fingerprint ?? signature.keyId;
  const keys = id === undefined ? [] : keyring.find(id);
  if (keys.length === 0) return withoutKey(id, keyring);
  const digest = createHash(signature.hash).update(content).update(signature.trailer).digest('hex');
  const key = keys.find((one) => digest.startsWith(signature.left16) && verifyDigest({ ...signature, digest }, one));
  if (!key) return invalid(`expected a signature by ${id?.toUpperCase()} over its content, got one that does not fit`);
  const seconds = Math.floor(now.getTime() / 1000);
  const refusal = judgeSigningKey(signature.created, key, seconds) ?? judgeTime(signature, seconds);
  return describe(signature, key, refusal ?? judgePayload(content, expected));
}

type DatedSignature = SignaturePacket & { readonly created: number };

/** The signature, when there is but one and it can be checked. */
function readOneSignature(blob: Uint8Array): Step<{ content: Uint8Array; signature: DatedSignature }> {
  return step(() => {
    const { content, signatures } = readSignedMessage(blob, openCompressedPacket);
    const [only] = signatures;
    if (!only || signatures.length > 1) throw fault(`expected one signature, got ${signatures.length}`);
    if (!only.ok) throw only.error;
    const { hash, problem, created } = only.value;
    if (hash === 'md5') throw fault('it is made with MD5, which proves nothing');
    if (problem !== undefined || created === undefined) {
      throw new ImgcheckError('unsupported', problem ?? 'it does not say when it was made');
    }
    return { content, signature: { ...only.value, created } };
  });
}

function judgeTime({ created, expires }: DatedSignature, now: number): Refusal | undefined {
  if (expires !== undefined && expires <= now) return invalid(`it expired on ${dayOf(expires)}`);
  return created > now + clockSkew ? invalid(`it is dated ${dayOf(created)}, which is yet to come`) : undefined;
}

function judgePayload(content: Uint8Array, expected: Digest): Judgement {
  const payload = step(() => parseSignaturePayload(content, 'atomic container signature'));
  if (!payload.ok) return payload.refusal;
  const { digest, reference } = payload.value;
  const signed = { digest, reference };
  return digest === expected
    ? { outcome: 'valid', reason: 'signed for this manifest by a key at hand', signed }
    : { ...invalid(`it is for another manifest: expected ${expected}, got ${digest}`), signed };
}

/** The verdict with what is known of the maker: its cryptography held. */
function describe(signature: DatedSignature, key: SigningKey, judgement: Judgement): Judgement {
  const isSubkey = key.fingerprint !== key.primaryFingerprint;
  const notes = [
    ...(judgement.notes ?? []),
    ...(isSubkey ? [`made by subkey ${key.fingerprint.toUpperCase()}`] : []),
    ...weaknesses(signature.hash, key),
  ];
  return {
    ...judgement,
    signer: key.primaryFingerprint.toUpperCase(),
    ...(key.userId === '' ? {} : { identity: key.userId }),
    time: new Date(signature.created * 1000).toISOString(),
    timeSource: 'signer',
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** A certificate that could not be used has its key's id, if anywhere, in what is told of it. */
function withoutKey(id: string | undefined, { skipped }: Keyring): Refusal {
  if (id === undefined) return { outcome: 'untrusted', reason: 'it does not say which key made it' };
  const known = skipped.find(({ what, reason }) => `${what} ${reason}`.toLowerCase().includes(id.slice(-16)));
  if (!known) return { outcome: 'untrusted', reason: `no key at hand for ${id.toUpperCase()}` };
  const { from, what, reason } = known;
  const [why = ''] = reason.split('\n');
  return { outcome: 'unsupported', reason: `its key cannot be used: ${from}, ${what}: ${clip(why)}` };
}

function invalid(reason: string): Refusal {
  return { outcome: 'invalid', reason };
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
