import { ImgcheckError } from '../core/error.js';

/** The page formats that rpm has kept its packages in. */
export type DatabaseKind = 'sqlite' | 'ndb' | 'bdb-hash' | 'bdb-btree';

/** One header blob out of a database, or why a record (or a page of records) could not be read. */
export type Found = { readonly blob: Uint8Array; readonly where: string } | Damage;

export interface Damage {
  readonly damage: string;
  readonly where: string;
}

/** A database whose head made sense; `records` may throw nothing but ImgcheckError, and always ends. */
export interface Reading {
  readonly kind: DatabaseKind;
  /** Frames of the write-ahead log that count; undefined where there is no log. */
  readonly walFrames?: number;
  readonly records: Iterable<Found>;
}

/** Runs a read that malformed bytes may stop, and makes them the damage of this one record. */
export function salvage<T>(where: string, read: () => T): T | Damage {
  try {
    return read();
  } catch (error) {
    if (error instanceof ImgcheckError && error.kind === 'hostile') return { damage: error.message, where };
    throw error;
  }
}

/** True for what `salvage` returns in place of a value. */
export function isDamage(value: unknown): value is Damage {
  return typeof value === 'object' && value !== null && 'damage' in value;
}
