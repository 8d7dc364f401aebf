import { generateKeyPairSync, sign, constants, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseChainCertificate } from '../../src/x509/chain-certificate.js';
import type { NotationStores } from '../../src/signature/notation-trust-files.js';
import { parseNotationPolicy, type NotationStatement } from '../../src/signature/notation-trust.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { encodeCbor, tagged, type Encodable } from './cbor.js';
import type { Tool } from './debian.js';

export type KeyKind = 'rsa:2048' | 'rsa:3072' | 'rsa:4096' | 'P-256' | 'P-384' | 'P-521';

export interface Identity {
  readonly key: KeyObject;
  readonly kind: KeyKind;
  /** In DER: its own certificate, then those above it. */
  readonly chain: readonly Buffer[];
  /** Where the certificate and its key lie in PEM, for openssl. */
  readonly files: { readonly certificate: string; readonly key: string };
}

export interface IdentityRequest {
  /** As openssl wants it: `/C=US/ST=WA/O=Example/CN=signer`. */
  readonly subject: string;
  readonly kind?: KeyKind;
  readonly issuer?: Identity;
  /** Lines of an extension section of openssl.cnf. */
  readonly extensions: readonly string[];
  readonly days?: number;
  /** `-sha256` unless given. */
  readonly digest?: string;
}

export const extensions = {
  authority: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'],
  signer: ['basicConstraints=CA:FALSE', 'keyUsage=critical,digitalSignature', 'extendedKeyUsage=codeSigning'],
  stamper: ['keyUsage=critical,digitalSignature', 'extendedKeyUsage=critical,timeStamping'],
} as const;

const name = (commonName: string): string => `/C=US/ST=WA/L=Seattle/O=Example/CN=${commonName}`;

/** A workshop of certificates and timestamps: openssl makes them, in a folder that goes when it is closed. */
export class NotationWorkshop {
  readonly dir = mkdtempSync(join(tmpdir(), 'imgcheck-notation-'));
  readonly #openssl: Tool;
  #count = 0;

  constructor(openssl: Tool) {
    this.#openssl = openssl;
  }

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** A root of P-256, unless something else is asked for. */
  root(commonName = 'root', request: Partial<IdentityRequest> = {}): Promise<Identity> {
    return this.issue({ subject: name(commonName), extensions: extensions.authority, ...request });
  }

  signer(issuer: Identity | undefined, request: Partial<IdentityRequest> = {}): Promise<Identity> {
    return this.issue({
      subject: name('signer'),
      extensions: extensions.signer,
      ...(issuer && { issuer }),
      ...request,
    });
  }

