import { createHash } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { readPem } from '../x509/pem.js';
import { verifyWithKey, type SignerKey } from './public-key.js';
import { clip, passed, refused, step, type Step } from './refusal.js';

/** What a log entry must speak of. */
export interface LoggedSignature {
  /** DER of the public key, or of the certificate. */
  readonly maker: Uint8Array;
  readonly signature: Uint8Array;
  readonly payload: Uint8Array;
}

/** Parsed, not believed. */
interface RekorPromise {
  readonly signature: Uint8Array;
  /** What the log signed: the canonical JSON (RFC 8785) of the entry. */
  readonly canonical: Uint8Array;
  readonly body: Uint8Array;
  readonly integratedTime: number;
  readonly logId: string;
}

/** The last second of the year 9999, past which dates have no common form. */
const lastSecond = 253_402_300_799;

/**
 * Verifies Rekor's promise to log a signature (the SignedEntryTimestamp of annotation `dev.sigstore.cosign/bundle`):
 * one of the logs signed the entry, and the entry is of this signature, over this payload, by this key or certificate.
 * Gives the time at which the log took it in. The log itself is not asked.
 */
export function verifyRekorPromise(bundle: string, expected: LoggedSignature, logs: readonly SignerKey[]): Step<Date> {
  const parsed = step(() => parsePromise(bundle));
  if (!parsed.ok) return parsed;
  const promise = parsed.value;
  if (!logs.some((log) => verifyWithKey(log, promise.canonical, promise.signature))) return refuseLog(promise, logs);
  const entry = step(() => compareEntry(promise.body, expected));
  if (!entry.ok) return entry;
  if (entry.value !== undefined) return refused('invalid', `the Rekor entry is not of this signature: ${entry.value}`);
  if (promise.integratedTime > lastSecond)
    return refused('invalid', 'the time of the Rekor entry is past the year 9999');
  return passed(new Date(promise.integratedTime * 1000));
}

/** The log id is the word of whoever wrote the bundle: it chooses the reason, nothing else. */
function refuseLog({ logId }: RekorPromise, logs: readonly SignerKey[]): Step<never> {
  if (logs.some(({ id }) => id === `sha256:${logId}`)) {
    return refused('invalid', 'the Rekor bundle is not signed by the log it names: its signature does not hold');
  }
  const given = logs.length === 1 ? 'another log than the one' : `a log that is none of the ${logs.length}`;
  return refused('untrusted', `the Rekor bundle is of ${given} whose key was given (log id ${logId})`);
}

/** @throws ImgcheckError hostile for anything but exactly the fields that cosign writes */
function parsePromise(bundle: string): RekorPromise {
  const what = 'the Rekor bundle';
  const outer = exactly(new Fields(parseJson(Buffer.from(bundle), what), what), what, [
    'Payload',
    'SignedEntryTimestamp',
  ]);
  const payload = exactly(outer.object('Payload'), what, ['body', 'integratedTime', 'logID', 'logIndex']);
  const body = payload.string('body');
  const integratedTime = payload.size('integratedTime');
  const logIndex = payload.size('logIndex');
  const logId = payload.string('logID');
  // What has no characters to escape and no fractions is canonical as JSON.stringify writes it, the members in order.
  if (!/^[0-9a-f]{64}$/.test(logId)) throw fault(`${what} has a log id that is not 64 hexadecimal digits`);
  return {
    signature: decodeBase64(outer.string('SignedEntryTimestamp'), `${what}, SignedEntryTimestamp`),
    body: decodeBase64(body, `${what}, body`),
    canonical: Buffer.from(JSON.stringify({ body, integratedTime, logID: logId, logIndex })),
    integratedTime,
    logId,
  };
}

function exactly(fields: Fields, what: string, names: readonly string[]): Fields {
  const strange = fields.keys.find((key) => !names.includes(key));
  if (strange === undefined) return fields;
  throw fault(`${what} has a member that is not known: ${clip(strange, 50)}`);
}

/**
 * What of a hashedrekord differs; undefined when it is of the signature at hand.
 * @throws ImgcheckError hostile, or unsupported for another kind of entry
 */
function compareEntry(body: Uint8Array, expected: LoggedSignature): string | undefined {
  const what = 'the Rekor entry';
  const entry = new Fields(parseJson(body, what), what);
  const form = `${entry.string('kind')} ${entry.string('apiVersion')}`;
  if (form !== 'hashedrekord 0.0.1')
    throw unsupported(`expected a Rekor entry hashedrekord 0.0.1, got ${clip(form, 60)}`);
  const spec = entry.object('spec');
  const signature = spec.object('signature');
  const maker = decodeBase64(signature.object('publicKey').string('content'), `${what}, publicKey`);
  const { blocks, stray } = readPem(Buffer.from(maker).toString('latin1'), `${what}, publicKey`, 1);
  if (stray || !isEqual(blocks[0]?.bytes, expected.maker)) return 'its key or certificate is another';
  if (!isEqual(decodeBase64(signature.string('content'), `${what}, signature`), expected.signature)) {
    return 'its signature is another';
  }
  const hash = spec.object('data').object('hash');
  const algorithm = hash.string('algorithm');
  if (algorithm !== 'sha256') throw unsupported(`expected a Rekor entry with a sha256, got ${clip(algorithm, 30)}`);
  const digest = createHash('sha256').update(expected.payload).digest('hex');
  return hash.string('value').toLowerCase() === digest ? undefined : 'its payload is another';
}

function isEqual(one: Uint8Array | undefined, other: Uint8Array): boolean {
  return one !== undefined && Buffer.compare(one, other) === 0;
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}

function unsupported(message: string): ImgcheckError {
  return new ImgcheckError('unsupported', message);
}
