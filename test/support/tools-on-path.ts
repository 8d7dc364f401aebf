import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianRoot } from './apt-packages.js';
import { environment, programs, type ToolName } from './debian.js';

/**
 * Loaded by mocha before any test: puts compressors and openssl from Debian first on PATH, for tests that start them by
 * name, or through tar. Where they cannot be fetched, those tests use the machine's own, or skip and say so.
 */
const names: readonly ToolName[] = ['bzip2', 'openssl', 'xz', 'zstd'];

try {
  const root = await debianRoot();
  const folder = join(root, '..', 'on-path');
  await mkdir(folder, { recursive: true });
  const libraries = environment(root, join(root, '..', 'home'))['LD_LIBRARY_PATH'] ?? '';
  for (const name of names) {
    const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(root, programs[name])}' "$@"\n`;
    await writeFile(join(folder, name), script, { mode: 0o755 });
  }
  process.env['PATH'] = `${folder}:${process.env['PATH'] ?? ''}`;
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (process.env['CI'] === 'true') throw new Error(`CI must have Debian's tools: ${reason}`, { cause: error });
  console.log(`Debian's tools cannot be fetched: ${reason}`);
}