  async issue({ subject, kind = 'P-256', issuer, ...rest }: IdentityRequest): Promise<Identity> {
    const stem = join(this.dir, String(this.#count++));
    const files = { certificate: `${stem}.pem`, key: `${stem}.key` };
    const key = makeKey(kind);
    writeFileSync(files.key, key.export({ type: 'pkcs8', format: 'pem' }));
    const lines = ['[req]', 'distinguished_name=name', '[name]', '[ext]', ...rest.extensions];
    writeFileSync(`${stem}.cnf`, `${lines.join('\n')}\n`);
    const above = issuer ? ['-CA', issuer.files.certificate, '-CAkey', issuer.files.key] : [];
    const how = ['-config', `${stem}.cnf`, '-extensions', 'ext', '-days', String(rest.days ?? 30), '-utf8'];
    const what = ['-new', '-x509', '-key', files.key, '-subj', subject, rest.digest ?? '-sha256'];
    await this.#openssl.run(['req', ...what, ...how, ...above, '-out', files.certificate]);
    const der = Buffer.from(readFileSync(files.certificate, 'latin1').replace(/-----[^-]+-----|\s/g, ''), 'base64');
    return { key, kind, files, chain: [der, ...(issuer?.chain ?? [])] };
  }

  /** A TimeStampToken of openssl's own timestamp authority. */
  async stamp(bytes: Uint8Array, authority: Identity, settings: StampSettings = {}): Promise<Buffer> {
    const stem = join(this.dir, String(this.#count++));
    writeFileSync(`${stem}.data`, bytes);
    writeFileSync(`${stem}.serial`, '01\n');
    const chain = settings.withoutAuthorities ? '' : authority.chain.slice(1).map(toPem).join('');
    writeFileSync(`${stem}.chain`, chain);
    const lines = [
      '[tsa]',
      'default_tsa=own',
      '[own]',
      `serial=${stem}.serial`,
      'default_policy=1.2.3.4.1',
      'digests=sha1,sha256,sha384,sha512',
      `signer_digest=${settings.digest ?? 'sha256'}`,
      ...(settings.accuracy === undefined ? [] : [`accuracy=${settings.accuracy}`]),
      `clock_precision_digits=${settings.fractionDigits ?? 0}`,
      'ess_cert_id_alg=sha256',
    ];
    writeFileSync(`${stem}.cnf`, `${lines.join('\n')}\n`);
    const hash = `-${settings.imprint ?? 'sha256'}`;
    const query = ['ts', '-query', '-data', `${stem}.data`, hash, '-out', `${stem}.tsq`];
    await this.#openssl.run([...query, ...(settings.withoutCertificates ? [] : ['-cert'])]);
    const signer = ['-signer', authority.files.certificate, '-inkey', authority.files.key];
    const rest = [...(chain === '' ? [] : ['-chain', `${stem}.chain`]), '-token_out', '-out', `${stem}.tst`];
    const reply = ['ts', '-reply', '-config', `${stem}.cnf`, '-queryfile', `${stem}.tsq`];
    await this.#openssl.run([...reply, ...signer, ...rest]);
    return readFileSync(`${stem}.tst`);
  }

  /** Whether openssl itself accepts the token for the bytes under that root. */
  async acceptsToken(token: Uint8Array, bytes: Uint8Array, root: Identity): Promise<boolean> {
    const stem = join(this.dir, String(this.#count++));
    writeFileSync(`${stem}.data`, bytes);
    writeFileSync(`${stem}.tst`, token);
    const what = ['ts', '-verify', '-data', `${stem}.data`, '-in', `${stem}.tst`, '-token_in'];
    try {
      await this.#openssl.run([...what, '-CAfile', root.files.certificate]);
      return true;
    } catch {
      return false;
    }
  }
}

export interface StampSettings {
  readonly digest?: string;
  readonly imprint?: string;
  readonly accuracy?: string;
  readonly fractionDigits?: number;
  readonly withoutCertificates?: boolean;
  /** The signer's certificate alone. */
  readonly withoutAuthorities?: boolean;
}

export const target: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'ab'.repeat(32)}`,
  size: 481,
};

export const signedAt = new Date('2026-01-02T03:04:05Z');

export interface EnvelopeRequest {
  readonly payload?: unknown;
  /** Laid over the usual protected headers; undefined takes one away. */
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly unprotected?: Readonly<Record<string, unknown>>;
  readonly chain?: readonly Buffer[];
  readonly timestamp?: (signature: Uint8Array) => Promise<Uint8Array>;
}

export const scheme = 'io.cncf.notary.signingScheme';
export const signingTime = 'io.cncf.notary.signingTime';
export const authenticSigningTime = 'io.cncf.notary.authenticSigningTime';
export const expiry = 'io.cncf.notary.expiry';

/** Headers for an authority that signs for others. */
export const byAuthority = (at: Date): Readonly<Record<string, unknown>> => ({
  [scheme]: 'notary.x509.signingAuthority',
  [signingTime]: undefined,
  [authenticSigningTime]: at,
  crit: [scheme, authenticSigningTime],
});

/** Signs as notation does, in either form; the headers are named as in JWS, and Date is a time in either. */
export async function signEnvelope(form: 'jws' | 'cose', by: Identity, request: EnvelopeRequest = {}): Promise<Buffer> {
  const headers = withoutUndefined({
    alg: algorithms[by.kind].jws,
    cty: 'application/vnd.cncf.notary.payload.v1+json',
    crit: [scheme],
    [scheme]: 'notary.x509',
    [signingTime]: signedAt,
    ...request.headers,
  });
  const payload = Buffer.from(JSON.stringify(request.payload ?? { targetArtifact: target }));
  return form === 'jws' ? signJws(by, headers, payload, request) : signCose(by, headers, payload, request);
}

async function signJws(by: Identity, headers: object, payload: Buffer, request: EnvelopeRequest): Promise<Buffer> {
  const encoded = Buffer.from(JSON.stringify(headers)).toString('base64url');
  const content = payload.toString('base64url');
  const signature = signBytes(by, Buffer.from(`${encoded}.${content}`));
  const token = request.timestamp && Buffer.from(await request.timestamp(signature)).toString('base64');
  const header = {
    ...(token !== undefined && { 'io.cncf.notary.timestampSignature': token }),
    x5c: (request.chain ?? by.chain).map((der) => der.toString('base64')),
    'io.cncf.notary.signingAgent': 'test/1.0',
    ...request.unprotected,
  };
  const envelope = { payload: content, protected: encoded, header, signature: signature.toString('base64url') };
  return Buffer.from(JSON.stringify(envelope));
}

async function signCose(by: Identity, headers: object, payload: Buffer, request: EnvelopeRequest): Promise<Buffer> {
  const labels: Readonly<Record<string, number>> = { alg: 1, crit: 2, cty: 3 };
  const map = new Map<string | number, Encodable>();
  for (const [key, value] of Object.entries(headers) as [string, Encodable | Date][]) {
    const label = labels[key] ?? (/^-?\d+$/.test(key) ? Number(key) : key);
    if (value instanceof Date) map.set(label, tagged(1, Math.floor(value.getTime() / 1000)));
    else map.set(label, label === 1 && typeof value === 'string' ? (coseLabels[value] ?? value) : value);
  }
  const encoded = encodeCbor(map);
  const signature = signBytes(by, encodeCbor(['Signature1', encoded, Buffer.alloc(0), payload]));
  const unprotected = new Map<string | number, Encodable>([[33, request.chain ?? by.chain]]);
  if (request.timestamp) unprotected.set('io.cncf.notary.timestampSignature', await request.timestamp(signature));
  for (const [key, value] of Object.entries(request.unprotected ?? {}))
    unprotected.set(labels[key] ?? key, value as Encodable);
  return encodeCbor(tagged(18, [encoded, unprotected, payload, signature]));
}

const algorithms: Readonly<Record<KeyKind, { readonly jws: string; readonly hash: string }>> = {
  'rsa:2048': { jws: 'PS256', hash: 'sha256' },
  'rsa:3072': { jws: 'PS384', hash: 'sha384' },
  'rsa:4096': { jws: 'PS512', hash: 'sha512' },
  'P-256': { jws: 'ES256', hash: 'sha256' },
  'P-384': { jws: 'ES384', hash: 'sha384' },
  'P-521': { jws: 'ES512', hash: 'sha512' },
};
const coseLabels: Readonly<Record<string, number>> = {
  ES256: -7,
  ES384: -35,
  ES512: -36,
  PS256: -37,
  PS384: -38,
  PS512: -39,
};

function signBytes({ key, kind }: Identity, bytes: Uint8Array): Buffer {
  const { hash } = algorithms[kind];
  if (!kind.startsWith('rsa')) return sign(hash, bytes, { key, dsaEncoding: 'ieee-p1363' });
  return sign(hash, bytes, {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}

export interface StatementRequest {
  readonly level?: string;
  readonly override?: Readonly<Record<string, string>>;
  readonly verifyTimestamp?: string;
  readonly trustStores?: readonly string[];
  readonly trustedIdentities?: readonly string[];
}

/** A statement for every image, through the real parser. */
export function statementOf(request: StatementRequest = {}): NotationStatement {
  const { level = 'strict', trustStores = ['ca:own'], trustedIdentities = ['*'], ...rest } = request;
  const statement = {
    name: 'own',
    registryScopes: ['*'],
    signatureVerification: { level, ...rest },
    trustStores,
    trustedIdentities,
  };
  const bytes = Buffer.from(JSON.stringify({ version: '1.0', trustPolicies: [statement] }));
  const [parsed] = parseNotationPolicy(bytes, 'trustpolicy.json').statements;
  if (!parsed) throw new Error('the policy lost its statement');
  return parsed;
}

export function storesOf(stores: Readonly<Record<string, readonly Identity[]>>): NotationStores {
  return new Map(
    Object.entries(stores).map(([store, identities]) => [
      store,
      { ok: true, value: identities.map(({ chain: [der] }) => parseChainCertificate(der ?? Buffer.alloc(0))) },
    ]),
  );
}

export function toPem(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function makeKey(kind: KeyKind): KeyObject {
  const [, bits] = kind.split(':');
  if (bits === undefined) return generateKeyPairSync('ec', { namedCurve: kind }).privateKey;
  return generateKeyPairSync('rsa', { modulusLength: Number(bits) }).privateKey;
}

function withoutUndefined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
