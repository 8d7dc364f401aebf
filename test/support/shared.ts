import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('../../../shared', import.meta.url));

/** A path in the collection of real data beside the repository, or undefined where that is not there (at users'). */
export function sharedPath(...parts: string[]): string | undefined {
  const path = join(root, ...parts);
  return existsSync(path) ? path : undefined;
}

/** The path; or the test at hand is skipped, saying so. In CI the data is always there, so its absence fails. */
export function needShared(test: Mocha.Context, ...parts: string[]): string {
  const path = sharedPath(...parts);
  if (path !== undefined) return path;
  if (process.env['CI'] === 'true') throw new Error(`CI must have the shared data: ${parts.join('/')}`);
  console.log(`      skipped: the shared data collection (${parts.join('/')}) is not beside the repository`);
  test.skip();
}
