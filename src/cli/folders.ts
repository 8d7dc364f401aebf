import { join } from 'node:path';

/** The folder of $XDG_`NAME`_HOME for this program, or the one under the home folder; undefined without either. */
export function xdgFolder(variable: string, fallback: string): string | undefined {
  const base = process.env[variable] || (process.env['HOME'] ? join(process.env['HOME'], fallback) : undefined);
  return base === undefined ? undefined : join(base, 'imgcheck');
}

/** Where facts, metadata and state are kept; undefined for `--cache none`. */
export function cacheFolder(asked: string | undefined): string | undefined {
  if (asked === 'none') return undefined;
  return asked ?? xdgFolder('XDG_CACHE_HOME', '.cache');
}
