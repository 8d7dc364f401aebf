import { constants, createPublicKey, publicDecrypt, verify as verifyBytes } from 'node:crypto';
import { dsaVerifier, type DigestVerifier } from './dsa.js';
import { ecdsaVerifier } from './ecdsa.js';
import type { KeyParameters, SigningKey } from './keyring.js';
import { fromHex } from './modular.js';

/** A signature and the digest it is over, trailer included: all that a key is needed for. */
export interface DigestSignature {
  readonly algorithm: string;
  /** A name of node:crypto's. */
  readonly hash: string;
  /** Hex. */
  readonly digest: string;
  readonly values: readonly string[];
}

/**
 * True when the key made the signature over the digest. Only arithmetic: whether the key might sign, and when,
 * is not asked. Never throws for a bad signature.
 */
export function verifyDigest(signature: DigestSignature, key: SigningKey): boolean {
  return verifierOf(key)(signature);
}

type Verifier = (signature: DigestSignature) => boolean;

/** What a key needs once, a key object or tables, costs more than a verification. */
const verifiers = new WeakMap<SigningKey, Verifier>();

function verifierOf(key: SigningKey): Verifier {
  const known = verifiers.get(key);
  if (known) return known;
  const made = makeVerifier(key.parameters);
  verifiers.set(key, made);
  return made;
}

function makeVerifier(parameters: KeyParameters): Verifier {
  switch (parameters.kind) {
    case 'rsa':
      return rsaVerifier(parameters);
    case 'dsa':
      return numbersVerifier('dsa', dsaVerifier(parameters));
    case 'ecdsa':
      return numbersVerifier('ecdsa', ecdsaVerifier(parameters));
    case 'ed25519':
    case 'ed448':
      return edwardsVerifier(parameters);
  }
}

function numbersVerifier(name: string, verify: DigestVerifier): Verifier {
  return ({ algorithm, digest, values: [r = '', s = ''] }) => algorithm === name && verify(digest, r, s);
}

/** DER of a DigestInfo up to the digest itself (RFC 8017, section 9.2, note 1), by the hash's name. */
const digestInfos: Readonly<Record<string, string>> = {
  md5: '3020300c06082a864886f70d020505000410',
  sha1: '3021300906052b0e03021a05000414',
  ripemd160: '3021300906052b2403020105000414',
  sha224: '302d300d06096086480165030402040500041c',
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
  'sha3-256': '3031300d060960864801650304020805000420',
  'sha3-512': '3051300d060960864801650304020a05000440',
};

/** The signature opened with the key must be, byte for byte, the one form that PKCS #1 v1.5 has for the digest. */
function rsaVerifier({ n, e }: Extract<KeyParameters, { kind: 'rsa' }>): Verifier {
  const key = createPublicKey({ key: { kty: 'RSA', n: base64(n), e: base64(e) }, format: 'jwk' });
  const modulus = fromHex(n);
  const digits = n.replace(/^(00)+/, '').length;
  return ({ algorithm, hash, digest, values: [first = ''] }) => {
    const info = digestInfos[hash];
    const value = fromHex(first);
    if (algorithm !== 'rsa' || info === undefined || value >= modulus) return false;
    const content = `00${info}${digest}`;
    const fill = digits - 4 - content.length;
    // Eight bytes of padding at least; a key so short cannot have signed such a digest.
    if (fill < 16) return false;
    const expected = Buffer.from(`0001${'f'.repeat(fill)}${content}`, 'hex');
    const block = Buffer.from(value.toString(16).padStart(digits, '0'), 'hex');
    return publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, block).equals(expected);
  };
}

function edwardsVerifier({ kind, point }: Extract<KeyParameters, { kind: 'ed25519' | 'ed448' }>): Verifier {
  const curve = kind === 'ed25519' ? 'Ed25519' : 'Ed448';
  const key = createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64(point) }, format: 'jwk' });
  return ({ algorithm, digest, values: [first = '', second = ''] }) => {
    const isOlder = kind === 'ed25519' && algorithm === 'eddsa';
    if (!isOlder && algorithm !== kind) return false;
    // The older form has the two halves as numbers, whose leading zeros are lost.
    const signature = isOlder ? first.padStart(64, '0') + second.padStart(64, '0') : first;
    return verifyBytes(null, Buffer.from(digest, 'hex'), key, Buffer.from(signature, 'hex'));
  };
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64url');
}
