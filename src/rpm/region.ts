import type { Cursor } from '../core/bytes.js';
import type { ImgcheckError } from '../core/error.js';
import { tags } from './tag.js';

/** The part of a header that came from the package file, unchanged: what the vendor's signature is over. */
export interface Region {
  /** 63 HEADERIMMUTABLE; 61 or 62 in headers that no signature is over. */
  readonly tag: number;
  /** Index entries, the region's own included. */
  readonly entries: number;
  /** Bytes of data, the trailer included. */
  readonly length: number;
}

const binaryType = 7;

/**
 * The region of a header of `il` index entries and `dl` bytes of data; undefined where it has none.
 * @throws ImgcheckError what `fault` makes, where its trailer does not fit
 */
export function readRegion(
  cursor: Cursor,
  il: number,
  dl: number,
  fault: (message: string) => ImgcheckError,
): Region | undefined {
  const tag = cursor.u32(8);
  if (tag < tags.headerImage || tag > tags.headerImmutable) return undefined;
  const offset = cursor.u32(16);
  if (cursor.u32(12) !== binaryType || cursor.u32(20) !== 16) throw fault('the region entry is not 16 bytes');
  if (offset + 16 > dl) throw fault(`the region trailer at ${offset} lies outside the ${dl} bytes of data`);
  const at = 8 + 16 * il + offset;
  // Its offset is negative: back over the region's index entries.
  const span = -(cursor.u32(at + 8) | 0);
  if (cursor.u32(at) !== tag || cursor.u32(at + 4) !== binaryType || cursor.u32(at + 12) !== 16) {
    throw fault('the region trailer does not repeat the region entry');
  }
  if (span < 16 || span % 16 !== 0 || span / 16 > il) throw fault(`a region of ${span} index bytes is impossible`);
  return { tag, entries: span / 16, length: offset + 16 };
}
