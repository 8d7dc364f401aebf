import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson, type Json } from '../core/json.js';
import { parseDigest, type Digest } from '../oci/digest.js';

export type PayloadType = 'atomic container signature' | 'cosign container image signature';

/** What a signature says: this image has this name. */
export interface SignaturePayload {
  /** Of the manifest or index. */
  readonly digest: Digest;
  /** The docker reference as it was written: its grammar is the business of who compares it. */
  readonly reference: string;
  /** The program that made it. */
  readonly creator?: string;
  /** Seconds since 1970, by the signer's word. */
  readonly timestamp?: number;
}

/**
 * Parses the JSON that simple signing and cosign sign (containers-signature(5); cosign SIGNATURE_SPEC). What is
 * critical must be known to the last member; only cosign may write null for what is optional. To be called on bytes
 * whose signature holds.
 * @throws ImgcheckError hostile for anything else, and for a digest that is neither SHA-256 nor SHA-512
 */
export function parseSignaturePayload(bytes: Uint8Array, type: PayloadType): SignaturePayload {
  const payload = new Fields(parseJson(bytes, 'payload'), 'payload');
  demandMembers(payload, 'payload', ['critical', 'optional']);
  const critical = payload.object('critical');
  demandMembers(critical, 'payload.critical', ['identity', 'image', 'type']);
  const claimed = critical.string('type');
  if (claimed !== type) throw fault(`payload.critical.type: expected ${type}, got ${claimed.slice(0, 80)}`);
  const image = critical.object('image');
  demandMembers(image, 'payload.critical.image', ['docker-manifest-digest']);
  const identity = critical.object('identity');
  demandMembers(identity, 'payload.critical.identity', ['docker-reference']);
  return {
    digest: parseDigest(image.string('docker-manifest-digest'), 'payload.critical.image.docker-manifest-digest'),
    reference: identity.string('docker-reference'),
    ...readOptional(payload, type),
  };
}

function readOptional(payload: Fields, type: PayloadType): Pick<SignaturePayload, 'creator' | 'timestamp'> {
  const isNull = payload.raw('optional') === undefined;
  if (isNull && type === 'cosign container image signature') return {};
  const optional = payload.object('optional');
  const creator = optional.optionalString('creator');
  const timestamp = optional.raw('timestamp');
  if (timestamp !== undefined && !isTimestamp(timestamp)) {
    throw fault('payload.optional.timestamp is not a whole number of 64 bits');
  }
  return { ...(creator === undefined ? {} : { creator }), ...(timestamp === undefined ? {} : { timestamp }) };
}

/** What containers/image takes: a number that is still the same as an integer of 64 bits. */
function isTimestamp(value: Json): value is number {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;
}

/** Exactly these: another reader may know a member that we do not, and what it restricts. */
function demandMembers(fields: Fields, path: string, expected: readonly string[]): void {
  const missing = expected.find((name) => !fields.keys.includes(name));
  if (missing !== undefined) throw fault(`${path}.${missing} is missing`);
  const unknown = fields.keys.find((name) => !expected.includes(name));
  if (unknown !== undefined) throw fault(`${path} has an unknown member ${JSON.stringify(unknown.slice(0, 80))}`);
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
