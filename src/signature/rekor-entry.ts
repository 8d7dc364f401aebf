import { createHash, type KeyObject } from 'node:crypto';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson, type Json } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';
import type { LogEntry } from './log-entry.js';
import { readPem } from '../x509/pem.js';
import { spkiOf } from './public-key.js';
import { clip } from './refusal.js';
import type { SignedContent } from './signed-content.js';

/** Who is said to have signed, with what proves it. */
export type Maker =
  { readonly kind: 'key'; readonly key: KeyObject } | { readonly kind: 'certificate'; readonly der: Uint8Array };

/** What an entry says was signed, by whom, with which signature. */
interface Logged {
  readonly signature: Uint8Array;
  /** `signed`: of the artifact, or the pre-authentication encoding; `payload`: of what lies in the envelope. */
  readonly of: 'signed' | 'payload';
  readonly algorithm: string;
  readonly digest: Uint8Array;
  readonly maker: { readonly kind: Maker['kind']; readonly der: Uint8Array };
}

const what = 'the log entry';

const readers: Readonly<Record<string, (spec: Fields) => Logged>> = {
  'hashedrekord 0.0.1': readHashed1,
  'hashedrekord 0.0.2': readHashed2,
  'dsse 0.0.1': readDsse1,
  'dsse 0.0.2': readDsse2,
  'intoto 0.0.2': readInToto2,
};

const hashes: Readonly<Record<string, string>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

/**
 * Checks that a log entry is of this signature: the same bytes, over this content, by this very key or certificate. An
 * entry of somebody else's signature would lend its time and its place in the log (GHSA-whqx-f9j3-ch6m).
 * @throws ImgcheckError integrity when it is of another; hostile when malformed; unsupported for another kind of entry
 */
export function bindEntry(entry: LogEntry, content: SignedContent, maker: Maker): void {
  const body = new Fields(parseJson(entry.body, what), what);
  const form = `${body.string('kind')} ${body.string('apiVersion')}`;
  const claimed = `${entry.kind} ${entry.version}`;
  if (form !== claimed) throw mismatch('kind', claimed, form);
  const read = Object.hasOwn(readers, form) ? readers[form] : undefined;
  if (!read) throw unsupported(`${what} is of the kind ${clip(form)}, which is not known`);
  const logged = read(body.object('spec'));
  if (logged.of === 'payload' && content.kind !== 'dsse') throw mismatch('content', 'a message', `a ${form}`);
  if (!isEqual(logged.signature, content.signature)) throw otherwise('its signature is another');
  const hash = Object.hasOwn(hashes, logged.algorithm) ? hashes[logged.algorithm] : undefined;
  if (!hash) throw unsupported(`${what} has a digest of the algorithm ${clip(logged.algorithm)}`);
  const digest = createHash(hash).update(content[logged.of]).digest();
  if (!isEqual(logged.digest, digest)) throw otherwise('what was signed is another');
  const der = maker.kind === 'key' ? spkiOf(maker.key) : maker.der;
  if (logged.maker.kind !== maker.kind) throw mismatch('maker', `a ${maker.kind}`, `a ${logged.maker.kind}`);
  if (!isEqual(logged.maker.der, der)) throw otherwise(`its ${maker.kind} is another`);
}

function readHashed1(spec: Fields): Logged {
  const signature = spec.object('signature');
  const hash = spec.object('data').object('hash');
  return {
    signature: decodeBase64(signature.string('content'), `${what}, signature`),
    of: 'signed',
    algorithm: hash.string('algorithm'),
    digest: Buffer.from(hash.string('value'), 'hex'),
    maker: readMakerPem(signature.object('publicKey').string('content')),
  };
}

/** Rekor v2 logs an envelope, too, as a hashedrekord: its digest is of the pre-authentication encoding (rekor-v2-spec, 6.1.4). */
function readHashed2(spec: Fields): Logged {
  const record = spec.object('hashedRekordV002');
  const data = record.object('data');
  return {
    ...readSignature2(record.object('signature')),
    of: 'signed',
    algorithm: data.string('algorithm'),
    digest: decodeBase64(data.string('digest'), `${what}, digest`),
  };
}

function readDsse1(spec: Fields): Logged {
  const signature = readSingle(spec.array('signatures'));
  return {
    signature: decodeBase64(signature.string('signature'), `${what}, signature`),
    ...readPayloadHash(spec.object('payloadHash')),
    maker: readMakerPem(signature.string('verifier')),
  };
}

function readDsse2(spec: Fields): Logged {
  const record = spec.object('dsseV002');
  const hash = record.object('payloadHash');
  return {
    ...readSignature2(readSingle(record.array('signatures'))),
    of: 'payload',
    algorithm: hash.string('algorithm'),
    digest: decodeBase64(hash.string('digest'), `${what}, digest`),
  };
}

/** It has the signature in base64 twice over. */
function readInToto2(spec: Fields): Logged {
  const content = spec.object('content');
  const signature = readSingle(content.object('envelope').array('signatures'));
  const once = decodeBase64(signature.string('sig'), `${what}, signature`);
  return {
    signature: decodeBase64(Buffer.from(once).toString('latin1'), `${what}, signature`),
    ...readPayloadHash(content.object('payloadHash')),
    maker: readMakerPem(signature.string('publicKey')),
  };
}

function readPayloadHash(hash: Fields): Pick<Logged, 'of' | 'algorithm' | 'digest'> {
  return { of: 'payload', algorithm: hash.string('algorithm'), digest: Buffer.from(hash.string('value'), 'hex') };
}

function readSignature2(fields: Fields): Pick<Logged, 'signature' | 'maker'> {
  const verifier = fields.object('verifier');
  const certificate = verifier.optionalObject('x509Certificate');
  const der = (certificate ?? verifier.object('publicKey')).string('rawBytes');
  return {
    signature: decodeBase64(fields.string('content'), `${what}, signature`),
    maker: { kind: certificate ? 'certificate' : 'key', der: decodeBase64(der, `${what}, verifier`) },
  };
}

function readMakerPem(base64: string): Logged['maker'] {
  const text = Buffer.from(decodeBase64(base64, `${what}, key`)).toString('latin1');
  const { blocks, stray } = readPem(text, `${what}, key`, 1);
  const [block] = blocks;
  if (block && !stray && block.label === 'CERTIFICATE') return { kind: 'certificate', der: block.bytes };
  if (block && !stray && block.label === 'PUBLIC KEY') return { kind: 'key', der: block.bytes };
  throw fault(`${what} has neither a key nor a certificate`);
}

function readSingle(signatures: readonly Json[]): Fields {
  if (signatures.length !== 1) throw fault(`${what} has ${signatures.length} signatures: expected exactly one`);
  return new Fields(signatures[0], `${what}, signature`);
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function otherwise(difference: string): ImgcheckError {
  return new ImgcheckError('integrity', `${what} is not of this signature: ${difference}`);
}

function mismatch(of: string, expected: string, got: string): ImgcheckError {
  return new ImgcheckError('integrity', `${what} is of another ${of}: expected ${clip(expected)}, got ${clip(got)}`);
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}

function unsupported(message: string): ImgcheckError {
  return new ImgcheckError('unsupported', message);
}
