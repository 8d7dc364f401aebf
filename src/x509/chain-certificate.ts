import { X509Certificate, type KeyObject } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import {
  contentOf,
  contextTag,
  derTags,
  insideOf,
  readBoolean,
  readDer,
  readObjectId,
  readSmallInteger,
  readTime,
  type DerValue,
} from './asn1.js';
import { readDistinguishedName, type DistinguishedName } from './distinguished-name.js';

/** What a verifier of chains asks of a certificate (RFC 5280), with nothing judged yet. */
export interface ChainCertificate {
  readonly x509: X509Certificate;
  readonly der: Uint8Array;
  /** The serial number's bytes as they stand. */
  readonly serial: Uint8Array;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The names in DER: equal names are equal bytes. */
  readonly subjectDer: Uint8Array;
  readonly issuerDer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Whether its issuer signed it by an algorithm that still stands: SHA-2, RSA or ECDSA. */
  readonly soundlySigned: boolean;
  readonly basicConstraints?: { readonly critical: boolean; readonly ca: boolean; readonly pathLength?: number };
  /** Bit 0 is digitalSignature (RFC 5280, section 4.2.1.3). */
  readonly keyUsage?: { readonly critical: boolean; readonly bits: readonly number[] };
  readonly extendedKeyUsage?: { readonly critical: boolean; readonly purposes: readonly string[] };
  readonly subjectKeyId?: Uint8Array;
}

const what = 'certificate';
const sizeLimit = 64 * 1024;
const extensionIds = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
} as const;
const soundAlgorithms: ReadonlySet<string> = new Set([
  ...['11', '12', '13'].map((n) => `1.2.840.113549.1.1.${n}`), // RSA, PKCS #1
  ...['2', '3', '4'].map((n) => `1.2.840.10045.4.3.${n}`), // ECDSA
]);
const rsaPss = '1.2.840.113549.1.1.10';
const sha2: ReadonlySet<string> = new Set(['1', '2', '3'].map((n) => `2.16.840.1.101.3.4.2.${n}`));

/**
 * Parses a certificate in DER.
 * @throws ImgcheckError hostile when it is malformed, has an extension twice or more than 64 KiB
 */
export function parseChainCertificate(der: Uint8Array): ChainCertificate {
  if (der.byteLength > sizeLimit) throw fault(`a certificate of ${der.byteLength} bytes exceeds ${sizeLimit}`);
  const [body, algorithm] = insideOf(readDer(der, what), what, derTags.sequence);
  const fields = [...insideOf(required(body), what, derTags.sequence)];
  if (fields[0]?.tag === contextTag(0)) fields.shift();
  const [serial, , issuer, validity, subject, , ...optional] = fields;
  const [notBefore, notAfter] = insideOf(required(validity), what, derTags.sequence);
  const issuerName = required(issuer);
  const subjectName = required(subject);
  return {
    x509: openCertificate(der),
    der,
    serial: contentOf(serial, derTags.integer, what),
    subject: readDistinguishedName(subjectName, `${what} subject`),
    issuer: readDistinguishedName(issuerName, `${what} issuer`),
    subjectDer: subjectName.whole,
    issuerDer: issuerName.whole,
    notBefore: readTime(notBefore, `${what} validity`),
    notAfter: readTime(notAfter, `${what} validity`),
    soundlySigned: isSound(required(algorithm)),
    ...readExtensions(optional.find(({ tag }) => tag === contextTag(3))),
  };
}

/** The certificate's key, or undefined for one of a kind that this OpenSSL does not know. */
export function publicKeyOf(certificate: ChainCertificate): KeyObject | undefined {
  try {
    return certificate.x509.publicKey;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** Whether `issuer` has the name that the certificate gives, and its key made the signature. Nothing else is asked. */
export function isIssuedBy(certificate: ChainCertificate, issuer: ChainCertificate): boolean {
  if (!Buffer.from(certificate.issuerDer).equals(issuer.subjectDer)) return false;
  const key = publicKeyOf(issuer);
  return key !== undefined && certificate.x509.verify(key);
}

export function isSameCertificate(one: ChainCertificate, other: ChainCertificate): boolean {
  return Buffer.from(one.der).equals(other.der);
}

function openCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (cause) {
    throw new ImgcheckError('hostile', 'a certificate that cannot be read', { cause });
  }
}

type Extensions = Pick<ChainCertificate, 'basicConstraints' | 'keyUsage' | 'extendedKeyUsage' | 'subjectKeyId'>;

function readExtensions(tagged: DerValue | undefined): Extensions {
  if (!tagged) return {};
  const found = new Map<string, { readonly critical: boolean; readonly value: Uint8Array }>();
  for (const extension of insideOf(readDer(tagged.content, what), what, derTags.sequence)) {
    const [id, ...rest] = insideOf(extension, what, derTags.sequence);
    const name = readObjectId(id, what);
    if (found.has(name)) throw fault(`the extension ${name} is there twice`);
    const critical = rest[0]?.tag === derTags.boolean ? readBoolean(rest.shift(), what) : false;
    found.set(name, { critical, value: contentOf(rest[0], derTags.octetString, what) });
  }
  const constraints = found.get(extensionIds.basicConstraints);
  const usage = found.get(extensionIds.keyUsage);
  const purposes = found.get(extensionIds.extendedKeyUsage);
  const keyId = found.get(extensionIds.subjectKeyId);
  return {
    ...(constraints && { basicConstraints: { critical: constraints.critical, ...readConstraints(constraints.value) } }),
    ...(usage && { keyUsage: { critical: usage.critical, bits: readBits(usage.value) } }),
    ...(purposes && {
      extendedKeyUsage: {
        critical: purposes.critical,
        purposes: insideOf(readDer(purposes.value, what), what, derTags.sequence).map((id) => readObjectId(id, what)),
      },
    }),
    ...(keyId && { subjectKeyId: contentOf(readDer(keyId.value, what), derTags.octetString, what) }),
  };
}

function readConstraints(value: Uint8Array): { readonly ca: boolean; readonly pathLength?: number } {
  const rest = [...insideOf(readDer(value, what), what, derTags.sequence)];
  const ca = rest[0]?.tag === derTags.boolean ? readBoolean(rest.shift(), what) : false;
  return rest.length === 0 ? { ca } : { ca, pathLength: readSmallInteger(rest[0], what) };
}

function readBits(value: Uint8Array): readonly number[] {
  const [unused = 8, ...bytes] = contentOf(readDer(value, what), derTags.bitString, what);
  if (unused > 7 || bytes.length > 2) throw fault('a key usage of a wrong form');
  return bytes.flatMap((byte, at) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => (byte & (0x80 >> bit)) !== 0).map((bit) => at * 8 + bit),
  );
}

function isSound(algorithm: DerValue): boolean {
  const [id, parameters] = insideOf(algorithm, what, derTags.sequence);
  const name = readObjectId(id, what);
  if (name !== rsaPss) return soundAlgorithms.has(name);
  // RFC 4055, section 3.1: a hash that is not named is SHA-1.
  const hash = parameters && insideOf(parameters, what, derTags.sequence).find(({ tag }) => tag === contextTag(0));
  if (!hash) return false;
  const [hashId] = insideOf(readDer(hash.content, what), what, derTags.sequence);
  return sha2.has(readObjectId(hashId, what));
}

function required(value: DerValue | undefined): DerValue {
  if (value) return value;
  throw fault('a certificate with a field missing');
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
