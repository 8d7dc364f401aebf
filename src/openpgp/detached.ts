import { createHash } from 'node:crypto';
import { isImgcheckError } from '../core/error.js';
import { isArmored, readArmor } from './armor.js';
import type { Keyring } from './keyring.js';
import { readPackets } from './packet.js';
import { refusalOf } from './refusal.js';
import { parseSignature, type SignaturePacket } from './signature-packet.js';
import { verifyDigest } from './verify.js';

export interface DetachedVerdict {
  readonly outcome: 'valid' | 'bad' | 'unknown-key' | 'unsupported';
  /** Of a valid signature: its owner and the certificate's fingerprint. */
  readonly signer?: string;
}

/** A file signed by more people than this is not one that vendors publish. */
const signatureCount = 16;

/**
 * Judges a detached OpenPGP signature over a document, armored or not. One valid signature is enough, unless another
 * names a key at hand that did not make it.
 */
export function verifyDetached(content: Uint8Array, signature: Uint8Array, keyring: Keyring): DetachedVerdict {
  const verdicts = packetsOf(signature).map((packet) => (packet ? judge(content, packet, keyring) : unsupported));
  for (const outcome of ['bad', 'valid', 'unknown-key'] as const) {
    const found = verdicts.find((verdict) => verdict.outcome === outcome);
    if (found) return found;
  }
  return unsupported;
}

const unsupported: DetachedVerdict = { outcome: 'unsupported' };

/** The signatures of the file; undefined for each that cannot be read. */
function packetsOf(signature: Uint8Array): (SignaturePacket | undefined)[] {
  return (
    settleFormat(() => {
      const text = new TextDecoder('latin1').decode(signature);
      const blocks = isArmored(text) ? readArmor(text).map((block) => block.bytes) : [signature];
      return blocks
        .flatMap((block) => readPackets(block, signatureCount).map(({ whole }) => whole))
        .map((bytes) => settleFormat(() => parseSignature(bytes)));
    }) ?? [undefined]
  );
}

/** What is malformed here is a signature that cannot be checked, not an attack on the document. */
function settleFormat<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (isImgcheckError(error, 'hostile', 'unsupported', 'usage')) return undefined;
    throw error;
  }
}

function judge(content: Uint8Array, packet: SignaturePacket, keyring: Keyring): DetachedVerdict {
  const { problem, created, fingerprint, keyId, hash, trailer } = packet;
  if (problem !== undefined || created === undefined) return unsupported;
  const id = fingerprint ?? keyId;
  const keys = id === undefined ? [] : keyring.find(id);
  if (keys.length === 0) return { outcome: 'unknown-key' };
  const digest = createHash(hash).update(content).update(trailer).digest('hex');
  const key = keys.find((one) => verifyDigest({ ...packet, digest }, one));
  if (!key || refusalOf(created, key) !== undefined) return { outcome: 'bad' };
  return { outcome: 'valid', signer: `${key.userId} (${key.primaryFingerprint})` };
}
