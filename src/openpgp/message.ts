import type { Attempt } from '../core/attempt.js';
import { Cursor } from '../core/bytes.js';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { readMessagePackets } from './message-packets.js';
import { announces, parseOnePassSignature, type OnePassSignature } from './one-pass-signature.js';
import { packetTags, type Packet } from './packet.js';
import { parseSignature, type SignaturePacket } from './signature-packet.js';

/** A signed message taken apart; nothing is believed. */
export interface SignedMessage {
  /** What every signature is over, but for its trailer. */
  readonly content: Uint8Array;
  /** Each signature, or why it cannot be read. */
  readonly signatures: readonly Attempt<SignaturePacket>[];
}

/**
 * Opens the body of a compressed packet. What it yields has at most `limit` bytes.
 * @throws ImgcheckError hostile when it is more, or malformed; unsupported for an unknown algorithm
 */
export type Expand = (body: Uint8Array, limit: number) => Uint8Array;

/** Bytes, compressed or plain: payloads have a few hundred. */
export const messageLimit = 1024 * 1024;
const packetLimit = 64;
const compressionLimit = 2;
const encrypted: ReadonlySet<number> = new Set([1, 3, 9, 18, 20]);
/** Binary, text, UTF-8 text. */
const literalModes = 'btu';

/**
 * Reads an OpenPGP message that is signed and binary (RFC 9580, section 10.3), compressed or not: signatures around
 * exactly one literal packet, and nothing else. Text in such a message has the line ends that were signed.
 * @throws ImgcheckError hostile for any other message, saying which it is, and beyond a limit; unsupported for
 * messages of version 6, and unknown compression
 */
export function readSignedMessage(bytes: Uint8Array, expand: Expand): SignedMessage {
  if (bytes.byteLength > messageLimit) {
    throw fault(`expected a message of at most ${messageLimit} bytes, got ${bytes.byteLength}`);
  }
  refuseText(bytes);
  let packets = readMessagePackets(bytes, packetLimit);
  for (let depth = 1; packets[0]?.tag === packetTags.compressed; depth++) {
    const [{ body }, next] = packets;
    if (next) throw fault(`expected the end of the message, got a packet of type ${next.tag}`);
    if (depth > compressionLimit) throw fault(`a message that is compressed more than ${compressionLimit} times`);
    packets = readMessagePackets(expand(body, messageLimit), packetLimit);
  }
  return readSigned(packets);
}

/** containers-signature(5) rules out armor and cleartext. */
function refuseText(bytes: Uint8Array): void {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart();
  if (start.startsWith('-----BEGIN PGP SIGNED MESSAGE')) throw fault('expected a binary message, got signed cleartext');
  if (start.startsWith('-----BEGIN PGP ')) throw fault('expected a binary message, got ASCII armor');
}

function readSigned(packets: readonly Packet[]): SignedMessage {
  const { signature, onePassSignature } = packetTags;
  const dataAt = packets.findIndex(({ tag }) => tag !== signature && tag !== onePassSignature);
  const [before, data, after] = [packets.slice(0, dataAt), packets[dataAt], packets.slice(dataAt + 1)];
  if (!data) throw fault(`expected a signed message, got ${packets.length > 0 ? 'a detached signature' : 'no packet'}`);
  if (encrypted.has(data.tag)) throw fault('expected a signed message, got an encrypted one');
  if (data.tag !== packetTags.literal) throw fault(`expected signed data, got a packet of type ${data.tag}`);
  if (packets.length === 1) throw fault('expected a signed message, got data without a signature');
  const odd = after.find(({ tag }) => tag !== signature);
  if (odd) throw fault(`expected the end of the message, got a packet of type ${odd.tag}`);
  const announced = before.filter(({ tag }) => tag === onePassSignature).map(({ body }) => parseOnePassSignature(body));
  const behind = after.map(readSignature);
  checkAnnouncements(announced, behind);
  const plain = before.filter(({ tag }) => tag === signature).map(readSignature);
  return { content: readLiteral(data.body), signatures: [...plain, ...behind] };
}

function readSignature({ whole }: Packet): Attempt<SignaturePacket> {
  try {
    return { ok: true, value: parseSignature(whole, 'binary or text') };
  } catch (error) {
    if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
    return { ok: false, error };
  }
}

/** The first that is announced comes last, so that they enclose the data; all are over the same data. */
function checkAnnouncements(
  announced: readonly OnePassSignature[],
  signatures: readonly Attempt<SignaturePacket>[],
): void {
  if (announced.length !== signatures.length) {
    throw fault(`expected ${announced.length} signatures behind the data, got ${signatures.length}`);
  }
  for (const [i, one] of announced.entries()) {
    if (one.last !== (i === announced.length - 1)) throw fault('a signature over signed data');
    const signature = signatures.at(-1 - i);
    if (signature?.ok && !announces(one, signature.value)) throw fault('expected the signature that was announced');
  }
}

/** RFC 9580, section 5.9. The name and date in it are not signed. */
function readLiteral(body: Uint8Array): Uint8Array {
  const cursor = new Cursor(body, 'literal data');
  const mode = cursor.u8(0);
  if (!literalModes.includes(String.fromCharCode(mode))) {
    throw fault(`expected literal data of mode b, t or u, got mode ${mode}`);
  }
  const contentAt = 2 + cursor.u8(1) + 4;
  return cursor.slice(contentAt, body.byteLength - contentAt);
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
