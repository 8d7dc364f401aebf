import { createHash, createSign, type KeyObject } from 'node:crypto';
import * as openpgp from 'openpgp';

/** Someone with a key, whose packets the OpenPGP library writes: apart from our own reader. */
export interface Signer {
  readonly key: openpgp.PrivateKey;
  /** The public certificate, binary. */
  readonly certificate: Uint8Array;
  /** A detached signature of version 4 over the message, as one packet. */
  sign(message: Uint8Array, date?: Date): Promise<Uint8Array>;
}

export const madeOn = new Date('2024-01-01T00:00:00Z');

type Kind = Partial<Omit<Parameters<typeof openpgp.generateKey>[0], 'userIDs' | 'format' | 'date'>>;

export async function makeSigner(name: string, kind: Kind = { type: 'ecc', curve: 'ed25519Legacy' }): Promise<Signer> {
  const { privateKey } = await openpgp.generateKey({
    subkeys: [],
    ...kind,
    userIDs: [{ name, email: `${name.toLowerCase().replaceAll(' ', '-')}@example.invalid` }],
    date: madeOn,
    format: 'object',
  });
  return signerOf(privateKey);
}

export function signerOf(key: openpgp.PrivateKey): Signer {
  return {
    key,
    certificate: key.toPublic().write(),
    async sign(message, date = new Date('2024-06-01T00:00:00Z')) {
      const binary = await openpgp.createMessage({ binary: message });
      const options = { message: binary, signingKeys: key, detached: true, format: 'binary', date } as const;
      return (await openpgp.sign(options)) as Uint8Array;
    },
  };
}

export interface Version3 {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** RSA 1, DSA 17; a hash's number and its name. */
  readonly algorithm: 1 | 17;
  readonly hash: readonly [number, string];
  /** Seconds since 1970. */
  readonly created: number;
}

/** A signature packet of version 3, old format, as gpg 1 made them and no library still does (RFC 4880, section 5.2.2). */
export function signVersion3(
  message: Uint8Array,
  { keyId, privateKey, algorithm, hash, created }: Version3,
): Uint8Array {
  const trailer = Buffer.alloc(5);
  trailer.writeUInt32BE(created, 1);
  const signed = Buffer.concat([message, trailer]);
  const left16 = createHash(hash[1]).update(signed).digest().subarray(0, 2);
  const value = createSign(hash[1]).update(signed).sign({ key: privateKey, dsaEncoding: 'ieee-p1363' });
  const half = value.byteLength / 2;
  const numbers = algorithm === 1 ? [value] : [value.subarray(0, half), value.subarray(half)];
  const body = Buffer.concat([
    Buffer.of(3, 5),
    trailer,
    Buffer.from(keyId, 'hex'),
    Buffer.of(algorithm, hash[0]),
    left16,
    ...numbers.map(encodeNumber),
  ]);
  return Buffer.concat([Buffer.of(0x89, body.byteLength >> 8, body.byteLength & 0xff), body]);
}

/** A multiprecision integer: its length in bits, then the bytes without leading zeros. */
export function encodeNumber(bytes: Uint8Array): Uint8Array {
  const value = BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);
  const bits = value === 0n ? 0 : value.toString(2).length;
  const hex = value === 0n ? '' : value.toString(16);
  return Buffer.concat([Buffer.of(bits >> 8, bits & 0xff), Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')]);
}
