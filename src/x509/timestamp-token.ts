import { ImgcheckError } from '../core/error.js';
import {
  contentOf,
  contextTag,
  derTags,
  expectTag,
  insideOf,
  readDer,
  readDerRow,
  readObjectId,
  readSmallInteger,
  readTime,
  type DerValue,
} from './asn1.js';

/** A TimeStampToken taken apart: nothing in it is believed. */
export interface TimestampToken {
  readonly info: TimestampInfo;
  /** The TSTInfo as it stands: what the signer's attributes hash. */
  readonly infoBytes: Uint8Array;
  /** In DER; the signer's among them, in no order. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: TokenSigner;
}

export interface TimestampInfo {
  /** The hash of what was stamped. */
  readonly imprint: Uint8Array;
  readonly imprintHash: HashName;
  readonly time: Date;
  /** How far the time may be off, to either side. */
  readonly accuracyMilliseconds: number;
}

export interface TokenSigner {
  /** Which certificate: by its issuer's name in DER and its serial number, or by its subject key identifier. */
  readonly id: { readonly issuerDer: Uint8Array; readonly serial: Uint8Array } | { readonly keyId: Uint8Array };
  readonly hash: HashName;
  readonly keyType: 'rsa' | 'ec';
  /** The attributes as they are signed: as a SET. */
  readonly signedBytes: Uint8Array;
  readonly messageDigest: Uint8Array;
  readonly certificateHash: { readonly hash: HashName | 'sha1'; readonly value: Uint8Array };
  readonly signature: Uint8Array;
}

export type HashName = 'sha256' | 'sha384' | 'sha512';

