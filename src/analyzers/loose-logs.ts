import type { Analyzer, Located } from '../layer/analyzer.js';
import type { LayerFacts } from '../layer/facts.js';
import type { Squash } from '../layer/squash.js';
import { readRpmFiles, rpmFiles } from './rpm-files.js';
import { readRpmdb, rpmdb } from './rpmdb.js';

/** A write-ahead log in one layer whose database lies in a layer below: what a committed container leaves. */
export interface LooseLog {
  /** Of the database; its log is beside it. */
  readonly path: string;
  readonly databaseLayer: number;
  readonly logLayer: number;
}

/** The logs that change what a lower layer's database says, as they were visible together at some height. */
export function findLooseLogs(stack: Squash): readonly LooseLog[] {
  const found = new Map<string, LooseLog>();
  for (const [logLayer, facts] of stack.layers.entries()) {
    if (!facts.found[rpmdb.name]?.some((fact) => 'kind' in fact && fact.kind === 'write-ahead-log')) continue;
    const visible = stack.below(logLayer + 1).visible(rpmdb);
    for (const log of visible) {
      if (log.layer !== logLayer || log.fact.kind !== 'write-ahead-log') continue;
      const path = log.fact.path.replace(/-wal$/, '');
      const database = visible.find((one) => one.fact.path === path && one.fact.kind === 'database');
      if (database && database.layer < logLayer)
        found.set(`${path} ${logLayer}`, { path, databaseLayer: database.layer, logLayer });
    }
  }
  return [...found.values()];
}

interface Body extends Located {
  readonly body: Uint8Array;
}

/** Hands out the bodies at some paths as they are: for one look, never for the store. */
export function bodiesAt(paths: readonly string[]): Analyzer<Body> {
  return {
    name: 'bodies',
    version: 1,
    paths,
    maxBytes: rpmdb.maxBytes,
    create() {
      const found = new Map<string, Body>();
      return {
        file: ({ entry, body }) => void (body && found.set(entry.path, { path: entry.path, body })),
        replaced: (path) => void found.delete(path),
        end: () => [...found.values()],
      };
    },
  };
}

/** The facts of the log's layer with the database as SQLite would show it there: both read together. */
export function withLogApplied(
  facts: LayerFacts,
  { path }: LooseLog,
  database: Uint8Array,
  log: Uint8Array,
): LayerFacts {
  const { [rpmdb.name]: databases = [], [rpmFiles.name]: files } = facts.found;
  const merged = { [rpmdb.name]: [...databases, readRpmdb(path, database, log)] };
  // Where files are compared with their packages, these are the packages.
  const lists = files ? { [rpmFiles.name]: [...files, readRpmFiles(path, database, log)] } : {};
  return { ...facts, found: { ...facts.found, ...merged, ...lists } };
}
