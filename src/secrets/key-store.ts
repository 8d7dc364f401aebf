import { Cursor } from '../core/bytes.js';
import { isImgcheckError } from '../core/error.js';
import type { SecretHit } from './hit.js';

interface KeyStore {
  readonly name: RegExp;
  find(bytes: Uint8Array): SecretHit | undefined;
}

/** RFC 7292 section 4.2.2: the bag of an encrypted private key, as DER. Certificates alone have none. */
const shroudedKeyBag = Buffer.from('060b2a864886f70d010c0a0102', 'hex');
const keyBag = Buffer.from('060b2a864886f70d010c0a0101', 'hex');
/** The algorithm in a PKCS #8 key: of RSA (RFC 8017) and of elliptic curves (RFC 5480), behind the version 0. */
const pkcs8 = [
  Buffer.from('020100300d06092a864886f70d010101', 'hex'),
  Buffer.from('020100301306072a8648ce3d0201', 'hex'),
];
const keepassSignature = 0x03d9a29a;
const sqliteSignature = Buffer.from('SQLite format 3\0');

/** Files whose content is no text, or no text that a line of would tell: known by name, and by a look at what is in them. */
const keyStores: readonly KeyStore[] = [
  { name: /\.(?:p12|pfx|keystore|jks)$/i, find: javaOrPkcs12 },
  { name: /(?:^|\/)private-keys-v1\.d\/[0-9A-F]{40}\.key$/, find: gnupgKey },
  { name: /\.(?:der|key|pk8|p8)$/i, find: derKey },
  { name: /\.keytab$/i, find: (bytes) => (isKeytab(bytes) ? { kind: 'Kerberos keytab' } : undefined) },
  {
    name: /\.kdbx?$/i,
    find: (bytes) => (wordAt(bytes) === keepassSignature ? { kind: 'KeePass database', encrypted: true } : undefined),
  },
  { name: /(?:^|\/)secring\.gpg$/, find: secretKeyring },
  {
    name: /(?:^|\/)gcloud\/(?:credentials|access_tokens)\.db$/,
    find: (bytes) => (sqliteSignature.equals(bytes.subarray(0, 16)) ? { kind: 'gcloud credentials' } : undefined),
  },
  { name: /(?:^|\/)\.mylogin\.cnf$/, find: (bytes) => (bytes.length > 24 ? { kind: 'MySQL password' } : undefined) },
  {
    name: /(?:^|\/)\.azure\/msal_token_cache\.bin$/,
    find: (bytes) => (bytes.length > 2 ? { kind: 'Azure token' } : undefined),
  },
];

/** Nearly every path is turned away by this alone. */
const anyStore = new RegExp(keyStores.map(({ name }) => name.source).join('|'), 'i');

/** The private key in a file that is called like a store of keys, if one is in it. */
export function findKeyStore(path: string, bytes: Uint8Array): SecretHit | undefined {
  return anyStore.test(path) ? keyStores.find(({ name }) => name.test(path))?.find(bytes) : undefined;
}

/** keytool's own format, else PKCS #12. */
function javaOrPkcs12(bytes: Uint8Array): SecretHit | undefined {
  if (wordAt(bytes) === 0xfeedfeed)
    return hasJavaKey(bytes) ? { kind: 'private key in a Java key store', encrypted: true } : undefined;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes[0] !== 0x30) return undefined;
  if (file.includes(shroudedKeyBag)) return { kind: 'private key in a PKCS #12 file', encrypted: true };
  return file.includes(keyBag) ? { kind: 'private key in a PKCS #12 file' } : undefined;
}

/** Entries of a JKS file: 1 is a private key with its certificates, 2 a certificate. What is cut off tells nothing. */
function hasJavaKey(bytes: Uint8Array): boolean {
  const cursor = new Cursor(bytes, 'key store');
  try {
    const count = cursor.u32(8);
    for (let i = 0, at = 12; i < count; i++) {
      const tag = cursor.u32(at);
      if (tag !== 2) return tag === 1;
      at += 4;
      at += 2 + cursor.u16(at) + 8;
      at += 2 + cursor.u16(at);
      at += 4 + cursor.u32(at);
    }
  } catch (error) {
    if (!isImgcheckError(error, 'hostile')) throw error;
  }
  return false;
}

function derKey(bytes: Uint8Array): SecretHit | undefined {
  if (bytes[0] !== 0x30 || bytes.length < 40) return undefined;
  const length = bytes[1] as number;
  const inner = length < 0x80 ? 2 : 2 + (length & 0x7f);
  const rest = Buffer.from(bytes.buffer, bytes.byteOffset + inner, Math.min(32, bytes.byteLength - inner));
  if (pkcs8.some((start) => rest.subarray(0, start.length).equals(start))) return { kind: 'private key' };
  // PKCS #1: version 0, then a modulus of 128 bytes or more. SEC 1: version 1, then 32 to 66 bytes.
  const rsa = rest.subarray(0, 4).equals(Buffer.from('02010002', 'hex')) && (rest[4] === 0x81 || rest[4] === 0x82);
  const curve =
    rest.subarray(0, 4).equals(Buffer.from('02010104', 'hex')) && (rest[4] ?? 0) >= 28 && (rest[4] ?? 0) <= 66;
  return rsa || curve ? { kind: 'private key' } : undefined;
}

/** MIT's file format: 5, then the version 1 or 2, then at least one entry. */
function isKeytab(bytes: Uint8Array): boolean {
  return bytes[0] === 5 && (bytes[1] === 1 || bytes[1] === 2) && bytes.length > 16;
}

function gnupgKey(bytes: Uint8Array): SecretHit | undefined {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(4096, bytes.byteLength)).toString('latin1');
  if (start.includes('protected-private-key')) return { kind: 'GnuPG private key', encrypted: true };
  return /\(\d{0,3}:?private-key/.test(start) ? { kind: 'GnuPG private key' } : undefined;
}

/** A secret-key packet (RFC 4880 section 5.5.1), in the old or the new form of its header. */
function secretKeyring(bytes: Uint8Array): SecretHit | undefined {
  const first = bytes[0] ?? 0;
  const tag = first & 0x40 ? first & 0x3f : (first >> 2) & 0x0f;
  return first & 0x80 && tag === 5 ? { kind: 'PGP private key' } : undefined;
}

function wordAt(bytes: Uint8Array): number {
  return bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
}