const what = 'timestamp token';
const ids = {
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  /** ETSI's baseline policy (RFC 3628, section 5.2): within a second, said or not. */
  baselinePolicy: '0.4.0.2023.1.1',
} as const;
const hashes: Readonly<Record<string, HashName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
/** The hash is the one of the digest algorithm where the identifier names none. */
const signatureAlgorithms: Readonly<Record<string, readonly ['rsa' | 'ec', HashName?]>> = {
  '1.2.840.113549.1.1.1': ['rsa'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
};
const sizeLimit = 256 * 1024;

/**
 * Parses a TimeStampToken (RFC 3161, section 2.4.2): SignedData of CMS (RFC 5652, section 5) with one signer.
 * @throws ImgcheckError hostile when it is malformed; unsupported for BER and for algorithms other than SHA-2 with
 * RSA (PKCS #1) or ECDSA
 */
export function parseTimestampToken(bytes: Uint8Array): TimestampToken {
  if (bytes.byteLength > sizeLimit) throw fault(`its ${bytes.byteLength} bytes exceed ${sizeLimit}`);
  const [type, wrapped] = insideOf(readDer(bytes, what), what, derTags.sequence);
  expectId(type, ids.signedData);
  const [, , content, ...rest] = insideOf(
    readDer(contentOf(wrapped, contextTag(0), what), what),
    what,
    derTags.sequence,
  );
  const [contentType, encapsulated] = insideOf(required(content), what, derTags.sequence);
  expectId(contentType, ids.timestampInfo);
  const octets = readDer(contentOf(encapsulated, contextTag(0), what), what);
  const infoBytes = contentOf(octets, derTags.octetString, what);
  const certificates = rest[0]?.tag === contextTag(0) ? readDerRow(rest[0].content, what, 20) : [];
  const signers = insideOf(required(rest.at(-1)), what, derTags.set);
  if (signers.length !== 1) throw fault(`expected one signer, got ${signers.length}`);
  return {
    info: readInfo(infoBytes),
    infoBytes,
    // Other kinds (attribute certificates) are tagged, and say nothing of the signer's key.
    certificates: certificates.filter(({ tag }) => tag === derTags.sequence).map(({ whole }) => whole),
    signer: readSigner(required(signers[0])),
  };
}

function readInfo(bytes: Uint8Array): TimestampInfo {
  const fields = insideOf(readDer(bytes, what), what, derTags.sequence);
  const [version, policy, imprint, serial, time, ...optional] = fields;
  if (readSmallInteger(version, what) !== 1) throw fault('a version other than 1');
  expectTag(serial, derTags.integer, what);
  const [imprintHash, hashed] = insideOf(required(imprint), what, derTags.sequence);
  const accuracy = optional[0]?.tag === derTags.sequence ? readAccuracy(optional[0]) : undefined;
  const extensions = optional.find(({ tag }) => tag === contextTag(1));
  for (const extension of extensions ? insideOf(extensions, what) : []) {
    if (insideOf(extension, what, derTags.sequence)[1]?.tag === derTags.boolean) {
      throw new ImgcheckError('unsupported', `${what}: a critical extension is not supported`);
    }
  }
  return {
    imprint: contentOf(hashed, derTags.octetString, what),
    imprintHash: readHash(imprintHash),
    time: readTime(expectTag(time, derTags.generalizedTime, what), what),
    accuracyMilliseconds: accuracy ?? (readObjectId(policy, what) === ids.baselinePolicy ? 1000 : 0),
  };
}

/** Seconds, milliseconds and microseconds, each of which may be absent; the last round up to a millisecond. */
function readAccuracy(accuracy: DerValue): number {
  const parts = insideOf(accuracy, what);
  const number = (tag: number): number => {
    const part = parts.find((each) => each.tag === tag);
    return part ? readSmallInteger({ ...part, tag: derTags.integer }, what) : 0;
  };
  return number(derTags.integer) * 1000 + number(0x80) + Math.ceil(number(0x81) / 1000);
}

function readSigner(signer: DerValue): TokenSigner {
  const [, id, digest, signed, algorithm, signature] = insideOf(signer, what, derTags.sequence);
  const attributes = readAttributes(expectTag(signed, contextTag(0), what));
  expectId(attributes(ids.contentType), ids.timestampInfo);
  const hash = readHash(digest);
  const [algorithmId] = insideOf(required(algorithm), what, derTags.sequence);
  const [keyType, ownHash = hash] = signatureAlgorithms[readObjectId(algorithmId, what)] ?? [];
  if (keyType === undefined)
    throw new ImgcheckError('unsupported', `${what}: its signature algorithm is not supported`);
  if (ownHash !== hash) throw fault(`its algorithms name two hashes, ${hash} and ${ownHash}`);
  const signedBytes = Buffer.from(required(signed).whole);
  // RFC 5652, section 5.4: signed as a SET, not under the tag that it stands in.
  signedBytes.writeUInt8(derTags.set, 0);
  return {
    id: readSignerId(required(id)),
    hash,
    keyType,
    signedBytes,
    messageDigest: contentOf(attributes(ids.messageDigest), derTags.octetString, what),
    certificateHash: readCertificateHash(attributes),
    signature: contentOf(signature, derTags.octetString, what),
  };
}

type Attributes = (id: string) => DerValue | undefined;

/** The one value of each attribute; none may be there twice. */
function readAttributes(signed: DerValue): Attributes {
  const found = new Map<string, DerValue>();
  for (const attribute of insideOf(signed, what)) {
    const [id, values] = insideOf(attribute, what, derTags.sequence);
    const name = readObjectId(id, what);
    const [value, more] = insideOf(required(values), what, derTags.set);
    if (found.has(name) || !value || more) throw fault(`its attribute ${name} does not have one value`);
    found.set(name, value);
  }
  return (id) => found.get(id);
}

function readSignerId(id: DerValue): TokenSigner['id'] {
  if (id.tag === 0x80) return { keyId: id.content };
  const [issuer, serial] = insideOf(id, what, derTags.sequence);
  return { issuerDer: required(issuer).whole, serial: contentOf(serial, derTags.integer, what) };
}

/** RFC 5035, section 3: the first is the signer's own; RFC 2634's older attribute is always of SHA-1. */
function readCertificateHash(attributes: Attributes): TokenSigner['certificateHash'] {
  const newer = attributes(ids.signingCertificateV2);
  const attribute = newer ?? attributes(ids.signingCertificate);
  if (!attribute) throw fault('its signer does not say which certificate is his');
  const [list] = insideOf(attribute, what, derTags.sequence);
  const [first] = insideOf(required(list), what, derTags.sequence);
  const parts = insideOf(required(first), what, derTags.sequence);
  const named = newer && parts[0]?.tag === derTags.sequence ? readHash(parts[0]) : undefined;
  const value = contentOf(parts[named === undefined ? 0 : 1], derTags.octetString, what);
  return { hash: named ?? (newer ? 'sha256' : 'sha1'), value };
}

/** An AlgorithmIdentifier of SHA-2. */
function readHash(algorithm: DerValue | undefined): HashName {
  const [id] = insideOf(required(algorithm), what, derTags.sequence);
  const hash = hashes[readObjectId(id, what)];
  if (hash === undefined) throw new ImgcheckError('unsupported', `${what}: a hash other than SHA-2 is not supported`);
  return hash;
}

function expectId(value: DerValue | undefined, id: string): void {
  const got = readObjectId(value, what);
  if (got !== id) throw fault(`expected the type ${id}, got ${got}`);
}

function required(value: DerValue | undefined): DerValue {
  if (value) return value;
  throw fault('a field is missing');
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', `${what}: ${message}`);
}
