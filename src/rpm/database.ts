import { ImgcheckError } from '../core/error.js';
import { isBdb } from './bdb-file.js';
import { readBdb } from './bdb.js';
import { parseHeader, type Header } from './header.js';
import { readNdb } from './ndb.js';
import { readPackage, type RpmPackage } from './package.js';
import { isDamage, salvage, type DatabaseKind, type Reading } from './record.js';
import { readSqlite } from './sqlite.js';

export type { DatabaseKind } from './record.js';

/** An rpm database as far as it could be read; plain data. */
export interface Database {
  readonly kind: DatabaseKind;
  /** Every package, keys (`isKey`) included, in the order of the database. */
  readonly packages: readonly RpmPackage[];
  /** What could not be read and why: the first 20. */
  readonly damage: readonly string[];
  /** How many records or pages could not be read, or not be trusted to be whole; 0 for a database read whole. */
  readonly damaged: number;
  /** Frames of the write-ahead log that count; undefined where there is none. */
  readonly walFrames?: number;
}

const damageTexts = 20;
/** Where so much is broken there is nothing left to save; and no system has so many packages. */
const damageLimit = 10_000;
const packageLimit = 100_000;

/**
 * Reads an rpm database: which of the formats it is, its content says, not its name. Damage is bounded:
 * what can be read is listed, the rest is counted. The bytes are not copied, but for headers in several pages.
 * `onPackage` is shown the header of every package that is listed, in their order; it must not throw.
 * @throws ImgcheckError unsupported when it is no rpm database of a known kind, hostile when its head is malformed
 */
export function readDatabase(
  bytes: Uint8Array,
  what: string,
  wal?: Uint8Array,
  onPackage?: (header: Header, one: RpmPackage) => void,
): Database {
  const reading = openDatabase(bytes, what, wal);
  const packages: RpmPackage[] = [];
  const damage: string[] = [];
  let damaged = 0;
  // Records of a sound database never overlap: more than twice the file is the same bytes over and over.
  let room = 2 * (bytes.byteLength + (wal?.byteLength ?? 0));
  for (const found of reading.records) {
    const read = isDamage(found) ? found : salvage(found.where, () => readRecord(found.blob));
    if (!isDamage(found)) room -= found.blob.byteLength;
    if (!isDamage(read)) {
      packages.push(read.one);
      onPackage?.(read.header, read.one);
    } else {
      damaged++;
      if (damage.length < damageTexts) damage.push(`${read.where}: ${read.damage}`);
    }
    if (packages.length > packageLimit || room < 0) {
      const fault = room < 0 ? 'its records overlap' : `it has more than ${packageLimit} packages`;
      throw new ImgcheckError('hostile', fault, { subject: what });
    }
    if (damaged >= damageLimit) break;
  }
  const { kind, walFrames } = reading;
  return { kind, packages, damage, damaged, ...(walFrames === undefined ? {} : { walFrames }) };
}

function readRecord(blob: Uint8Array): { readonly header: Header; readonly one: RpmPackage } {
  const header = parseHeader(blob, 'header');
  return { header, one: readPackage(blob, header) };
}

/**
 * Opens an rpm database by its magic, for its header blobs as stored; `readDatabase` is this with the packages read.
 * @throws ImgcheckError unsupported, hostile
 */
export function openDatabase(bytes: Uint8Array, what: string, wal?: Uint8Array): Reading {
  if (bytes.byteLength === 0) throw new ImgcheckError('unsupported', 'the database file is empty', { subject: what });
  const begin = new TextDecoder('latin1').decode(bytes.subarray(0, 16));
  if (begin === 'SQLite format 3\0') return readSqlite(bytes, what, wal);
  if (begin.startsWith('RpmP')) return readNdb(bytes, what);
  if (isBdb(bytes)) return readBdb(bytes, what);
  throw new ImgcheckError('unsupported', 'neither sqlite, ndb nor Berkeley DB: not a known rpm database', {
    subject: what,
  });
}
