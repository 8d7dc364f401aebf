// Compiles src to dist. A package installed without the development tools already has its dist.
import { existsSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = `${root}node_modules/typescript/bin/tsc`;
if (!existsSync(tsc)) {
  if (existsSync(`${root}dist/cli/main.js`)) process.exit(0);
  console.error('build: typescript is not installed; run npm ci without --omit=dev');
  process.exit(1);
}
rmSync(`${root}dist`, { recursive: true, force: true });
const { status } = spawnSync(process.execPath, [tsc, '-p', `${root}tsconfig.build.json`], { stdio: 'inherit' });
process.exit(status ?? 1);
