import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson, type Json } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';
import type { SignatureAlgorithm } from './notation-certificates.js';
import {
  chainLimit,
  notationHeaders,
  payloadType,
  readSignedAttributes,
  type NotationEnvelope,
} from './notation-envelope.js';

const what = 'signature envelope';
const members = ['payload', 'protected', 'header', 'signature'];
/** RFC 7515 registers these: they are never in `crit`. */
const registered = ['alg', 'cty', 'crit'];
const algorithms: readonly SignatureAlgorithm[] = ['PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'];

/**
 * Parses a signature envelope in the flattened JSON form of JWS (RFC 7515, section 7.2.2; signature-envelope-jws.md).
 * @throws ImgcheckError hostile when it is malformed; unsupported for a content, algorithm or scheme not known
 */
export function parseJwsEnvelope(bytes: Uint8Array): NotationEnvelope {
  const envelope = new Fields(parseJson(bytes, what), what);
  const stray = envelope.keys.find((key) => !members.includes(key));
  if (stray !== undefined) throw fault(`the member ${JSON.stringify(stray.slice(0, 80))} does not belong there`);
  const encoded = { headers: envelope.string('protected'), payload: envelope.string('payload') };
  const headers = new Fields(parseJson(decodeBase64Url(encoded.headers, 'protected'), 'protected header'), 'protected');
  const unprotected = envelope.object('header');
  // RFC 7515, section 7.2.1: no header may stand in both.
  const both = unprotected.keys.find((key) => headers.keys.includes(key) || registered.includes(key));
  if (both !== undefined) throw fault(`the header ${JSON.stringify(both.slice(0, 80))} must not be unprotected`);
  const timestamp = unprotected.optionalString(notationHeaders.timestamp);
  const chain = unprotected.stringList('x5c', chainLimit).map((text) => decodeBase64(text, 'x5c'));
  return {
    algorithm: readAlgorithm(headers.string('alg')),
    attributes: readAttributes(headers),
    chain,
    ...(timestamp !== undefined && { timestamp: decodeBase64(timestamp, 'timestamp') }),
    payload: decodeBase64Url(encoded.payload, 'payload'),
    signature: decodeBase64Url(envelope.string('signature'), 'signature'),
    signedBytes: Buffer.from(`${encoded.headers}.${encoded.payload}`, 'ascii'),
  };
}

function readAttributes(headers: Fields): NotationEnvelope['attributes'] {
  const type = headers.string('cty');
  if (type !== payloadType) {
    throw new ImgcheckError('unsupported', `a content of type ${JSON.stringify(type.slice(0, 80))} is not known`);
  }
  const critical = headers.stringList('crit', 64);
  const misplaced = critical.find((name) => registered.includes(name));
  if (misplaced !== undefined) throw fault(`the header ${misplaced} must not be marked critical`);
  const time = (name: string): Date | undefined => {
    const text = headers.optionalString(name);
    return text === undefined ? undefined : parseDateTime(text, name);
  };
  return readSignedAttributes({
    names: headers.keys,
    critical,
    scheme: headers.string(notationHeaders.scheme),
    signingTime: time(notationHeaders.signingTime),
    authenticSigningTime: time(notationHeaders.authenticSigningTime),
    expiry: time(notationHeaders.expiry),
    plugin: textOf(headers.raw(notationHeaders.plugin)),
  });
}

function readAlgorithm(name: string): SignatureAlgorithm {
  const algorithm = algorithms.find((known) => known === name);
  if (algorithm) return algorithm;
  throw fault(`the algorithm ${JSON.stringify(name.slice(0, 40))} is not one of ${algorithms.join(', ')}`);
}

/** RFC 4648, section 5, without padding; Node's own decoder skips what is not of the alphabet. */
function decodeBase64Url(text: string, name: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') === text) return bytes;
  throw fault(`${name} is not base64url`);
}

/** RFC 3339, section 5.6. */
function parseDateTime(text: string, name: string): Date {
  const form = /^(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d{1,9})?(?:[Zz]|([+-](?:[01]\d|2[0-3]):[0-5]\d))$/;
  const [, day = '', clock = '', fraction = '', offset = 'Z'] = form.exec(text) ?? [];
  const local = new Date(`${day}T${clock}Z`);
  // A 31st of February would be carried into March.
  if (Number.isNaN(local.getTime()) || !local.toISOString().startsWith(`${day}T${clock}`)) {
    throw fault(`the header ${name} is not a time of RFC 3339`);
  }
  return new Date(`${day}T${clock}${fraction.slice(0, 4)}${offset}`);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', `${what}: ${message}`);
}
