import type { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { pageHeadLength, type BdbFile } from './bdb-file.js';
import { isDamage, salvage, type Damage, type Found } from './record.js';

const internalPage = 3;
const leafPage = 5;
export const leafPageTypes: readonly number[] = [leafPage];
const inlineItem = 1;
const offPageItem = 3;
/** An item without content, and its place in the index. */
const leastItem = 5;
/** Set on items that are deleted while something still points at them. */
const deletedFlag = 0x80;

/** The leaves from first to last, found by going down on the left; rpm5 kept its packages so. Marks pages in `visited`. */
export function* walkLeaves(file: BdbFile, visited: Uint8Array): Generator<Cursor | Damage> {
  const visit = (number: number): Cursor => {
    const page = file.page(number);
    if (visited[number] === 1) throw new ImgcheckError('hostile', `page ${number} is used twice`);
    visited[number] = 1;
    return page;
  };
  let number = file.u32(file.head, 88);
  let isDown = false;
  while (number !== 0 || !isDown) {
    const page = salvage('btree', () => visit(number));
    if (isDamage(page)) {
      yield page;
      return;
    }
    const type = page.u8(25);
    if (type === leafPage) {
      isDown = true;
      yield page;
      number = file.u32(page, 16);
    } else if (type === internalPage && !isDown) {
      const child = salvage('btree', () => file.u32(page, file.u16(page, pageHeadLength) + 4));
      if (typeof child !== 'number') {
        yield child;
        return;
      }
      number = child;
    } else {
      yield { damage: `page ${number}: unexpected page type ${type}`, where: 'btree' };
      return;
    }
  }
}

/** The values of a leaf, whose items alternate key and value, but for the counter. */
export function* readLeaf(file: BdbFile, page: Cursor): Generator<Found> {
  const pageNumber = file.u32(page, 8);
  const entries = file.u16(page, 20);
  if (entries * leastItem > file.meta.pageSize) {
    yield { damage: `${entries} items do not fit`, where: `page ${pageNumber}` };
    return;
  }
  for (let i = 0; i < entries; i += 2) {
    const where = `page ${pageNumber} item ${i}`;
    const found = salvage(where, () => {
      if (i + 1 >= entries) throw new ImgcheckError('hostile', 'a key without a value');
      const key = readItem(file, page, i);
      if (!key || file.isCounter(key)) return undefined;
      const blob = readItem(file, page, i + 1);
      return blob && { blob, where };
    });
    if (found) yield found;
  }
}

function readItem(file: BdbFile, page: Cursor, i: number): Uint8Array | undefined {
  const start = file.u16(page, pageHeadLength + 2 * i);
  const type = page.u8(start + 2);
  if ((type & deletedFlag) !== 0) return undefined;
  if (type === inlineItem) return page.slice(start + 3, file.u16(page, start));
  if (type !== offPageItem) throw new ImgcheckError('hostile', `unknown item type ${type}`);
  return file.overflow(file.u32(page, start + 4), file.u32(page, start + 8));
}
