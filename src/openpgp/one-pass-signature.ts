import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { algorithmOf, hashOf } from './algorithm.js';
import type { SignaturePacket } from './signature-packet.js';

/** What stands before signed data so that it can be hashed in one pass: it announces the signature behind the data. */
export interface OnePassSignature {
  readonly algorithm: string;
  /** A name of node:crypto's, or `unknown:N`. */
  readonly hash: string;
  /** 16 hex digits. */
  readonly keyId: string;
  /** False where the next packet announces another signature over the same data. */
  readonly last: boolean;
}

const bodyLength = 13;

/**
 * Parses the body of a one-pass signature packet of version 3 (RFC 9580, section 5.4), which signatures of versions
 * 3 and 4 have.
 * @throws ImgcheckError hostile when it is malformed; unsupported for another version
 */
export function parseOnePassSignature(body: Uint8Array): OnePassSignature {
  const cursor = new Cursor(body, 'one-pass signature');
  const version = cursor.u8(0);
  if (version !== 3) {
    throw new ImgcheckError('unsupported', `expected a one-pass signature of version 3, got ${version}`);
  }
  if (body.byteLength !== bodyLength) {
    throw new ImgcheckError('hostile', `expected a one-pass signature of ${bodyLength} bytes, got ${body.byteLength}`);
  }
  const [hashId, algorithmId] = [cursor.u8(2), cursor.u8(3)];
  return {
    algorithm: algorithmOf(algorithmId)?.name ?? `unknown:${algorithmId}`,
    hash: hashOf(hashId) ?? `unknown:${hashId}`,
    keyId: Buffer.from(cursor.slice(4, 8)).toString('hex'),
    last: cursor.u8(12) !== 0,
  };
}

/** Whether this is the signature that was announced. */
export function announces(onePass: OnePassSignature, signature: SignaturePacket): boolean {
  return (
    onePass.algorithm === signature.algorithm &&
    onePass.hash === signature.hash &&
    (signature.keyId === undefined || onePass.keyId === signature.keyId)
  );
}
