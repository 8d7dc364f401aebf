import { ImgcheckError } from '../core/error.js';
import { concat } from '../core/stream.js';
import { isCborMap, isCborTag, parseCbor, type Cbor } from '../core/cbor.js';
import type { SignatureAlgorithm } from './notation-certificates.js';
import {
  chainLimit,
  notationHeaders,
  payloadType,
  readSignedAttributes,
  type NotationEnvelope,
} from './notation-envelope.js';

type Headers = ReadonlyMap<number | string, Cbor>;

const what = 'signature envelope';
const coseSign1 = 18;
const epochTime = 1;
/** Labels of RFC 9052, section 3.1, of RFC 9360, and of the hash envelope. */
const labels = { algorithm: 1, critical: 2, contentType: 3, x5chain: 33, payloadHash: 258 } as const;
const algorithms: ReadonlyMap<Cbor, SignatureAlgorithm> = new Map([
  [-7, 'ES256'],
  [-35, 'ES384'],
  [-36, 'ES512'],
  [-37, 'PS256'],
  [-38, 'PS384'],
  [-39, 'PS512'],
]);

/**
 * Parses a signature envelope of COSE_Sign1_Tagged (RFC 9052, section 4.2; signature-envelope-cose.md).
 * @throws ImgcheckError hostile when it is malformed; unsupported for a content or scheme not known
 */
export function parseCoseEnvelope(bytes: Uint8Array): NotationEnvelope {
  const tagged = parseCbor(bytes, what);
  if (!isCborTag(tagged) || tagged.tag !== coseSign1) throw fault('expected a COSE_Sign1 with its tag');
  const parts = Array.isArray(tagged.value) ? (tagged.value as readonly Cbor[]) : [];
  const [wrapped, unprotected, payload, signature] = parts;
  if (parts.length !== 4 || !isBytes(wrapped) || !isCborMap(unprotected) || !isBytes(payload) || !isBytes(signature)) {
    throw fault('expected a COSE_Sign1 of headers, headers, payload and signature');
  }
  const headers = parseCbor(wrapped, 'protected headers');
  if (!isCborMap(headers)) throw fault('the protected headers are not a map');
  for (const label of unprotected.keys()) {
    if (headers.has(label) || label === labels.algorithm || label === labels.critical) {
      throw fault(`the header ${JSON.stringify(label).slice(0, 80)} must not be unprotected`);
    }
  }
  const timestamp = unprotected.get(notationHeaders.timestamp);
  if (timestamp !== undefined && !isBytes(timestamp)) throw fault('the timestamp is not bytes');
  return {
    algorithm: readAlgorithm(headers),
    attributes: readAttributes(headers),
    chain: readChain(headers.get(labels.x5chain) ?? unprotected.get(labels.x5chain)),
    ...(timestamp && { timestamp }),
    payload,
    signature,
    signedBytes: signedStructure(wrapped, payload),
  };
}

function readAttributes(headers: Headers): NotationEnvelope['attributes'] {
  const type = headers.get(labels.contentType);
  if (headers.has(labels.payloadHash)) {
    throw new ImgcheckError('unsupported', 'a COSE hash envelope is not supported');
  }
  if (type !== payloadType) {
    const shown = typeof type === 'string' ? JSON.stringify(type.slice(0, 80)) : 'none that is text';
    throw new ImgcheckError('unsupported', `expected a content of type ${payloadType}, got ${shown}`);
  }
  const critical = headers.get(labels.critical);
  if (!Array.isArray(critical)) throw fault('the list of critical headers is missing');
  const scheme = headers.get(notationHeaders.scheme);
  if (typeof scheme !== 'string') throw fault(`the header ${notationHeaders.scheme} is missing or no text`);
  const plugin = headers.get(notationHeaders.plugin);
  return readSignedAttributes({
    names: [...headers.keys()].map(nameOf),
    // A label of COSE itself is understood by whoever reads COSE.
    critical: (critical as readonly Cbor[])
      .map(readLabel)
      .filter((label) => !isCommon(label))
      .map(nameOf),
    scheme,
    signingTime: readTime(headers, notationHeaders.signingTime),
    authenticSigningTime: readTime(headers, notationHeaders.authenticSigningTime),
    expiry: readTime(headers, notationHeaders.expiry),
    plugin: typeof plugin === 'string' ? plugin : undefined,
  });
}

function readAlgorithm(headers: Headers): SignatureAlgorithm {
  const algorithm = algorithms.get(headers.get(labels.algorithm));
  if (algorithm) return algorithm;
  throw fault(`its algorithm is not one of ${[...algorithms.values()].join(', ')}`);
}

function readChain(value: Cbor): readonly Uint8Array[] {
  const chain: readonly Cbor[] = isBytes(value) ? [value] : Array.isArray(value) ? (value as readonly Cbor[]) : [];
  if (chain.length > chainLimit) throw fault(`a chain of ${chain.length} certificates, more than ${chainLimit}`);
  return chain.map((certificate) => {
    if (!isBytes(certificate)) throw fault('a certificate is not bytes');
    return certificate;
  });
}

function readLabel(label: Cbor): number | string {
  if (typeof label === 'number' || typeof label === 'string') return label;
  throw fault('a critical header is named by neither number nor text');
}

function isCommon(label: number | string): boolean {
  return label === labels.algorithm || label === labels.critical || label === labels.contentType;
}

/** Numbers and texts are told apart: the label 33 is not the label "33". */
function nameOf(label: number | string): string {
  return typeof label === 'number' ? `label ${label}` : label;
}

/** Seconds since 1970 (RFC 8949, section 3.4.2), whole ones, up to the year 9999. */
function readTime(headers: Headers, name: string): Date | undefined {
  if (!headers.has(name)) return undefined;
  const value = headers.get(name);
  const seconds = isCborTag(value) && value.tag === epochTime ? value.value : undefined;
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= 253_402_300_799) return new Date(seconds * 1000);
  throw fault(`the header ${name} is not a time`);
}

/** RFC 9052, section 4.4: Sig_structure with its lengths in their shortest form. */
function signedStructure(headers: Uint8Array, payload: Uint8Array): Uint8Array {
  const context = Buffer.from('Signature1', 'ascii');
  return concat([
    Uint8Array.of(0x84, 0x60 | context.byteLength),
    context,
    byteString(headers),
    Uint8Array.of(0x40),
    byteString(payload),
  ]);
}

function byteString(bytes: Uint8Array): Uint8Array {
  const { byteLength: length } = bytes;
  const head = Buffer.alloc(5);
  if (length < 24) return concat([Uint8Array.of(0x40 | length), bytes]);
  if (length < 0x100) return concat([Uint8Array.of(0x58, length), bytes]);
  head.writeUInt8(length < 0x10000 ? 0x59 : 0x5a);
  if (length < 0x10000) head.writeUInt16BE(length, 1);
  else head.writeUInt32BE(length, 1);
  return concat([head.subarray(0, length < 0x10000 ? 3 : 5), bytes]);
}

function isBytes(value: Cbor): value is Uint8Array {
  return value instanceof Uint8Array;
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', `${what}: ${message}`);
}
