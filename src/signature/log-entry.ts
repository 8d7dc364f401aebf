import { ImgcheckError } from '../core/error.js';
import { Fields, type Json } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';

/** An entry of a transparency log as it came with a signature: nothing in it is believed. */
export interface LogEntry {
  readonly kind: string;
  readonly version: string;
  readonly logId: Uint8Array;
  /** Decimal. */
  readonly logIndex: string;
  /** Seconds since 1970; 0 where the log gives no time (Rekor v2). */
  readonly integratedTime: number;
  /** JSON of what was logged. */
  readonly body: Uint8Array;
  /** The log's signature over the entry and its time (SignedEntryTimestamp). */
  readonly promise?: Uint8Array;
  readonly proof?: InclusionProof;
}

export interface InclusionProof {
  /** Decimal. */
  readonly logIndex: string;
  readonly treeSize: string;
  readonly rootHash: Uint8Array;
  readonly hashes: readonly Uint8Array[];
  /** A signed note, its signature lines reduced to those of plain names. */
  readonly checkpoint: string;
}

/** A tree of 2^64 leaves is not higher. */
const hashLimit = 64;
const checkpointLimit = 16 * 1024;
/** 9999-12-31: later than that is no time. */
const timeLimit = 253_402_300_799;

/** Reads an entry of a bundle. @throws ImgcheckError hostile */
export function readLogEntry(json: Json, path: string): LogEntry {
  const fields = new Fields(json, path);
  const kindVersion = fields.object('kindVersion');
  const promise = fields.optionalObject('inclusionPromise');
  const proof = fields.optionalObject('inclusionProof');
  // Without a checkpoint nobody signed the root that it leads to: it proves nothing. Version 0.1 has such.
  const checkpoint = proof?.optionalObject('checkpoint')?.string('envelope');
  return {
    kind: kindVersion.string('kind'),
    version: kindVersion.string('version'),
    logId: decodeBase64(fields.object('logId').string('keyId'), `${path}.logId.keyId`),
    logIndex: readInt64(fields, 'logIndex', path),
    integratedTime: checkTime(Number(readInt64(fields, 'integratedTime', path, '0')), path),
    body: decodeBase64(fields.string('canonicalizedBody'), `${path}.canonicalizedBody`),
    ...(promise ? { promise: decodeBase64(promise.string('signedEntryTimestamp'), `${path}.inclusionPromise`) } : {}),
    ...(proof && checkpoint !== undefined ? { proof: readProof(proof, checkpoint, `${path}.inclusionProof`) } : {}),
  };
}

/** @throws ImgcheckError hostile for what is no time */
export function checkTime(seconds: number, path: string): number {
  if (Number.isSafeInteger(seconds) && seconds >= 0 && seconds <= timeLimit) return seconds;
  throw fault(`${path}.integratedTime is not a time`);
}

function readProof(fields: Fields, checkpoint: string, path: string): InclusionProof {
  return {
    logIndex: readInt64(fields, 'logIndex', path, '0'),
    treeSize: readInt64(fields, 'treeSize', path, '0'),
    rootHash: decodeBase64(fields.optionalString('rootHash') ?? '', `${path}.rootHash`),
    hashes: fields.stringList('hashes', hashLimit).map((text) => decodeBase64(text, `${path}.hashes`)),
    checkpoint: plainCheckpoint(checkpoint, path),
  };
}

/**
 * A signed note with the signatures of unusual names left out: they are of witnesses that nobody here knows, and the
 * library takes the name in a note for a regular expression.
 */
function plainCheckpoint(envelope: string, path: string): string {
  if (envelope.length > checkpointLimit) throw fault(`${path}.checkpoint exceeds ${checkpointLimit} characters`);
  const end = envelope.indexOf('\n\n');
  if (end < 0) throw fault(`${path}.checkpoint has no signature`);
  const lines = envelope.slice(end + 2).split('\n');
  const plain = lines.filter((line) => /^\u2014 [A-Za-z0-9._~:/@%-]+ [A-Za-z0-9+/]+={0,2}$/.test(line));
  return `${envelope.slice(0, end + 2)}${plain.map((line) => `${line}\n`).join('')}`;
}

/** Protobuf's JSON writes 64-bit numbers as strings; zero may be left out. */
function readInt64(fields: Fields, key: string, path: string, absent?: string): string {
  const value = fields.raw(key) ?? absent;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text === 'string' && /^\d{1,19}$/.test(text)) return text;
  throw fault(`${path}.${key} is not a whole number of zero or more`);
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
