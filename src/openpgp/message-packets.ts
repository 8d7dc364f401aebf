import type { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { isPartial, packetTags, readLength, readRow, type Packet, type PacketHead } from './packet.js';

const openEndedTags: ReadonlySet<number> = new Set([packetTags.compressed, packetTags.literal]);

/**
 * Reads the packets of a message as `readPackets` does, but lets those that hold data be of indeterminate length, to
 * the end of the bytes, or come in parts, which are joined (RFC 9580, sections 4.2.1.4 and 4.2.2.1).
 * @throws ImgcheckError hostile when a packet is malformed or leaves the bytes, or for more than `limit` packets
 */
export function readMessagePackets(bytes: Uint8Array, limit: number): readonly Packet[] {
  return readRow(bytes, limit, (head, cursor) => {
    if (!openEndedTags.has(head.tag)) throw fault(`a packet of ${head.length} length: type ${head.tag}`);
    return head.length === 'indeterminate' ? readRest(head, cursor) : readParts(head, cursor);
  });
}

function readRest({ bodyAt }: PacketHead, cursor: Cursor): { body: Uint8Array; end: number } {
  return { body: cursor.slice(bodyAt, cursor.length - bodyAt), end: cursor.length };
}

function readParts({ bodyAt }: PacketHead, cursor: Cursor): { body: Uint8Array; end: number } {
  let length = 0;
  const end = walkParts(cursor, bodyAt, (part) => (length += part.byteLength));
  const body = new Uint8Array(length);
  let filled = 0;
  walkParts(cursor, bodyAt, (part) => {
    body.set(part, filled);
    filled += part.byteLength;
  });
  return { body, end };
}

/** Old writers begin with a part of less than 512 bytes, which the standard forbids and GnuPG reads. */
function walkParts(cursor: Cursor, from: number, visit: (part: Uint8Array) => void): number {
  for (let at = from; ;) {
    const first = cursor.u8(at);
    const { bodyAt, length } = isPartial(first)
      ? { bodyAt: at + 1, length: 2 ** (first & 0x1f) }
      : readLength(cursor, at);
    visit(cursor.slice(bodyAt, length));
    at = bodyAt + length;
    if (!isPartial(first)) return at;
  }
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
