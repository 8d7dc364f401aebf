import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';

/** One OpenPGP packet: its type and its content, a view. */
export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  /** The packet with its head, as it stood. */
  readonly whole: Uint8Array;
}

export const packetTags = {
  signature: 2,
  onePassSignature: 4,
  secretKey: 5,
  publicKey: 6,
  compressed: 8,
  literal: 11,
} as const;

/**
 * Reads a row of packets (RFC 9580, section 4.2), old and new format, to its very end. Indeterminate and partial
 * lengths are refused: no signature or key has them.
 * @throws ImgcheckError hostile when a packet is malformed or leaves the bytes, or for more than `limit` packets
 */
export function readPackets(bytes: Uint8Array, limit: number): readonly Packet[] {
  return readRow(bytes, limit, ({ tag, length }) => {
    throw fault(`a packet of ${length} length: type ${tag}`);
  });
}

/** A packet's head, and where its body begins. */
export interface PacketHead {
  readonly tag: number;
  readonly bodyAt: number;
  /** In bytes; `indeterminate`: all that is left; `partial`: more lengths follow, the first at `bodyAt`. */
  readonly length: number | 'indeterminate' | 'partial';
}

/** Finds the body of a packet whose head does not say how long it is. @throws ImgcheckError hostile */
export type OpenEnded = (head: PacketHead, cursor: Cursor) => { readonly body: Uint8Array; readonly end: number };

/** Reads packets as `readPackets` does, and asks `openEnded` for the body of those without a plain length. */
export function readRow(bytes: Uint8Array, limit: number, openEnded: OpenEnded): readonly Packet[] {
  const cursor = new Cursor(bytes, 'packet');
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    if (packets.length >= limit) throw fault(`more than ${limit} packets`);
    const head = readHead(cursor, at);
    const { tag, bodyAt, length } = head;
    const { body, end } =
      typeof length === 'number'
        ? { body: cursor.slice(bodyAt, length), end: bodyAt + length }
        : openEnded(head, cursor);
    packets.push({ tag, body, whole: bytes.subarray(at, end) });
    at = end;
  }
  return packets;
}

function readHead(cursor: Cursor, at: number): PacketHead {
  const first = cursor.u8(at);
  if ((first & 0x80) === 0) throw fault(`expected a packet at ${at}, got byte ${first}`);
  if ((first & 0x40) !== 0) {
    const tag = first & 0x3f;
    return isPartial(cursor.u8(at + 1))
      ? { tag, bodyAt: at + 1, length: 'partial' }
      : { tag, ...readLength(cursor, at + 1) };
  }
  const tag = (first >> 2) & 0xf;
  switch (first & 3) {
    case 0:
      return { tag, bodyAt: at + 2, length: cursor.u8(at + 1) };
    case 1:
      return { tag, bodyAt: at + 3, length: cursor.u16(at + 1) };
    case 2:
      return { tag, bodyAt: at + 5, length: cursor.u32(at + 1) };
    default:
      return { tag, bodyAt: at + 1, length: 'indeterminate' };
  }
}

/** Whether a length of the new format is that of a part, after which another follows (section 4.2.1.4). */
export function isPartial(first: number): boolean {
  return first >= 224 && first < 255;
}

/** A length of one, two or five bytes, as packets of the new format and subpackets (section 5.2.3.7) have it. */
export function readLength(cursor: Cursor, at: number): { readonly bodyAt: number; readonly length: number } {
  const first = cursor.u8(at);
  if (first < 192) return { bodyAt: at + 1, length: first };
  if (first < 255) return { bodyAt: at + 2, length: (first - 192) * 256 + cursor.u8(at + 1) + 192 };
  return { bodyAt: at + 5, length: cursor.u32(at + 1) };
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
