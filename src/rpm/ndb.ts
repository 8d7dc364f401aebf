import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { isDamage, salvage, type Found, type Reading } from './record.js';

// rpm's lib/backend/ndb/rpmpkg.c. All numbers are little-endian; places are counted in blocks of 16 bytes.
const blockSize = 16;
const slotPageSize = 4096;
const headLength = 32;
const slotMagic = 0x746f6c53; // Slot
const blobMagic = 0x53626c42; // BlbS
const blobEndMagic = 0x45626c42; // BlbE
const blobHeadLength = 16;
const tailLength = 12;

/**
 * Reads an NDB database (`Packages.db`), slot by slot: one bad slot spoils only itself. A blob whose checksum
 * does not fit is listed and counted as damage, for rpm lists it too.
 * @throws ImgcheckError unsupported for another version, hostile when the head makes no sense
 */
export function readNdb(bytes: Uint8Array, what: string): Reading {
  const cursor = new Cursor(bytes, 'file');
  if (bytes.byteLength < headLength) {
    throw new ImgcheckError('hostile', `expected at least ${headLength} bytes, got ${bytes.byteLength}`, {
      subject: what,
    });
  }
  const version = cursor.u32(4, true);
  if (version !== 0) {
    throw new ImgcheckError('unsupported', `expected version 0 of the ndb format, got ${version}`, { subject: what });
  }
  const slotPages = cursor.u32(12, true);
  if (slotPages < 1 || slotPages * slotPageSize > bytes.byteLength) {
    throw new ImgcheckError('hostile', `${slotPages} slot pages do not fit in ${bytes.byteLength} bytes`, {
      subject: what,
    });
  }
  return { kind: 'ndb', records: readSlots(cursor, slotPages) };
}

function* readSlots(cursor: Cursor, slotPages: number): Generator<Found> {
  if (cursor.length % blockSize !== 0) {
    yield { damage: `${cursor.length} bytes are not a whole number of blocks`, where: 'file' };
  }
  // Blobs of a sound database never overlap; twice the file is room for one bad slot, and bounds the work.
  let room = 2 * cursor.length;
  for (let at = headLength; at < slotPages * slotPageSize; at += 16) {
    const where = `slot ${(at - headLength) / 16}`;
    if (cursor.u32(at, true) !== slotMagic) {
      yield { damage: 'no slot magic', where };
      continue;
    }
    const [index, offset, count] = [cursor.u32(at + 4, true), cursor.u32(at + 8, true), cursor.u32(at + 12, true)];
    if (offset === 0) continue;
    const blob = salvage(where, () => {
      if (offset * blockSize < slotPages * slotPageSize) throw fault(`block ${offset} lies within the slots`);
      return readBlob(cursor.slice(offset * blockSize, count * blockSize), index);
    });
    if (isDamage(blob)) {
      yield blob;
      continue;
    }
    room -= count * blockSize;
    if (room < 0) {
      yield { damage: 'the blobs together are longer than the file: they overlap', where };
      return;
    }
    const flaw = checkTail(blob.run, blob.length);
    if (flaw) yield { damage: flaw, where };
    yield { blob: blob.run.subarray(blobHeadLength, blobHeadLength + blob.length), where };
  }
}

function readBlob(run: Uint8Array, index: number): { run: Uint8Array; length: number } {
  const cursor = new Cursor(run, 'blob');
  if (cursor.u32(0, true) !== blobMagic) throw fault('no blob magic where the slot points');
  if (cursor.u32(4, true) !== index) throw fault(`expected package index ${index}, got ${cursor.u32(4, true)}`);
  const length = cursor.u32(12, true);
  if (length > run.byteLength - blobHeadLength - tailLength) {
    throw fault(`a header of ${length} bytes does not fit in its ${run.byteLength} bytes`);
  }
  return { run, length };
}

function checkTail(run: Uint8Array, length: number): string | undefined {
  const cursor = new Cursor(run, 'blob');
  const tail = run.byteLength - tailLength;
  if (cursor.u32(tail + 8, true) !== blobEndMagic || cursor.u32(tail + 4, true) !== length) {
    return 'the end of the blob does not match its begin';
  }
  return cursor.u32(tail, true) === adler32(run.subarray(0, tail))
    ? undefined
    : 'the checksum of the blob does not fit';
}

/** RFC 1950, section 9. */
function adler32(bytes: Uint8Array): number {
  let a = 1;
  let b = 0;
  // The longest run whose sums stay below 2^32.
  for (let at = 0; at < bytes.byteLength;) {
    const end = Math.min(at + 5552, bytes.byteLength);
    for (; at < end; at++) {
      a += bytes[at] ?? 0;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b * 65536 + a;
}

function fault(message: string): ImgcheckError {
  return new ImgcheckError('hostile', message);
}
