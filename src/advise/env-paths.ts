import type { RunConfig } from '../oci/config.js';

/** Variables that programs read a folder from, and whether what lies there must outlive the container. */
const variables: ReadonlyMap<string, 'volume' | 'tmpfs'> = new Map([
  ['MYSQL_DATADIR', 'volume'],
  ['PGDATA', 'volume'],
  ['TMPDIR', 'tmpfs'],
  ['XDG_CACHE_HOME', 'tmpfs'],
  ['XDG_RUNTIME_DIR', 'tmpfs'],
]);

/** A folder that a program is told to write into. */
export interface EnvPath {
  readonly variable: string;
  readonly path: string;
  readonly setting: 'volume' | 'tmpfs';
}

/** The folders that Env names; of one variable the last line counts. */
export function envPaths({ env }: Pick<RunConfig, 'env'>): readonly EnvPath[] {
  const found = new Map<string, EnvPath>();
  for (const line of env) {
    const equals = line.indexOf('=');
    const variable = line.slice(0, Math.max(equals, 0));
    const setting = variables.get(variable);
    if (!setting) continue;
    const written = line.slice(equals + 1);
    found.set(variable, { variable, setting, path: written.replace(/\/{2,}/g, '/').replace(/(.)\/$/, '$1') });
  }
  return [...found.values()].filter(({ path }) => path.startsWith('/'));
}
