import { isImgcheckError } from '../core/error.js';
import type { Analyzer, Located } from '../layer/analyzer.js';
import { readDatabase } from '../rpm/database.js';
import { PackagedFileTableWriter, type PackagedFileTable } from './packaged-file-table.js';
import { databaseAnalysis, rpmdb } from './rpmdb.js';

/** The files of all packages of a database, as their headers list them. */
export interface RpmFiles extends Located {
  readonly kind: 'files';
  readonly table: PackagedFileTable;
}

/** Reads the same databases as `rpmdb`, which says what is wrong with them; this one keeps what only a comparison file by file needs. */
export const rpmFiles: Analyzer<RpmFiles> = {
  name: 'rpm-files',
  version: 1,
  paths: rpmdb.paths,
  maxBytes: rpmdb.maxBytes,
  create() {
    const analysis = databaseAnalysis(readRpmFiles);
    return {
      ...analysis,
      end: () => analysis.end().flatMap((fact) => (fact.kind === 'files' ? [fact] : [])),
    };
  },
};

/** The fact about a database file with its log, if there is one. One that cannot be read has no files here: `rpmdb` says why. */
export function readRpmFiles(path: string, body: Uint8Array, log: Uint8Array | undefined): RpmFiles {
  const table = new PackagedFileTableWriter();
  try {
    readDatabase(body, path, log, (header, one) => table.add(header, one));
  } catch (error) {
    if (!isImgcheckError(error, 'hostile', 'unsupported')) throw error;
  }
  return { path, kind: 'files', table: table.end() };
}
