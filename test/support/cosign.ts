import { createHash, createPublicKey, sign, type KeyObject } from 'node:crypto';
import type { CosignSignature } from '../../src/signature/cosign.js';
import { readPublicKeys, type SignerKey } from '../../src/signature/public-key.js';
import type { Digest } from '../../src/oci/digest.js';
import { ecKey, publicPem, type Issued } from './x509.js';

export const names = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  bundle: 'dev.sigstore.cosign/bundle',
} as const;

export const image: Digest = `sha256:${'a1'.repeat(32)}`;
export const otherImage: Digest = `sha256:${'b2'.repeat(32)}`;
export const reference = 'registry.test/team/app';

/** The public half of a key as a file of the user would hold it. */
export function keysOf(...keys: readonly KeyObject[]): readonly SignerKey[] {
  return readPublicKeys(Buffer.from(keys.map(publicPem).join('')), 'cosign.pub');
}

/** What cosign signs. */
export function cosignPayload(digest: string = image, docker: string = reference): Buffer {
  return Buffer.from(
    JSON.stringify({
      critical: {
        identity: { 'docker-reference': docker },
        image: { 'docker-manifest-digest': digest },
        type: 'cosign container image signature',
      },
      optional: null,
    }),
  );
}

/** The raw signature as cosign makes it: SHA-256 whatever the key, Ed25519 pure. */
export function rawSignature(key: KeyObject, payload: Uint8Array): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key);
}

export interface EntryForm {
  /** PEM of the key or the certificate. */
  readonly maker: string;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
  /** Seconds since 1970. */
  readonly time?: number;
}

/** A transparency log with a key of its own, that promises anything it is asked to. */
export class TestLog {
  readonly #key: KeyObject;
  /** As the user is given it. */
  readonly keys: readonly SignerKey[];

  constructor(key: KeyObject = ecKey()) {
    this.#key = key;
    this.keys = keysOf(key);
  }

  get id(): string {
    return createHash('sha256')
      .update(createPublicKey(this.#key).export({ type: 'spki', format: 'der' }))
      .digest('hex');
  }

  /** The bundle annotation; `bend` changes the entry before it is signed. */
  promise(form: EntryForm, bend: (entry: Entry) => unknown = (entry) => entry): string {
    const entry: Entry = {
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: {
        data: { hash: { algorithm: 'sha256', value: createHash('sha256').update(form.payload).digest('hex') } },
        signature: {
          content: Buffer.from(form.signature).toString('base64'),
          publicKey: { content: Buffer.from(form.maker).toString('base64') },
        },
      },
    };
    return this.signEntry(Buffer.from(JSON.stringify(bend(entry))), form.time ?? defaultTime);
  }

  signEntry(body: Uint8Array, time: number): string {
    const payload = { body: Buffer.from(body).toString('base64'), integratedTime: time, logID: this.id, logIndex: 42 };
    const set = sign('sha256', Buffer.from(JSON.stringify(payload)), this.#key).toString('base64');
    return JSON.stringify({ SignedEntryTimestamp: set, Payload: payload });
  }
}

/** 2024-05-06T07:08:09Z. */
export const defaultTime = 1_714_979_289;

export interface Entry {
  apiVersion: string;
  kind: string;
  spec: {
    data: { hash: { algorithm: string; value: string } };
    signature: { content: string; publicKey: { content: string } };
  };
}

export interface SigningForm {
  readonly payload?: Uint8Array;
  readonly log?: TestLog;
  /** Of the log entry. */
  readonly time?: number;
  /** Stand in the annotation of the chain, the root last. */
  readonly chain?: readonly Issued[];
}

/** Signs with a bare key. */
export function signWithKey(
  key: KeyObject,
  { payload = cosignPayload(), log, time }: SigningForm = {},
): CosignSignature {
  const signature = rawSignature(key, payload);
  const entry = { maker: publicPem(key), signature, payload, ...(time === undefined ? {} : { time }) };
  return {
    payload,
    annotations: {
      [names.signature]: signature.toString('base64'),
      ...(log && { [names.bundle]: log.promise(entry) }),
    },
  };
}

/** Signs with the key of a certificate, which goes along. */
export function signWithCertificate(leaf: Issued, form: SigningForm = {}): CosignSignature {
  const { payload = cosignPayload(), log, time, chain = [] } = form;
  const { annotations } = signWithKey(leaf.privateKey, { payload });
  const signature = rawSignature(leaf.privateKey, payload);
  const entry = { maker: leaf.pem, signature, payload, ...(time === undefined ? {} : { time }) };
  return {
    payload,
    annotations: {
      ...annotations,
      [names.signature]: signature.toString('base64'),
      [names.certificate]: leaf.pem,
      ...(chain.length > 0 && { [names.chain]: chain.map((one) => one.pem).join('') }),
      ...(log && { [names.bundle]: log.promise(entry) }),
    },
  };
}

/** The same signature with annotations changed; undefined takes one away. */
export function withAnnotations(
  signature: CosignSignature,
  changes: Readonly<Partial<Record<keyof typeof names, string | undefined>>>,
): CosignSignature {
  const annotations = new Map(Object.entries(signature.annotations));
  for (const [name, text] of Object.entries(changes)) {
    const key = names[name as keyof typeof names];
    if (text === undefined) annotations.delete(key);
    else annotations.set(key, text);
  }
  return { payload: signature.payload, annotations: Object.fromEntries(annotations) };
}
