import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Object identifiers that tests name. */
export const oids = {
  codeSigning: '1.3.6.1.5.5.7.3.3',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  anyUsage: '2.5.29.37.0',
  subjectAltName: '2.5.29.17',
  nameConstraints: '2.5.29.30',
  oidcIssuer: '1.3.6.1.4.1.57264.1.1',
  oidcIssuer2: '1.3.6.1.4.1.57264.1.8',
} as const;

export interface Issued {
  /** Common name; empty where the subject is. */
  readonly name: string;
  readonly der: Buffer;
  readonly pem: string;
  readonly x509: X509Certificate;
  readonly privateKey: KeyObject;
}

export type ExtensionForm = readonly [oid: string, value: Buffer, critical?: boolean];

export interface CertificateForm {
  readonly name?: string;
  /** Who signs it; itself when there is none. */
  readonly issuer?: Issued;
  readonly privateKey?: KeyObject;
  readonly emails?: readonly string[];
  readonly hosts?: readonly string[];
  readonly uris?: readonly string[];
  /** Bytes of IP addresses. */
  readonly addresses?: readonly Buffer[];
  /** An authority; a number is how many may stand below it. */
  readonly ca?: boolean | number;
  readonly usages?: readonly string[];
  /** Bits of the key usage. */
  readonly keyUsage?: readonly number[];
  readonly from?: Date;
  readonly to?: Date;
  readonly extensions?: readonly ExtensionForm[];
  readonly hash?: 'sha256' | 'sha1';
}

/** Keys of EC P-256: quick to make. */
export function ecKey(namedCurve = 'P-256'): KeyObject {
  return generateKeyPairSync('ec', { namedCurve }).privateKey;
}

/** Issues any certificate one asks for, sensible or not (RFC 5280); by default valid in all of 2020 to 2039. */
export function issue(form: CertificateForm): Issued {
  const name = form.name ?? 'unnamed';
  const privateKey = form.privateKey ?? ecKey();
  const signer = form.issuer?.privateKey ?? privateKey;
  const algorithm = sequence(objectId(signatureOid(signer, form.hash)), ...(isRsa(signer) ? [tagged(0x05)] : []));
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    algorithm,
    distinguishedName(form.issuer?.name ?? name),
    sequence(time(form.from ?? new Date('2020-01-01T00:00:00Z')), time(form.to ?? new Date('2039-12-31T23:59:59Z'))),
    distinguishedName(name),
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...extensionsOf(form, privateKey, signer).map(extension))),
  );
  const hash = signer.asymmetricKeyType === 'ed25519' ? null : (form.hash ?? 'sha256');
  const der = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), sign(hash, body, signer)));
  return { name, der, pem: pem('CERTIFICATE', der), x509: new X509Certificate(der), privateKey };
}

export function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

export function publicPem(key: KeyObject): string {
  return createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
}

function extensionsOf(form: CertificateForm, privateKey: KeyObject, signer: KeyObject): readonly ExtensionForm[] {
  const { ca, usages, keyUsage } = form;
  const names = [
    ...(form.emails ?? []).map((text) => tagged(0x81, Buffer.from(text))),
    ...(form.hosts ?? []).map((text) => tagged(0x82, Buffer.from(text))),
    ...(form.uris ?? []).map((text) => tagged(0x86, Buffer.from(text))),
    ...(form.addresses ?? []).map((bytes) => tagged(0x87, bytes)),
  ];
  const limit = typeof ca === 'number' ? [tagged(0x02, Buffer.from([ca]))] : [];
  return [
    ['2.5.29.14', tagged(0x04, keyId(privateKey))],
    ['2.5.29.35', sequence(tagged(0x80, keyId(signer)))],
    ...(ca === undefined ? [] : [basicConstraints(ca !== false, limit)]),
    ...(keyUsage ? [['2.5.29.15', bits(keyUsage), true] as const] : []),
    ...(usages ? [['2.5.29.37', sequence(...usages.map(objectId))] as const] : []),
    ...(names.length > 0 ? [[oids.subjectAltName, sequence(...names), form.name === ''] as const] : []),
    ...(form.extensions ?? []),
  ];
}

function basicConstraints(ca: boolean, limit: readonly Buffer[]): ExtensionForm {
  return ['2.5.29.19', sequence(...(ca ? [tagged(0x01, Buffer.from([0xff])), ...limit] : [])), true];
}

function isRsa(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'rsa';
}

function signatureOid(key: KeyObject, hash = 'sha256'): string {
  if (key.asymmetricKeyType === 'ed25519') return '1.3.101.112';
  if (isRsa(key)) return hash === 'sha1' ? '1.2.840.113549.1.1.5' : '1.2.840.113549.1.1.11';
  return hash === 'sha1' ? '1.2.840.10045.4.1' : '1.2.840.10045.4.3.2';
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest();
}

function bits(set: readonly number[]): Buffer {
  const byte = set.reduce((value, bit) => value | (0x80 >> bit), 0);
  let unused = 0;
  while (unused < 7 && (byte & (1 << unused)) === 0) unused++;
  return tagged(0x03, Buffer.from([unused, byte]));
}

function extension([oid, value, critical = false]: ExtensionForm): Buffer {
  return sequence(objectId(oid), ...(critical ? [tagged(0x01, Buffer.from([0xff]))] : []), tagged(0x04, value));
}

function distinguishedName(name: string): Buffer {
  if (name === '') return sequence();
  return sequence(tagged(0x31, sequence(objectId('2.5.4.3'), tagged(0x0c, Buffer.from(name)))));
}

export function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, ...parts);
}

/** One element of DER. */
export function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function objectId(oid: string): Buffer {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

function time(date: Date): Buffer {
  const text = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  const year = date.getUTCFullYear();
  return year >= 1950 && year < 2050
    ? tagged(0x17, Buffer.from(text.slice(2), 'latin1'))
    : tagged(0x18, Buffer.from(text, 'latin1'));
}
