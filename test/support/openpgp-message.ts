import { deflateRawSync, deflateSync } from 'node:zlib';
import { filterBy } from './decoding.js';
import type { Signer } from './openpgp.js';

/** A packet in the new format, its length in five bytes. */
export function packet(tag: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(6);
  head[0] = 0xc0 | tag;
  head[1] = 0xff;
  head.writeUInt32BE(body.byteLength, 2);
  return Buffer.concat([head, body]);
}

/** Literal data without a name. */
export function literal(content: Uint8Array | string, mode = 'b'): Buffer {
  return packet(11, Buffer.concat([Buffer.from(mode), Buffer.alloc(5), Buffer.from(content)]));
}

export interface Announced {
  readonly version?: number;
  readonly hash?: number;
  readonly algorithm?: number;
  readonly keyId: string;
  readonly last?: number;
}

export function onePass({ version = 3, hash = 10, algorithm = 22, keyId, last = 1 }: Announced): Buffer {
  return packet(4, Buffer.from([version, 0, hash, algorithm, ...Buffer.from(keyId, 'hex'), last]));
}

/** A compressed packet: stored 0, ZIP 1, ZLIB 2, BZIP2 3. */
export function compressed(algorithm: 0 | 1 | 2 | 3, content: Uint8Array): Buffer {
  return packet(8, Buffer.concat([Buffer.of(algorithm), pack(algorithm, content)]));
}

function pack(algorithm: 0 | 1 | 2 | 3, content: Uint8Array): Uint8Array {
  switch (algorithm) {
    case 0:
      return content;
    case 1:
      return deflateRawSync(content);
    case 2:
      return deflateSync(content);
    case 3: {
      const packed = filterBy('bzip2', ['-c'], content);
      if (!packed) throw new Error('bzip2 is not there');
      return packed;
    }
  }
}

/** What announces the signatures of one who has an Ed25519 key of the older form, made with SHA-512. */
export function announcementOf(signer: Signer, last = 1): Buffer {
  return onePass({ keyId: signer.key.getKeyID().toHex(), last });
}

/** A signed message as gpg writes it without compression: one-pass signature, literal data, signature. */
export async function signedMessage(signer: Signer, content: Uint8Array | string): Promise<Buffer> {
  const bytes = Buffer.from(content);
  return Buffer.concat([announcementOf(signer), literal(bytes), await signer.sign(bytes)]);
}
