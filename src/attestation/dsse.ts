import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson, type Json } from '../core/json.js';
import { concat } from '../core/stream.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { statementLimit } from './statement.js';

/** The payload type of an in-toto statement. */
export const inTotoPayload = 'application/vnd.in-toto+json';

/** base64 makes four characters of three bytes; signatures and certificates lie beside it. */
const envelopeLimit = 2 * statementLimit;
const signatureLimit = 100;

/** DSSE, envelope.md: a payload and who signed it. Nothing in it is believed until a signature was checked. */
export interface Envelope {
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly EnvelopeSignature[];
}

export interface EnvelopeSignature {
  /** A hint of its maker; no security hangs on it. */
  readonly keyid?: string;
  readonly sig: Uint8Array;
}

/** @throws ImgcheckError hostile for what is malformed or past a limit */
export function parseEnvelope(bytes: Uint8Array, what = 'envelope'): Envelope {
  if (bytes.byteLength > envelopeLimit)
    throw new ImgcheckError('hostile', `${what} exceeds its limit of ${envelopeLimit} bytes`);
  return readEnvelope(parseJson(bytes, what), what);
}

/** An envelope that is a part of another document, as of a sigstore bundle. @throws ImgcheckError hostile */
export function readEnvelope(json: Json | undefined, path: string): Envelope {
  const fields = new Fields(json, path);
  const signatures = fields.array('signatures', signatureLimit);
  if (signatures.length === 0) throw new ImgcheckError('hostile', `${path} has no signature`);
  return {
    payloadType: fields.string('payloadType'),
    payload: decodeEither(fields.string('payload'), `${path}.payload`),
    signatures: signatures.map((one, i) => readSignature(one, `${path}.signatures[${i}]`)),
  };
}

function readSignature(json: Json, path: string): EnvelopeSignature {
  const fields = new Fields(json, path);
  const keyid = fields.optionalString('keyid');
  return { ...(keyid ? { keyid } : {}), sig: decodeEither(fields.string('sig'), `${path}.sig`) };
}

/** DSSE allows the standard alphabet and the one for URLs; a text in both at once is neither. */
function decodeEither(text: string, what: string): Uint8Array {
  const standard = /[+/]/.test(text) ? text : text.replaceAll('-', '+').replaceAll('_', '/');
  return decodeBase64(standard, what);
}

/** What a DSSE signature is made over (protocol.md, PAE): lengths in bytes bind the type to the payload. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType);
  const head = Buffer.from(`DSSEv1 ${type.byteLength} ${payloadType} ${payload.byteLength} `);
  return concat([head, payload]);
}
