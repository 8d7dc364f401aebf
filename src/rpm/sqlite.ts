import { ImgcheckError } from '../core/error.js';
import { isDamage, type Found, type Reading } from './record.js';
import { SqliteFile } from './sqlite-file.js';
import { isTableRoot, walkTable, type Column } from './sqlite-table.js';

/** More tables and indexes than any rpm database has; it bounds the search for one of them. */
const schemaLimit = 1000;

/**
 * Reads `rpmdb.sqlite` with what its write-ahead log adds: the blobs of the table Packages. A row or page that
 * cannot be read spoils only itself.
 * @throws ImgcheckError unsupported without a table Packages, hostile when the head or schema makes no sense
 */
export function readSqlite(bytes: Uint8Array, what: string, wal?: Uint8Array): Reading {
  const file = new SqliteFile(bytes, what, wal);
  const table = findPackages(file, what);
  return { kind: 'sqlite', ...(file.wal ? { walFrames: file.wal.frames } : {}), records: readRows(file, table) };
}

function* readRows(file: SqliteFile, table: Table): Generator<Found> {
  if (table.damage !== undefined) yield { damage: table.damage, where: 'schema' };
  if (file.wal?.damage !== undefined) yield { damage: file.wal.damage, where: 'write-ahead log' };
  if (file.missingPages > 0) {
    yield { damage: `expected ${file.pages + file.missingPages} pages, got ${file.pages}`, where: 'file' };
  }
  for (const row of walkTable(file, table.root)) {
    if (isDamage(row)) {
      yield row;
      continue;
    }
    // Packages(hnum INTEGER PRIMARY KEY, blob BLOB); the first is the row's number and stored as NULL.
    const column = row.columns[1];
    if (column?.type === 'blob') yield { blob: column.bytes, where: row.where };
    else yield { damage: `expected a blob, got ${column?.type ?? 'no second column'}`, where: row.where };
  }
}

interface Table {
  readonly root: number;
  /** Set when the schema was too damaged to say where the table is. */
  readonly damage?: string;
}

/** The root page of Packages, from the schema: rows of type, name, tbl_name, rootpage, sql. */
function findPackages(file: SqliteFile, what: string): Table {
  const decoder = new TextDecoder(file.encoding);
  const text = (column: Column | undefined) => (column?.type === 'text' ? decoder.decode(column.bytes) : undefined);
  let rows = 0;
  let damage: string | undefined;
  for (const row of walkTable(file, 1)) {
    if (++rows > schemaLimit) {
      throw new ImgcheckError('hostile', `the schema has more than ${schemaLimit} rows`, { subject: what });
    }
    if (isDamage(row)) {
      damage ??= row.damage;
      continue;
    }
    const [type, title, , root] = row.columns;
    if (text(type) !== 'table' || text(title)?.toLowerCase() !== 'packages') continue;
    if (root?.type === 'integer') return { root: root.bytes.reduce((value, byte) => value * 256 + byte, 0) };
  }
  if (damage === undefined) {
    throw new ImgcheckError('unsupported', 'it has no table Packages: not an rpm database', { subject: what });
  }
  // rpm makes this table first, so that it begins at page 2: what is there can still be tried.
  if (isTableRoot(file, 2)) return { root: 2, damage };
  throw new ImgcheckError('hostile', `the schema cannot be read: ${damage}`, { subject: what });
}
