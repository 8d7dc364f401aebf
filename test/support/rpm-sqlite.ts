export interface SqliteOptions {
  /** 512 to 65536; 4096 unless told. */
  readonly pageSize?: number;
}

interface Cell {
  readonly rowid: number;
  readonly bytes: Buffer;
}

const packagesRoot = 2;
const sequenceRoot = 3;
const packagesSql = "CREATE TABLE 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL)";
const sequenceSql = 'CREATE TABLE sqlite_sequence(name,seq)';

/** An SQLite database with the table Packages of these header blobs, rows from 1, as rpm makes it. */
export function buildSqlite(blobs: readonly Uint8Array[], options: SqliteOptions = {}): Uint8Array {
  const pageSize = options.pageSize ?? 4096;
  const pages = [1, packagesRoot, sequenceRoot].map(() => Buffer.alloc(pageSize));
  const schema: (string | number)[][] = [
    ['table', 'Packages', 'Packages', packagesRoot, packagesSql],
    ['table', 'sqlite_sequence', 'sqlite_sequence', sequenceRoot, sequenceSql],
  ];
  const schemaCells = schema.map((row, i) => encodeCell(pages, pageSize, i + 1, encodeRecord(row)));
  const cells = blobs.map((blob, i) => encodeCell(pages, pageSize, i + 1, encodeRecord([null, blob])));
  writeTree(pages, pageSize, packagesRoot, cells);
  const sequence = encodeRecord(['Packages', blobs.length]);
  writeNode(pages[sequenceRoot - 1], 0, 13, [encodeCell(pages, pageSize, 1, sequence)]);
  const head = pages[0] ?? Buffer.alloc(0);
  writeNode(head, 100, 13, schemaCells);
  head.write('SQLite format 3\0', 0, 'latin1');
  head.writeUInt16BE(pageSize === 65536 ? 1 : pageSize, 16);
  head.set([1, 1, 0, 64, 32, 32], 18);
  const words: readonly (readonly [number, number])[] = [
    [24, 1],
    [28, pages.length],
    [40, 1],
    [44, 4],
    [56, 1],
    [92, 1],
    [96, 3040001],
  ];
  for (const [at, value] of words) head.writeUInt32BE(value, at);
  return Buffer.concat(pages);
}

/** One cell of a table leaf; what does not fit goes into new overflow pages. */
function encodeCell(pages: Buffer[], pageSize: number, rowid: number, payload: Buffer): Cell {
  const front = [...varint(payload.byteLength), ...varint(rowid)];
  if (payload.byteLength <= pageSize - 35) return { rowid, bytes: Buffer.from([...front, ...payload]) };
  const least = Math.floor(((pageSize - 12) * 32) / 255) - 23;
  const most = least + ((payload.byteLength - least) % (pageSize - 4));
  const local = most <= pageSize - 35 ? most : least;
  const pointer = Buffer.alloc(4);
  pointer.writeUInt32BE(pages.length + 1);
  for (let at = local; at < payload.byteLength; at += pageSize - 4) {
    const page = Buffer.alloc(pageSize);
    const isLast = at + pageSize - 4 >= payload.byteLength;
    page.writeUInt32BE(isLast ? 0 : pages.length + 2);
    page.set(payload.subarray(at, at + pageSize - 4), 4);
    pages.push(page);
  }
  return { rowid, bytes: Buffer.concat([Buffer.from(front), payload.subarray(0, local), pointer]) };
}

/** Leaves under as many levels of interior pages as it takes. */
function writeTree(pages: Buffer[], pageSize: number, root: number, cells: readonly Cell[]): void {
  let nodes = fill(cells, pageSize - 8).map((some) => ({
    type: 13,
    cells: some,
    right: 0,
    last: some.at(-1)?.rowid ?? 0,
  }));
  while (nodes.length > 1) {
    const children = nodes.map((node) => {
      const page = Buffer.alloc(pageSize);
      writeNode(page, 0, node.type, node.cells, node.right);
      const pointer = Buffer.alloc(4);
      pointer.writeUInt32BE(pages.push(page));
      return { rowid: node.last, bytes: Buffer.concat([pointer, Buffer.from(varint(node.last))]) };
    });
    nodes = fill(children, pageSize - 12).map((some) => ({
      type: 5,
      cells: some.slice(0, -1),
      right: some.at(-1)?.bytes.readUInt32BE(0) ?? 0,
      last: some.at(-1)?.rowid ?? 0,
    }));
  }
  const [top] = nodes;
  writeNode(pages[root - 1], 0, top?.type ?? 13, top?.cells ?? [], top?.right ?? 0);
}

function fill(cells: readonly Cell[], room: number): Cell[][] {
  const groups: Cell[][] = [];
  let left = 0;
  for (const cell of cells) {
    const length = cell.bytes.byteLength + 2;
    if (length > left) {
      groups.push([]);
      left = room;
    }
    groups.at(-1)?.push(cell);
    left -= length;
  }
  return groups;
}

function writeNode(page: Buffer | undefined, base: number, type: number, cells: readonly Cell[], right = 0): void {
  if (!page) return;
  let low = page.byteLength;
  const first = base + (type === 13 ? 8 : 12);
  cells.forEach((cell, i) => {
    low -= cell.bytes.byteLength;
    page.set(cell.bytes, low);
    page.writeUInt16BE(low, first + 2 * i);
  });
  page[base] = type;
  page.writeUInt16BE(cells.length, base + 3);
  page.writeUInt16BE(low === 65536 ? 0 : low, base + 5);
  if (type === 5) page.writeUInt32BE(right, base + 8);
}

function encodeRecord(values: readonly (null | string | number | Uint8Array)[]): Buffer {
  const columns = values.map((value) => {
    if (value === null) return { serial: 0, bytes: Buffer.alloc(0) };
    if (typeof value === 'number') return { serial: 2, bytes: Buffer.from([value >> 8, value & 255]) };
    if (typeof value === 'string') return { serial: 13 + 2 * Buffer.byteLength(value), bytes: Buffer.from(value) };
    return { serial: 12 + 2 * value.byteLength, bytes: Buffer.from(value) };
  });
  const serials = columns.flatMap(({ serial }) => varint(serial));
  // The length of this head counts itself: one byte is enough here.
  return Buffer.concat([Buffer.from([serials.length + 1, ...serials]), ...columns.map(({ bytes }) => bytes)]);
}

function varint(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest % 128) + 128);
  return bytes;
}
