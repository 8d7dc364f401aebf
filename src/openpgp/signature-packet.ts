import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { algorithmOf, hashOf, type SignatureAlgorithm } from './algorithm.js';
import { packetTags, readLength, readPackets } from './packet.js';

/** What a signature packet says, believed or not; `problem` tells what keeps it from being checked. */
export interface SignaturePacket {
  readonly version: number;
  /** 16 hex digits; undefined where it does not say who made it. */
  readonly keyId?: string;
  /** Lower-case hex. */
  readonly fingerprint?: string;
  /** One of those known here, or `unknown:N`. */
  readonly algorithm: SignatureAlgorithm | `unknown:${number}`;
  /** A name of node:crypto's, or `unknown:N`. */
  readonly hash: string;
  /** Seconds since 1970. */
  readonly created?: number;
  /** Seconds since 1970; undefined for never. */
  readonly expires?: number;
  /** The first two bytes of the digest, in hex. */
  readonly left16: string;
  /** What is hashed after the message. */
  readonly trailer: Uint8Array;
  /** The numbers of the signature in hex, or its one value where it is not made of numbers. */
  readonly values: readonly string[];
  readonly problem?: string;
}

const binaryDocument = 0;
const textDocument = 1;
/** No signature is as large, however many notations it has. */
export const signatureLimit = 65536;
const integerBits = 16384;

/** What a signature may be over: bytes as they are, or also text, whose lines end in CR LF where it is signed. */
export type SignedDocument = 'binary' | 'binary or text';

/**
 * Parses exactly one signature packet, of version 3 or 4 (RFC 9580, section 5.2). One over another kind of document
 * has a problem.
 * @throws ImgcheckError hostile when it is malformed, or too large; unsupported for another version
 */
export function parseSignature(bytes: Uint8Array, document: SignedDocument = 'binary'): SignaturePacket {
  if (bytes.byteLength > signatureLimit) {
    throw fault(`expected a signature of at most ${signatureLimit} bytes, got ${bytes.byteLength}`);
  }
  const packets = readPackets(bytes, 2);
  const [packet] = packets;
  if (packet === undefined || packets.length !== 1) throw fault(`expected one packet, got ${packets.length}`);
  if (packet.tag !== packetTags.signature) throw fault(`expected a signature packet, got type ${packet.tag}`);
  const cursor = new Cursor(packet.body, 'signature');
  const version = cursor.u8(0);
  if (version === 3) return parseVersion3(cursor, document);
  if (version === 4) return parseVersion4(cursor, document);
  throw new ImgcheckError('unsupported', `expected a signature of version 3 or 4, got ${version}`);
}

function parseVersion3(cursor: Cursor, document: SignedDocument): SignaturePacket {
  if (cursor.u8(1) !== 5) throw fault(`expected 5 hashed bytes, got ${cursor.u8(1)}`);
  const [algorithmId, hashId] = [cursor.u8(15), cursor.u8(16)];
  const what = describe(cursor.u8(2), algorithmId, hashId, document);
  return {
    version: 3,
    keyId: hex(cursor.slice(7, 8)),
    ...what,
    created: cursor.u32(3),
    left16: hex(cursor.slice(17, 2)),
    trailer: cursor.slice(2, 5),
    values: readValues(cursor, 19, algorithmId),
  };
}

