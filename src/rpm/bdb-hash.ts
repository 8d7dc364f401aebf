import type { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { pageHeadLength, type BdbFile } from './bdb-file.js';
import { isDamage, salvage, type Damage, type Found } from './record.js';

/** Pages of a hash: unsorted (before version 9) and sorted. */
export const hashPageTypes: readonly number[] = [2, 13];
const inlineItem = 1;
const offPageItem = 3;

/** The pages of all buckets, in order; what is in the way of a bucket is damage. Marks them in `visited`. */
export function* walkBuckets(file: BdbFile, visited: Uint8Array): Generator<Cursor | Damage> {
  const maxBucket = file.u32(file.head, 72);
  if (maxBucket >= file.pages) {
    yield { damage: `${maxBucket} buckets do not fit in ${file.pages} pages`, where: 'hash head' };
    return;
  }
  let pairs = 0;
  let unused = 0;
  let isWhole = true;
  for (let bucket = 0; bucket <= maxBucket; bucket++) {
    const where = `bucket ${bucket}`;
    // Buckets are laid out in groups of powers of two; spares says how far each group was moved.
    let number = bucket + file.u32(file.head, 96 + 4 * (32 - Math.clz32(bucket)));
    for (let isFirst = true; isFirst || number !== 0; isFirst = false) {
      const page = salvage(where, () => readBucketPage(file, number, isFirst, visited));
      if (isDamage(page)) {
        isWhole = false;
        yield page;
        break;
      }
      if (page === undefined) {
        unused++;
        break;
      }
      pairs += file.u16(page, 20) >> 1;
      yield page;
      number = file.u32(page, 16);
    }
  }
  // An unused bucket and one that was zeroed look the same; the number of keys tells them apart.
  const keys = file.u32(file.head, 88);
  if (unused > 0 && isWhole && pairs < keys) {
    yield { damage: `expected ${keys} keys, got ${pairs}: a bucket is blank`, where: 'hash head' };
  }
}

function readBucketPage(file: BdbFile, number: number, isFirst: boolean, visited: Uint8Array): Cursor | undefined {
  const raw = file.rawPage(number);
  if (visited[number] === 1) throw new ImgcheckError('hostile', `page ${number} is used twice`);
  visited[number] = 1;
  if (isFirst && isBlank(raw)) return undefined;
  const page = file.page(number);
  const type = page.u8(25);
  if (!hashPageTypes.includes(type)) {
    throw new ImgcheckError('hostile', `page ${number}: expected hash page type 2 or 13, got ${type}`);
  }
  return page;
}

function isBlank(page: Cursor): boolean {
  for (const byte of page.bytes) if (byte !== 0) return false;
  return true;
}

/** The values on a page, but for the counter. */
export function* readHashPage(file: BdbFile, page: Cursor): Generator<Found> {
  const pageNumber = file.u32(page, 8);
  const entries = file.u16(page, 20);
  for (let i = 0; i < entries; i += 2) {
    const where = `page ${pageNumber} item ${i}`;
    const found = salvage(where, () => {
      if (file.isCounter(readItem(file, page, i, entries))) return undefined;
      return { blob: readItem(file, page, i + 1, entries), where };
    });
    if (found) yield found;
  }
}

/** Items grow down from the end of the page: each ends where the one before it begins. */
function readItem(file: BdbFile, page: Cursor, i: number, entries: number): Uint8Array {
  if (i >= entries) throw new ImgcheckError('hostile', 'a key without a value');
  const start = file.u16(page, pageHeadLength + 2 * i);
  const end = i === 0 ? file.meta.pageSize : file.u16(page, pageHeadLength + 2 * (i - 1));
  if (start < pageHeadLength + 2 * entries || start >= end || end > page.length) {
    throw new ImgcheckError('hostile', `an item from ${start} to ${end} is impossible`);
  }
  const type = page.u8(start);
  if (type === inlineItem) return page.slice(start + 1, end - start - 1);
  if (type !== offPageItem || end - start < 12) throw new ImgcheckError('hostile', `unknown item type ${type}`);
  return file.overflow(file.u32(page, start + 4), file.u32(page, start + 8));
}
