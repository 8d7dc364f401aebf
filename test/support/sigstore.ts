import { createHash, createPublicKey, generateKeyPairSync, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { preAuthEncoding } from '../../src/attestation/dsse.js';
import { contextTag, insideOf, readDer } from '../../src/x509/asn1.js';
import type { CertificateIdentity } from '../../src/signature/certificate-identity.js';
import type { IdentityTrust } from '../../src/signature/bundle-signer.js';
import { readTrustedRoot } from '../../src/signature/trusted-root.js';
import { ecKey, issue, oids, pem, publicPem, sequence, tagged, type CertificateForm, type Issued } from './x509.js';
import type { Digest } from '../../src/oci/digest.js';

export const signerName = 'https://ci.test/team/app/.workflow@refs/heads/main';
export const oidcIssuer = 'https://token.ci.test';
export const identity: CertificateIdentity = { identity: { exact: signerName }, issuer: oidcIssuer };

export const image: Digest = `sha256:${'a1'.repeat(32)}`;
export const otherImage: Digest = `sha256:${'b2'.repeat(32)}`;
export const cosignPredicate = 'https://sigstore.dev/cosign/sign/v1';
const inToto = 'application/vnd.in-toto+json';

/** As long as real ones. */
const logNames = ['log2021-1.rekor.sigstore.test', 'log2025-1.rekor.sigstore.test'] as const;

/** Any part of a document that a test may bend. */
export interface Loose {
  [name: string]: LooseValue;
}
type LooseValue = string | number | boolean | null | undefined | Loose | LooseValue[];

/** What a signature is made with, and what proves it. */
export interface Signing {
  readonly key: KeyObject;
  /** Undefined for a bare key. */
  readonly certificate?: Issued;
}

/** A sigstore instance with keys of its own: an authority, a certificate log, two generations of transparency logs. */
export class TestSigstore {
  /** When everything is signed: hours ahead, since the timestamp authority is of a library that lets it begin when made. */
  readonly at = new Date(Math.floor(Date.now() / 1000) * 1000 + 6 * 3_600_000);
  /** When everything is verified. */
  readonly now = new Date(this.at.getTime() + 60_000);
  readonly authority = issue({ name: 'test sigstore', ca: true, keyUsage: [5, 6] });
  readonly #certificateLog = ecKey();
  readonly #log = ecKey();
  readonly #log2 = generateKeyPairSync('ed25519').privateKey;
  #tsa: TimestampAuthority | undefined;

  /** A certificate as Fulcio issues it, with the timestamp of the certificate log in it. */
  certify(form: CertificateForm = {}): Issued {
    const extensions = form.extensions ?? [[oids.oidcIssuer2, tagged(0x0c, Buffer.from(oidcIssuer))]];
    const before = issue({
      name: '',
      uris: form.emails ? [] : [signerName],
      usages: [oids.codeSigning],
      keyUsage: [0],
      from: new Date(this.at.getTime() - 60_000),
      to: new Date(this.at.getTime() + 540_000),
      issuer: this.authority,
      ...form,
      extensions,
    });
    return this.#withLogged(before, form.issuer ?? this.authority);
  }

  /** RFC 6962, section 3.2: the log signs the body without the extension that then holds its signature. */
  #withLogged(before: Issued, issuer: Issued): Issued {
    const [body, algorithm] = insideOf(readDer(before.der, 'certificate'), 'certificate');
    const fields = body ? insideOf(body, 'certificate') : [];
    const wrapped = fields.find(({ tag }) => tag === contextTag(3));
    if (!body || !algorithm || !wrapped) throw new Error('a certificate without extensions');
    const list = readDer(wrapped.content, 'certificate').content;
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(this.at.getTime()));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.whole.byteLength);
    const issuerKey = createHash('sha256').update(spki(issuer.privateKey)).digest();
    const entry = Buffer.concat([Buffer.from([0, 1]), issuerKey, length.subarray(1), body.whole, Buffer.from([0, 0])]);
    const signature = sign('sha256', Buffer.concat([Buffer.from([0, 0]), time, entry]), this.#certificateLog);
    const head = Buffer.concat([Buffer.from([0]), logId(this.#certificateLog), time, Buffer.from([0, 0, 4, 3])]);
    const stamp = prefixed(Buffer.concat([head, prefixed(signature)]));
    const value = tagged(0x04, tagged(0x04, prefixed(stamp)));
    const extension = sequence(Buffer.from('060a2b06010401d679020402', 'hex'), value);
    const others = fields.filter((field) => field !== wrapped).map(({ whole }) => Buffer.from(whole));
    const signed = sequence(...others, tagged(contextTag(3), sequence(Buffer.from(list), extension)));
    const seal = tagged(0x03, Buffer.from([0]), sign('sha256', signed, issuer.privateKey));
    const der = sequence(signed, Buffer.from(algorithm.whole), seal);
    return { ...before, der, pem: pem('CERTIFICATE', der), x509: new X509Certificate(der) };
  }

  /** An entry of Rekor v1: the log's promise with a time, and a proof in a tree of one. */
  logged(body: Loose, at = this.at): Loose {
    const bytes = Buffer.from(JSON.stringify(body));
    const time = at.getTime() / 1000;
    const promise = {
      body: bytes.toString('base64'),
      integratedTime: time,
      logID: logId(this.#log).toString('hex'),
      logIndex: 7,
    };
    return {
      ...this.#entry(body, bytes, this.#log, logNames[0], 'sha256'),
      logIndex: '7',
      integratedTime: String(time),
      inclusionPromise: {
        signedEntryTimestamp: sign('sha256', Buffer.from(JSON.stringify(promise)), this.#log).toString('base64'),
      },
    };
  }

  /** An entry of Rekor v2, which has no time. */
  logged2(body: Loose): Loose {
    return this.#entry(body, Buffer.from(JSON.stringify(body)), this.#log2, logNames[1], null);
  }

  #entry(body: Loose, bytes: Buffer, key: KeyObject, name: string, hash: string | null): Loose {
    const root = createHash('sha256')
      .update(Buffer.from([0]))
      .update(bytes)
      .digest('base64');
    const note = `${name}\n1\n${root}\n`;
    const signature = Buffer.concat([logId(key).subarray(0, 4), sign(hash, Buffer.from(note), key)]);
    return {
      logIndex: '0',
      logId: { keyId: logId(key).toString('base64') },
      kindVersion: { kind: body['kind'], version: body['apiVersion'] },
      inclusionProof: {
        logIndex: '0',
        treeSize: '1',
        rootHash: root,
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 ${name} ${signature.toString('base64')}\n` },
      },
      canonicalizedBody: bytes.toString('base64'),
    };
  }

  /** An RFC 3161 response over a signature, in base64; its milliseconds are written as a fraction. */
  async timestamp(signature: Uint8Array, milliseconds = 0): Promise<string> {
    this.#tsa ??= await makeTimestampAuthority(this.at);
    return this.#tsa.stamp(signature, milliseconds);
  }

  /** As the operator is given it; `bend` changes it first. */
  async trustedRoot(bend: (root: Loose) => void = () => {}): Promise<Buffer> {
    this.#tsa ??= await makeTimestampAuthority(this.at);
    const validFor = { start: '2020-01-01T00:00:00Z' };
    const log = (baseUrl: string, key: KeyObject, keyDetails: string): Loose => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: { rawBytes: spki(key).toString('base64'), keyDetails, validFor: { ...validFor } },
      logId: { keyId: logId(key).toString('base64') },
    });
    const authority = (...chain: readonly Uint8Array[]): Loose => ({
      subject: { organization: 'test', commonName: 'test' },
      uri: 'https://test',
      certChain: { certificates: chain.map((der) => ({ rawBytes: Buffer.from(der).toString('base64') })) },
      validFor: { ...validFor },
    });
    const root: Loose = {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [
        log(`https://${logNames[0]}`, this.#log, 'PKIX_ECDSA_P256_SHA_256'),
        log(`https://${logNames[1]}`, this.#log2, 'PKIX_ED25519'),
      ],
      certificateAuthorities: [authority(this.authority.der)],
      ctlogs: [log('https://ct.test', this.#certificateLog, 'PKIX_ECDSA_P256_SHA_256')],
      timestampAuthorities: [authority(...this.#tsa.chain)],
    };
    bend(root);
    return Buffer.from(JSON.stringify(root));
  }

  async trust(identities: readonly CertificateIdentity[] = [identity]): Promise<IdentityTrust> {
    return { kind: 'identities', identities, root: await readTrustedRoot(await this.trustedRoot(), 'root.json') };
  }
}

/** An in-toto statement about an image. */
export function statementOf(digest: Digest = image, predicateType = cosignPredicate): Buffer {
  const [algorithm = '', hex = ''] = digest.split(':');
  const subject = [{ digest: { [algorithm]: hex } }];
  return Buffer.from(
    JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate: {} }),
  );
}

export interface EnvelopeForm {
  readonly statement?: Uint8Array;
  readonly payloadType?: string;
  readonly version?: '0.1' | '0.2' | '0.3' | 'v0.3';
  /** Entry and timestamps of a signature; by default one of a Rekor v1. */
  readonly prove?: (signature: Buffer, signed: Buffer) => Promise<Proven> | Proven;
}

export interface Proven {
  readonly entries: readonly Loose[];
  readonly timestamps?: readonly string[];
}

/** A bundle around an envelope. Bend it, then encode it. */
export async function signEnvelope(sigstore: TestSigstore, by: Signing, form: EnvelopeForm = {}): Promise<Loose> {
  const { statement = statementOf(), payloadType = inToto } = form;
  const signed = Buffer.from(preAuthEncoding(payloadType, statement));
  const signature = signWith(by.key, signed);
  const dsse = (): Proven => ({ entries: [sigstore.logged(dsseBody(signature, statement, makerPem(by)))] });
  const proven = await (form.prove ?? dsse)(signature, signed);
  const envelope = {
    payloadType,
    payload: Buffer.from(statement).toString('base64'),
    signatures: [{ sig: signature.toString('base64') }],
  };
  return bundleOf({ dsseEnvelope: envelope }, by, proven, form.version);
}

/** A bundle with a signature over an artifact's bytes. */
export async function signMessage(
  sigstore: TestSigstore,
  by: Signing,
  artifact: Buffer,
  form: Omit<EnvelopeForm, 'statement' | 'payloadType'> = {},
): Promise<Loose> {
  const signature = signWith(by.key, artifact);
  const hashed = (): Proven => ({ entries: [sigstore.logged(hashedBody(signature, artifact, makerPem(by)))] });
  const proven = await (form.prove ?? hashed)(signature, artifact);
  const messageDigest = { algorithm: 'SHA2_256', digest: createHash('sha256').update(artifact).digest('base64') };
  const messageSignature = { messageDigest, signature: signature.toString('base64') };
  return bundleOf({ messageSignature }, by, proven, form.version);
}

function bundleOf(content: Loose, { certificate }: Signing, proven: Proven, version = 'v0.3'): Loose {
  const type = version === 'v0.3' ? 'bundle.v0.3+json' : `bundle+json;version=${version}`;
  const certified = certificate && { rawBytes: certificate.der.toString('base64') };
  const chain = version.endsWith('0.3')
    ? { certificate: certified }
    : { x509CertificateChain: { certificates: [certified] } };
  return {
    mediaType: `application/vnd.dev.sigstore.${type}`,
    verificationMaterial: {
      ...(certificate ? chain : { publicKey: { hint: 'whatever its maker likes' } }),
      tlogEntries: [...proven.entries],
      timestampVerificationData: {
        rfc3161Timestamps: (proven.timestamps ?? []).map((signedTimestamp) => ({ signedTimestamp })),
      },
    },
    ...content,
  };
}

export function encode(bundle: Loose): Buffer {
  return Buffer.from(JSON.stringify(bundle));
}

/** With the hash that belongs to the key, as cosign does it for bundles. */
export function signWith(key: KeyObject, bytes: Uint8Array): Buffer {
  const hashes: Record<string, string> = { secp384r1: 'sha384', secp521r1: 'sha512' };
  if (key.asymmetricKeyType === 'ed25519') return sign(null, bytes, key);
  return sign(hashes[key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'sha256', bytes, key);
}

export function makerPem({ key, certificate }: Signing): string {
  return certificate?.pem ?? publicPem(key);
}

/** hashedrekord 0.0.1 of Rekor v1. */
export function hashedBody(signature: Uint8Array, signed: Uint8Array, maker: string): Loose {
  return {
    apiVersion: '0.0.1',
    kind: 'hashedrekord',
    spec: {
      data: { hash: { algorithm: 'sha256', value: createHash('sha256').update(signed).digest('hex') } },
      signature: { content: base64(signature), publicKey: { content: base64(Buffer.from(maker)) } },
    },
  };
}

/** hashedrekord 0.0.2 of Rekor v2. */
export function hashedBody2(signature: Uint8Array, signed: Uint8Array, { key, certificate }: Signing): Loose {
  const verifier = certificate
    ? { x509Certificate: { rawBytes: base64(certificate.der) } }
    : { publicKey: { rawBytes: base64(spki(key)) } };
  const data = { algorithm: 'SHA2_256', digest: createHash('sha256').update(signed).digest('base64') };
  const record = { data, signature: { content: base64(signature), verifier } };
  return { apiVersion: '0.0.2', kind: 'hashedrekord', spec: { hashedRekordV002: record } };
}

/** dsse 0.0.1 of Rekor v1. */
export function dsseBody(signature: Uint8Array, payload: Uint8Array, maker: string): Loose {
  const hash = { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') };
  const signatures = [{ signature: base64(signature), verifier: base64(Buffer.from(maker)) }];
  return { apiVersion: '0.0.1', kind: 'dsse', spec: { envelopeHash: hash, payloadHash: hash, signatures } };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

export function spki(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: 'spki', format: 'der' });
}

/** SHA-256 of the key. */
function logId(key: KeyObject): Buffer {
  return createHash('sha256').update(spki(key)).digest();
}

/** TLS: two bytes of length first. */
function prefixed(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([bytes.byteLength >> 8, bytes.byteLength & 0xff]), bytes]);
}

interface TimestampAuthority {
  /** Its own certificate, then the root. */
  readonly chain: readonly Uint8Array[];
  stamp(signature: Uint8Array, milliseconds: number): Promise<string>;
}

/** Of @sigstore/mock: another hand than ours wrote those tokens. */
async function makeTimestampAuthority(at: Date): Promise<TimestampAuthority> {
  // The library would otherwise take hold of every http request of this process.
  process.env['NOCK_OFF'] = 'true';
  const { initializeTSA } = await import('@sigstore/mock');
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const clock = new Date(at);
  const tsa = await initializeTSA(keys, clock);
  return {
    chain: [tsa.intCertificate, tsa.rootCertificate].map(
      (view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength),
    ),
    stamp: async (signature, milliseconds) => {
      clock.setTime(at.getTime() + milliseconds);
      const response = await tsa.timestamp({
        artifactHash: createHash('sha256').update(signature).digest(),
        hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
        nonce: 1,
        policyOID: '1.3.6.1.4.1.57264.2',
      });
      return Buffer.from(response.buffer, response.byteOffset, response.byteLength).toString('base64');
    },
  };
}