function parseVersion4(cursor: Cursor, document: SignedDocument): SignaturePacket {
  const [algorithmId, hashId] = [cursor.u8(2), cursor.u8(3)];
  const hashedLength = cursor.u16(4);
  const hashed = readSubpackets(cursor.slice(6, hashedLength));
  const unhashedAt = 6 + hashedLength;
  const unhashedLength = cursor.u16(unhashedAt);
  // What is not hashed may be changed by anyone: it can only say where to look for the key, which the check then proves.
  const hints = readSubpackets(cursor.slice(unhashedAt + 2, unhashedLength));
  const at = unhashedAt + 2 + unhashedLength;
  const what = describe(cursor.u8(1), algorithmId, hashId, document);
  const signer = hashed.fingerprint === undefined && hashed.keyId === undefined ? hints : hashed;
  const { fingerprint, keyId = fingerprint?.slice(-16) } = signer;
  const { created, lifetime = 0 } = hashed;
  const problem =
    what.problem ?? hashed.problem ?? (created === undefined ? 'it does not say when it was made' : undefined);
  return {
    version: 4,
    ...(keyId === undefined ? {} : { keyId }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...what,
    ...(created === undefined ? {} : { created }),
    ...(created === undefined || lifetime === 0 ? {} : { expires: created + lifetime }),
    left16: hex(cursor.slice(at, 2)),
    trailer: trailerOf(cursor.slice(0, unhashedAt)),
    values: readValues(cursor, at + 2, algorithmId),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Section 5.2.4: the hashed part, then its version and length. */
function trailerOf(hashedPart: Uint8Array): Uint8Array {
  const trailer = new Uint8Array(hashedPart.byteLength + 6);
  trailer.set(hashedPart);
  const view = new DataView(trailer.buffer, hashedPart.byteLength);
  view.setUint16(0, 0x04ff);
  view.setUint32(2, hashedPart.byteLength);
  return trailer;
}

function describe(
  type: number,
  algorithmId: number,
  hashId: number,
  document: SignedDocument,
): Pick<SignaturePacket, 'algorithm' | 'hash' | 'problem'> {
  const algorithm = algorithmOf(algorithmId)?.name;
  const hash = hashOf(hashId);
  const problem =
    algorithm === undefined
      ? `unknown signature algorithm ${algorithmId}`
      : hash === undefined
        ? `unknown hash algorithm ${hashId}`
        : type === binaryDocument || (type === textDocument && document === 'binary or text')
          ? undefined
          : `expected a signature of a ${document} document, got type ${type}`;
  return {
    algorithm: algorithm ?? `unknown:${algorithmId}`,
    hash: hash ?? `unknown:${hashId}`,
    ...(problem === undefined ? {} : { problem }),
  };
}

interface Subpackets {
  created?: number;
  /** Seconds after `created`; 0 for ever. */
  lifetime?: number;
  keyId?: string;
  fingerprint?: string;
  problem?: string;
}

/** Types that may be critical although they do not matter to a document (section 5.2.3.7); notations may not. */
const known: ReadonlySet<number> = new Set([
  4, 5, 6, 7, 9, 11, 12, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 39,
]);

/** Of a type that comes more than once the last counts (section 5.2.3.9). */
function readSubpackets(bytes: Uint8Array): Subpackets {
  const cursor = new Cursor(bytes, 'signature subpacket');
  const found: Subpackets = {};
  for (let at = 0; at < bytes.byteLength;) {
    const { bodyAt, length } = readLength(cursor, at);
    if (length === 0) throw fault('a signature subpacket without type');
    const body = new Cursor(cursor.slice(bodyAt, length), 'signature subpacket');
    const type = body.u8(0) & 0x7f;
    at = bodyAt + length;
    if (type === 2) found.created = body.u32(1);
    else if (type === 3) found.lifetime = body.u32(1);
    else if (type === 16) found.keyId = hex(body.slice(1, 8));
    // A fingerprint begins with the version of the key: only keys of version 4 sign packets of version 4.
    else if (type === 33 && body.u8(1) === 4) found.fingerprint = hex(body.slice(2, 20));
    else if (body.u8(0) >= 0x80 && !known.has(type)) found.problem = `unknown critical subpacket ${type}`;
  }
  return found;
}

function readValues(cursor: Cursor, from: number, algorithmId: number): readonly string[] {
  const form = algorithmOf(algorithmId);
  if (form === undefined) return [];
  const values: string[] = [];
  let at = from;
  if (form.bytes !== undefined) {
    values.push(hex(cursor.slice(at, form.bytes)));
    at += form.bytes;
  }
  for (let i = 0; i < (form.integers ?? 0); i++) {
    const bits = cursor.u16(at);
    if (bits > integerBits) throw fault(`expected a number of at most ${integerBits} bits, got ${bits}`);
    const length = Math.ceil(bits / 8);
    values.push(hex(cursor.slice(at + 2, length)));
    at += 2 + length;
  }
  if (at !== cursor.length) throw fault(`expected a signature of ${at} bytes, got ${cursor.length}`);
  return values;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
