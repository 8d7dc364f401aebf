import { fileTable, type FileTable } from '../analyzers/file-table.js';
import { rpmFiles, type RpmFiles } from '../analyzers/rpm-files.js';
import { factsOf, type LayerFacts } from '../layer/facts.js';

/** Of the tables of all layers: six million files. */
const bytesLimit = 512 * 1024 ** 2;

/** Analyzers whose facts are tables: long, and with this budget of their own. */
export const tableNames: readonly string[] = [fileTable.name, rpmFiles.name];

/** Keeps the tables of an image's layers within bounds: what is beyond is emptied, and says so, when it comes in. */
export class TableBudget {
  readonly #limit: number;
  #bytes = 0;

  constructor(limit: number = bytesLimit) {
    this.#limit = limit;
  }

  admit(layer: LayerFacts): LayerFacts {
    const files = factsOf(layer, fileTable);
    const packaged = factsOf(layer, rpmFiles);
    if (files.length + packaged.length === 0) return layer;
    const bytes =
      files.reduce((sum, one) => sum + sizeOf(one), 0) +
      packaged.reduce((sum, one) => sum + one.table.rows.byteLength + 2 * one.table.names.length, 0);
    if (this.#bytes + bytes <= this.#limit) {
      this.#bytes += bytes;
      return layer;
    }
    const found = { ...layer.found, [fileTable.name]: files.map(emptied), [rpmFiles.name]: packaged.map(emptiedList) };
    return { ...layer, found };
  }
}

function sizeOf({ hashes, rows, digests, extras }: FileTable): number {
  return hashes.byteLength + rows.byteLength + digests.byteLength + 100 * extras.length;
}

function emptied(table: FileTable): FileTable {
  const nothing = new Uint8Array(0);
  const unlisted = table.unlisted + table.hashes.length;
  return { ...table, hashes: new Float64Array(0), rows: nothing, digests: nothing, extras: [], unlisted };
}

function emptiedList(fact: RpmFiles): RpmFiles {
  const packages = fact.table.packages.map((one) => ({ ...one, count: 0, unread: true }));
  return { ...fact, table: { packages, rows: new Uint8Array(0), names: '', directories: [], words: [] } };
}
