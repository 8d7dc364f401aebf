import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { readPem, type PemBlock } from '../x509/pem.js';

export interface SignerKey {
  readonly key: KeyObject;
  /** `sha256:HEX` of the key's SubjectPublicKeyInfo (DER). */
  readonly id: string;
  /** Where it was read: a file, or what else to call it. */
  readonly from: string;
}

const fileLimit = 1 << 20;
const keyLimit = 100;

/**
 * Reads the PEM public keys of a file (`BEGIN PUBLIC KEY`, one or several): RSA, EC on P-256, P-384 or P-521, Ed25519.
 * @throws ImgcheckError usage, naming the file, for anything else and for a file without any
 */
export function readPublicKeys(bytes: Uint8Array, from: string): readonly SignerKey[] {
  if (bytes.byteLength > fileLimit) throw refuse(`a public key file of ${bytes.byteLength} bytes`, from);
  const text = new TextDecoder('latin1').decode(bytes);
  const { blocks } = readBlocks(text, from);
  if (blocks.length === 0) throw refuse(describeForeign(bytes, text), from);
  return blocks.map((block) => readBlock(block, from));
}

/** The key under its id. @throws ImgcheckError unsupported for a key of a kind that is not verified with */
export function signerKey(key: KeyObject, from: string): SignerKey {
  if (!isUsable(key)) throw new ImgcheckError('unsupported', `the key is ${describeKey(key)}: ${expectedKeys}`);
  return { key, id: keyId(key), from };
}

const expectedKeys = 'expected RSA of 1024 to 16384 bits, EC on P-256, P-384 or P-521, or Ed25519';

/** DER of the SubjectPublicKeyInfo. */
export function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

function keyId(key: KeyObject): string {
  return `sha256:${createHash('sha256').update(spkiOf(key)).digest('hex')}`;
}

/** By the names that node:crypto has for the curves. */
const curveHashes: Readonly<Record<string, string>> = {
  prime256v1: 'sha256',
  secp384r1: 'sha384',
  secp521r1: 'sha512',
};

/** Curves with parameters of their own have no name, and are left out with it. */
function isUsable(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'ed25519') return true;
  if (key.asymmetricKeyType === 'ec') {
    return Object.hasOwn(curveHashes, key.asymmetricKeyDetails?.namedCurve ?? '');
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  return key.asymmetricKeyType === 'rsa' && bits >= 1024 && bits <= 16384;
}

/** For people: `RSA of 2048 bits`, `EC on secp256k1`. */
export function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return `EC on ${namedCurve ?? 'a curve without a name'}`;
  if (key.asymmetricKeyType === 'rsa') return `RSA of ${modulusLength ?? 'unknown'} bits`;
  return `of type ${key.asymmetricKeyType ?? 'unknown'}`;
}

/**
 * True when the key made the signature over the content: RSA PKCS #1 v1.5, ECDSA in DER, or pure Ed25519.
 * `sha256` is what the legacy format always hashes with; `key` takes the hash that belongs to the curve.
 */
export function verifyWithKey(
  { key }: SignerKey,
  content: Uint8Array,
  signature: Uint8Array,
  hash: 'sha256' | 'key' = 'sha256',
): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, content, key, signature);
  const byKey = curveHashes[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256';
  return verify(hash === 'key' ? byKey : 'sha256', content, key, signature);
}

function readBlocks(text: string, from: string): { readonly blocks: readonly PemBlock[] } {
  try {
    return readPem(text, 'the public key file', keyLimit);
  } catch (cause) {
    if (!isImgcheckError(cause, 'hostile')) throw cause;
    const label = labelOf(text);
    throw refuse(
      label === 'PUBLIC KEY' ? `damaged PEM (${cause.message})` : describeForeign(undefined, text),
      from,
      cause,
    );
  }
}

function readBlock({ label, bytes }: PemBlock, from: string): SignerKey {
  if (label !== 'PUBLIC KEY') throw refuse(describeLabel(label), from);
  let key: KeyObject;
  try {
    key = createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' });
  } catch (cause) {
    throw refuse(['a public key that cannot be read'], from, cause);
  }
  if (!isUsable(key)) throw refuse([`a key ${describeKey(key)}`, expectedKeys], from);
  return { key, id: keyId(key), from };
}

/** What it is, and what to do about it. */
type Foreign = string | readonly [what: string, hint?: string];

function describeLabel(label: string): Foreign {
  if (label.includes('PRIVATE KEY')) {
    return ['a private key', 'give the public key (cosign public-key, openssl pkey -pubout), and keep this one secret'];
  }
  if (label === 'CERTIFICATE' || label === 'TRUSTED CERTIFICATE') {
    return ['a certificate', 'take its key out with openssl x509 -pubkey, or trust an authority and a name instead'];
  }
  if (label.startsWith('PGP ')) return ['an OpenPGP key', 'OpenPGP keys belong to simple signing (signedBy)'];
  if (label === 'RSA PUBLIC KEY') {
    return ['an RSA key in PKCS #1 form', 'convert it with openssl rsa -RSAPublicKey_in -pubout'];
  }
  return `a PEM block ${label}`;
}

function labelOf(text: string): string | undefined {
  return /^-----BEGIN ([A-Z0-9 ]{1,64})-----/m.exec(text)?.[1];
}

/** Of a file without a PEM block that can be read. */
function describeForeign(bytes: Uint8Array | undefined, text: string): Foreign {
  const label = labelOf(text);
  if (label !== undefined) return describeLabel(label);
  if (/^(?:ssh-|ecdsa-sha2-)/.test(text)) return ['an OpenSSH key', 'convert it with ssh-keygen -e -m PKCS8'];
  if (bytes?.[0] === 0x30) return ['DER, or binary', 'convert it to PEM with openssl pkey -pubin -inform DER'];
  return text.trim() === '' ? 'an empty file' : 'no PEM';
}

function refuse(foreign: Foreign, from: string, cause?: unknown): ImgcheckError {
  const [what, hint] = typeof foreign === 'string' ? [foreign] : foreign;
  return new ImgcheckError('usage', `expected PEM public keys (BEGIN PUBLIC KEY), got ${what}`, {
    subject: from,
    hint,
    cause,
  });
}
