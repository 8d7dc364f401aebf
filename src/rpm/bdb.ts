import { leafPageTypes, readLeaf, walkLeaves } from './bdb-btree.js';
import { BdbFile } from './bdb-file.js';
import { hashPageTypes, readHashPage, walkBuckets } from './bdb-hash.js';
import { isDamage, salvage, type Found, type Reading } from './record.js';

/**
 * Reads a Berkeley DB `Packages`: hash versions 8 to 10 or btree, either byte order. The pages are walked as the
 * structure says; only where that is damaged are the other pages of the right type searched as well.
 * @throws ImgcheckError unsupported or hostile as `BdbFile`
 */
export function readBdb(bytes: Uint8Array, what: string): Reading {
  const file = new BdbFile(bytes, what);
  return { kind: file.meta.kind, records: readRecords(file) };
}

function* readRecords(file: BdbFile): Generator<Found> {
  const isHash = file.meta.kind === 'bdb-hash';
  const [walk, readPage, types] = isHash
    ? [walkBuckets, readHashPage, hashPageTypes]
    : [walkLeaves, readLeaf, leafPageTypes];
  const visited = new Uint8Array(file.pages);
  let isWhole = true;
  if (file.meta.lastPage >= file.pages) {
    isWhole = false;
    yield { damage: `expected ${file.meta.lastPage + 1} pages, got ${file.pages}`, where: 'file' };
  }
  for (const page of walk(file, visited)) {
    if (isDamage(page)) {
      isWhole = false;
      yield page;
    } else {
      yield* readPage(file, page);
    }
  }
  if (isWhole) return;
  for (let number = 1; number < file.pages; number++) {
    if (visited[number] === 1 || !types.includes(file.rawPage(number).u8(25))) continue;
    const page = salvage(`page ${number}`, () => file.page(number));
    if (isDamage(page)) yield page;
    else yield* readPage(file, page);
  }
}
