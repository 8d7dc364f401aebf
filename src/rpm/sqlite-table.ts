import { Cursor } from '../core/bytes.js';
import { ImgcheckError } from '../core/error.js';
import { isDamage, salvage, type Damage } from './record.js';
import type { SqliteFile } from './sqlite-file.js';

const interiorPage = 5;
const leafPage = 13;

/** One row: its columns are the record's values, in order. */
export interface Row {
  readonly where: string;
  readonly columns: readonly Column[];
}

/** NULL, a blob, text as its bytes, or a whole number; floats come as their bytes. */
export interface Column {
  readonly type: 'null' | 'blob' | 'text' | 'integer' | 'float';
  readonly bytes: Uint8Array;
}

/** All rows of the table whose b-tree begins at page `root`, in order. Pages freed from it are never looked at. */
export function* walkTable(file: SqliteFile, root: number): Generator<Row | Damage> {
  const visited = new Uint8Array(file.pages + 1);
  const ahead = [root];
  for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
    const node = salvage(`page ${number}`, () => readNode(file, number, visited));
    if (isDamage(node)) {
      yield node;
      continue;
    }
    if (node.isLeaf) {
      for (const at of node.cells) yield salvage(`page ${number} at ${at}`, () => readRow(file, node.page, at));
      continue;
    }
    // Every page has one parent, so that a sound tree never has more pages ahead than there are.
    if (ahead.length + node.cells.length >= file.pages) {
      yield { damage: 'more children than there are pages', where: `page ${number}` };
      continue;
    }
    const children = node.cells.map((at) => salvage(`page ${number} at ${at}`, () => node.page.u32(at)));
    ahead.push(node.right);
    for (const child of children.reverse()) {
      if (isDamage(child)) yield child;
      else ahead.push(child);
    }
  }
}

/** True when there is a page of that number and it can be the root of a table. */
export function isTableRoot(file: SqliteFile, number: number): boolean {
  return number <= file.pages && !isDamage(salvage('', () => readNode(file, number, new Uint8Array(number + 1))));
}

function readNode(file: SqliteFile, number: number, visited: Uint8Array) {
  const page = file.page(number);
  if (visited[number] === 1) throw new ImgcheckError('hostile', `page ${number} is used twice`);
  visited[number] = 1;
  // The first page begins with the head of the file.
  const base = number === 1 ? 100 : 0;
  const type = page.u8(base);
  if (type !== leafPage && type !== interiorPage) {
    throw new ImgcheckError('hostile', `page ${number}: expected table page type 5 or 13, got ${type}`);
  }
  const isLeaf = type === leafPage;
  const count = page.u16(base + 3);
  // SQLite's own bound: no cell with its pointer takes less than 6 bytes.
  if (count > (file.pageSize - 8) / 6) throw new ImgcheckError('hostile', `page ${number}: ${count} cells do not fit`);
  const first = base + (isLeaf ? 8 : 12);
  const cells = Array.from({ length: count }, (_, i) => page.u16(first + 2 * i));
  return { page, isLeaf, cells, right: isLeaf ? 0 : page.u32(base + 8) };
}

function readRow(file: SqliteFile, page: Cursor, at: number): Row {
  const [length, rowidAt] = readVarint(page, at);
  const [rowid, payloadAt] = readVarint(page, rowidAt);
  return { where: `row ${rowid}`, columns: readColumns(file.payload(page, payloadAt, length)) };
}

/** Only the first columns are read: none that matters here comes later. */
function readColumns(payload: Uint8Array): readonly Column[] {
  const cursor = new Cursor(payload, 'record');
  const [headEnd, first] = readVarint(cursor, 0);
  const columns: Column[] = [];
  for (let at = first, contentAt = headEnd; at < headEnd && columns.length < 5;) {
    const [serial, next] = readVarint(cursor, at);
    const length = lengthOf(serial);
    columns.push({ type: typeOf(serial), bytes: constantOf(serial) ?? cursor.slice(contentAt, length) });
    contentAt += length;
    at = next;
  }
  return columns;
}

function lengthOf(serial: number): number {
  if (serial >= 12) return Math.floor((serial - 12) / 2);
  const length = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0][serial];
  if (length === undefined) throw new ImgcheckError('hostile', `record: serial type ${serial} is reserved`);
  return length;
}

function typeOf(serial: number): Column['type'] {
  if (serial >= 12) return serial % 2 === 0 ? 'blob' : 'text';
  if (serial === 0) return 'null';
  return serial === 7 ? 'float' : 'integer';
}

/** The integers 0 and 1 have serial types of their own and no content. */
function constantOf(serial: number): Uint8Array | undefined {
  return serial === 8 || serial === 9 ? Uint8Array.of(serial - 8) : undefined;
}

/** A big-endian number of 7 bits a byte, 9 bytes at most, and where it ends. Beyond 2^53 it is inexact. */
function readVarint(cursor: Cursor, at: number): readonly [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = cursor.u8(at + i);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, at + i + 1];
  }
  return [value * 256 + cursor.u8(at + 8), at + 9];
}
