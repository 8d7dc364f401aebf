import { readEnvelope, type Envelope } from '../attestation/dsse.js';
import { statementLimit } from '../attestation/statement.js';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { readLogEntry, type LogEntry } from './log-entry.js';
import { clip } from './refusal.js';

/** A sigstore bundle that is well formed: nothing in it is believed. */
export interface UntrustedBundle extends Proof {
  readonly content: UntrustedContent;
}

export type UntrustedContent =
  | {
      readonly kind: 'message';
      readonly algorithm: 'sha256' | 'sha384' | 'sha512';
      readonly digest: Uint8Array;
      readonly signature: Uint8Array;
    }
  | { readonly kind: 'dsse'; readonly envelope: Envelope };

/** What lies beside a signature to check it with. */
export interface Proof {
  readonly material: Material;
  readonly entries: readonly LogEntry[];
  /** RFC 3161 responses, DER. */
  readonly timestamps: readonly Uint8Array[];
}

/** A key is only hinted at, and a hint is its maker's word: it is not kept. */
export type Material =
  | { readonly kind: 'key' }
  | {
      readonly kind: 'certificate';
      readonly der: Uint8Array;
      /** Certificates that came with it; nothing is built on them. */
      readonly beside: readonly Uint8Array[];
    };

/** base64 makes four characters of three bytes. */
export const bundleLimit = 2 * statementLimit;
/** Certificates, timestamps, log entries: each of them is a few kilobytes, and there are one or two. */
export const proofLimits = { count: 8, chain: 10, bytes: 64 * 1024 } as const;

const versions: Readonly<Record<string, '0.1' | '0.2' | '0.3'>> = {
  'application/vnd.dev.sigstore.bundle+json;version=0.1': '0.1',
  'application/vnd.dev.sigstore.bundle+json;version=0.2': '0.2',
  'application/vnd.dev.sigstore.bundle+json;version=0.3': '0.3',
  'application/vnd.dev.sigstore.bundle.v0.3+json': '0.3',
};
const algorithms = { SHA2_256: 'sha256', SHA2_384: 'sha384', SHA2_512: 'sha512' } as const;

/**
 * Parses a sigstore bundle, versions 0.1 to 0.3 (sigstore/protobuf-specs, sigstore_bundle.proto).
 * @throws ImgcheckError hostile for what is malformed or past a limit; unsupported for another version or hash
 */
export function parseBundle(bytes: Uint8Array): UntrustedBundle {
  const what = 'the bundle';
  if (bytes.byteLength > bundleLimit) throw fault(`${what} of ${bytes.byteLength} bytes exceeds ${bundleLimit}`);
  const fields = new Fields(parseJson(bytes, what), what);
  const type = fields.string('mediaType');
  const version = Object.hasOwn(versions, type) ? versions[type] : undefined;
  if (!version) throw new ImgcheckError('unsupported', `${what} has the unknown media type ${clip(type)}`);
  const material = fields.object('verificationMaterial');
  const path = `${what}.verificationMaterial`;
  const entries = material
    .array('tlogEntries', proofLimits.count)
    .map((json, i) => readLogEntry(json, `${path}.tlogEntries[${i}]`));
  for (const [i, entry] of entries.entries()) checkEntry(entry, version, `${path}.tlogEntries[${i}]`);
  return {
    content: readContent(fields, what),
    material: readMaterial(material, version, path),
    entries,
    timestamps: readTimestamps(material, path),
  };
}

/** What each version promises: 0.1 a signed time, 0.2 and later a proof of inclusion. */
function checkEntry(entry: LogEntry, version: string, path: string): void {
  const name = version === '0.1' ? 'promise' : 'proof';
  if (!entry[name]) throw fault(`${path} lacks the inclusion ${name} that version ${version} demands`);
}

function readContent(fields: Fields, what: string): UntrustedContent {
  const message = fields.optionalObject('messageSignature');
  const envelope = fields.raw('dsseEnvelope');
  if ((message === undefined) === (envelope === undefined)) {
    throw fault(`${what} holds ${message ? 'both' : 'neither'} of messageSignature and dsseEnvelope: expected one`);
  }
  if (!message) return { kind: 'dsse', envelope: readEnvelope(envelope, `${what}.dsseEnvelope`) };
  const digest = message.object('messageDigest');
  const name = digest.string('algorithm');
  if (!Object.hasOwn(algorithms, name)) {
    throw new ImgcheckError('unsupported', `${what} has a digest of the algorithm ${clip(name)}`);
  }
  return {
    kind: 'message',
    algorithm: algorithms[name as keyof typeof algorithms],
    digest: decodeBase64(digest.string('digest'), `${what}.messageSignature.messageDigest`),
    signature: decodeBounded(message.string('signature'), `${what}.messageSignature.signature`),
  };
}

function readMaterial(fields: Fields, version: string, path: string): Material {
  const kinds = ['publicKey', 'certificate', 'x509CertificateChain'] as const;
  const [kind, second] = kinds.filter((name) => fields.raw(name) !== undefined);
  if (!kind || second) throw fault(`${path} has ${kind ? `both ${kind} and ${second}` : 'no key and no certificate'}`);
  if (kind === 'publicKey') {
    fields.object(kind);
    return { kind: 'key' };
  }
  if (kind === 'certificate') {
    return { kind: 'certificate', der: readCertificate(fields.object(kind), `${path}.certificate`), beside: [] };
  }
  if (version === '0.3') throw fault(`${path} has a certificate chain, which version 0.3 does not allow`);
  const list = fields.object(kind).array('certificates', proofLimits.chain);
  const [der, ...beside] = list.map((json, i) => {
    const place = `${path}.${kind}[${i}]`;
    return readCertificate(new Fields(json, place), place);
  });
  if (!der) throw fault(`${path} has an empty certificate chain`);
  return { kind: 'certificate', der, beside };
}

function readCertificate(fields: Fields, path: string): Uint8Array {
  return decodeBounded(fields.string('rawBytes'), path);
}

function readTimestamps(fields: Fields, path: string): readonly Uint8Array[] {
  const list = fields.optionalObject('timestampVerificationData')?.array('rfc3161Timestamps', proofLimits.count) ?? [];
  return list.map((json, i) => {
    const place = `${path}.rfc3161Timestamps[${i}]`;
    return decodeBounded(new Fields(json, place).string('signedTimestamp'), place);
  });
}

/** A part of a proof, base64; line breaks in it pass, as they do elsewhere. @throws ImgcheckError hostile when it is empty or too large */
export function decodeBounded(text: string, path: string): Uint8Array {
  if (text === '') throw fault(`${path} is empty`);
  if (text.length > proofLimits.bytes * 2) throw fault(`${path} exceeds ${proofLimits.bytes} bytes`);
  return decodeBase64(text.replace(/[\r\n]/g, ''), path);
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
