import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';

/**
 * X.509 certificates (RFC 5280) out of Node alone, for tests and the demo: EC P-256 keys, ECDSA with SHA-256.
 * Not for anything that must be kept secret.
 *
 * @typedef {{ cert: string, key: string }} Certificate PEM, the key as PKCS #8
 * @typedef {Certificate & { name: string }} Authority
 * @typedef {{ names?: readonly string[], ips?: readonly string[], commonName?: string, notBefore?: Date, notAfter?: Date,
 *   client?: boolean }} CertificateRequest
 */

const day = 86_400_000;
const oids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
};

/**
 * Makes a certificate authority, valid from yesterday for ten years.
 *
 * @param {string} name
 * @returns {Authority}
 */
export function makeAuthority(name) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const extensions = [
    extension(oids.basicConstraints, sequence(boolean(true)), true),
    extension(oids.keyUsage, bitString(Buffer.from([0x06]), 1), true),
    extension(oids.subjectKeyId, octetString(keyId(spki))),
  ];
  const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 3650 * day) };
  const cert = certificate({ issuer: name, subject: name, spki, extensions, ...validity }, privateKey);
  return { name, cert, key: pkcs8(privateKey) };
}

/**
 * Issues a server certificate (or, with `client`, a client certificate), by default valid from yesterday for 90 days.
 *
 * @param {Authority} authority
 * @param {CertificateRequest} request
 * @returns {Certificate}
 */
export function issueCertificate(authority, request) {
  return issue(request, authority);
}

/**
 * Makes a server certificate that nobody vouches for but itself.
 *
 * @param {CertificateRequest} request
 * @returns {Certificate}
 */
export function selfSignedCertificate(request) {
  return issue(request, undefined);
}

/**
 * @param {CertificateRequest} request
 * @param {Authority | undefined} authority
 * @returns {Certificate}
 */
function issue(request, authority) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const signer = authority ? createPrivateKey(authority.key) : privateKey;
  const signerSpki = createPublicKey(signer).export({ type: 'spki', format: 'der' });
  const names = request.names ?? [];
  const subject = request.commonName ?? names[0] ?? request.ips?.[0] ?? 'unnamed';
  const alternatives = [
    ...names.map((name) => tagged(0x82, Buffer.from(name, 'ascii'))),
    ...(request.ips ?? []).map((ip) => tagged(0x87, addressBytes(ip))),
  ];
  const extensions = [
    extension(oids.basicConstraints, sequence(), true),
    extension(oids.keyUsage, bitString(Buffer.from([0x80]), 7), true),
    extension(oids.extendedKeyUsage, sequence(objectId(request.client ? oids.clientAuth : oids.serverAuth))),
    extension(oids.subjectKeyId, octetString(keyId(spki))),
    extension(oids.authorityKeyId, sequence(tagged(0x80, keyId(signerSpki)))),
    ...(alternatives.length > 0 ? [extension(oids.subjectAltName, sequence(...alternatives))] : []),
  ];
  const notBefore = request.notBefore ?? new Date(Date.now() - day);
  const notAfter = request.notAfter ?? new Date(Date.now() + 90 * day);
  const issuer = authority?.name ?? subject;
  return {
    cert: certificate({ issuer, subject, spki, extensions, notBefore, notAfter }, signer),
    key: pkcs8(privateKey),
  };
}

/**
 * @param {{ issuer: string, subject: string, spki: Buffer, extensions: Buffer[], notBefore: Date, notAfter: Date }} fields
 * @param {import('node:crypto').KeyObject} signer
 * @returns {string} PEM
 */
function certificate(fields, signer) {
  const algorithm = sequence(objectId(oids.ecdsaWithSha256));
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    distinguishedName(fields.issuer),
    sequence(time(fields.notBefore), time(fields.notAfter)),
    distinguishedName(fields.subject),
    fields.spki,
    tagged(0xa3, sequence(...fields.extensions)),
  );
  const der = sequence(body, algorithm, bitString(sign('sha256', body, signer), 0));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** @param {import('node:crypto').KeyObject} key */
function pkcs8(key) {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** SHA-1 of the public key's bits (RFC 5280, 4.2.1.2): the last 65 bytes of a P-256 SPKI. @param {Buffer} spki */
function keyId(spki) {
  return createHash('sha1').update(spki.subarray(-65)).digest();
}

/** @param {string} commonName */
function distinguishedName(commonName) {
  const attribute = sequence(objectId(oids.commonName), tagged(0x0c, Buffer.from(commonName, 'utf8')));
  return sequence(tagged(0x31, attribute));
}

/** @param {string} oid @param {Buffer} value @param {boolean} [critical] */
function extension(oid, value, critical = false) {
  return sequence(objectId(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** @param {number} tag @param {Buffer[]} parts */
function tagged(tag, ...parts) {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** @param {Buffer[]} parts */
function sequence(...parts) {
  return tagged(0x30, ...parts);
}

/** A positive one: a leading zero keeps the top bit from meaning a sign, and superfluous zeros go. @param {Buffer} bytes */
function integer(bytes) {
  const first = bytes.findIndex((byte) => byte !== 0);
  const trimmed = bytes.subarray(first < 0 ? bytes.length - 1 : first);
  return tagged(0x02, (trimmed[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), trimmed]) : trimmed);
}

/** @param {boolean} value */
function boolean(value) {
  return tagged(0x01, Buffer.from([value ? 0xff : 0]));
}

/** @param {Buffer} bytes @param {number} unused bits at the end */
function bitString(bytes, unused) {
  return tagged(0x03, Buffer.from([unused]), bytes);
}

/** @param {Buffer} bytes */
function octetString(bytes) {
  return tagged(0x04, bytes);
}

/** @param {string} oid */
function objectId(oid) {
  const [first = 0, second = 0, ...rest] = oid.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Buffer.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280, 4.1.2.5). @param {Date} date */
function time(date) {
  const text = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(text.slice(2), 'ascii'))
    : tagged(0x18, Buffer.from(text, 'ascii'));
}

/** @param {string} ip */
function addressBytes(ip) {
  if (isIPv4(ip)) return Buffer.from(ip.split('.').map(Number));
  if (!isIPv6(ip) || ip.includes('.')) throw new Error(`not an IP address: ${ip}`);
  const [head = '', tail] = ip.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
