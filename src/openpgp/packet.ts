import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';

/** One OpenPGP packet: its type and its content, a view. */
export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
  /** The packet with its head, as it stood. */
  readonly whole: Uint8Array;
}

export const packetTags = { signature: 2, secretKey: 5, publicKey: 6 } as const;

/**
 * Reads a row of packets (RFC 9580, section 4.2), old and new format, to its very end. Indeterminate and partial
 * lengths are refused: no signature or key has them.
 * @throws ImgcheckError hostile when a packet is malformed or leaves the bytes, or for more than `limit` packets
 */
export function readPackets(bytes: Uint8Array, limit: number): readonly Packet[] {
  const cursor = new Cursor(bytes, 'packet');
  const packets: Packet[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    if (packets.length >= limit) throw fault(`more than ${limit} packets`);
    const head = readHead(cursor, at);
    const body = cursor.slice(head.bodyAt, head.length);
    const end = head.bodyAt + head.length;
    packets.push({ tag: head.tag, body, whole: bytes.subarray(at, end) });
    at = end;
  }
  return packets;
}

interface Head {
  readonly tag: number;
  readonly bodyAt: number;
  readonly length: number;
}

function readHead(cursor: Cursor, at: number): Head {
  const first = cursor.u8(at);
  if ((first & 0x80) === 0) throw fault(`expected a packet at ${at}, got byte ${first}`);
  if ((first & 0x40) !== 0) return { tag: first & 0x3f, ...readNewLength(cursor, at + 1) };
  const tag = (first >> 2) & 0xf;
  switch (first & 3) {
    case 0:
      return { tag, bodyAt: at + 2, length: cursor.u8(at + 1) };
    case 1:
      return { tag, bodyAt: at + 3, length: cursor.u16(at + 1) };
    case 2:
      return { tag, bodyAt: at + 5, length: cursor.u32(at + 1) };
    default:
      throw fault('a packet of indeterminate length');
  }
}

function readNewLength(cursor: Cursor, at: number): Omit<Head, 'tag'> {
  const first = cursor.u8(at);
  if (first >= 224 && first < 255) throw fault('a packet of partial length');
  return readLength(cursor, at);
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
