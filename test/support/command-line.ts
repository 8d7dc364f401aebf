import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process once it runs, to send signals. */
  readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
  /** Reads this many bytes of the standard output, then closes it. */
  readonly closeAfter?: number;
}

/** A home folder of its own, so that no file of the user's is read or written. */
const home = mkdtempSync(join(tmpdir(), 'imgcheck-home-'));
process.once('exit', () => rmSync(home, { recursive: true, force: true }));

let fresh = false;

/** Compiles src unless dist is newer than all of it: the program under test is the one that users run. */
function compile(): void {
  if (fresh) return;
  const main = join(root, 'dist/cli/main.js');
  const newest = Math.max(...filesUnder(join(root, 'src')).map((path) => statSync(path).mtimeMs));
  if (!existsSync(main) || statSync(main).mtimeMs < newest) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')]);
    if (status !== 0) throw new Error(`the build failed:\n${String(stdout)}${String(stderr)}`);
  }
  fresh = true;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Runs the real command line, with an environment of its own. */
export function imgcheck(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  compile();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/imgcheck.js'), ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', ...options.env },
      cwd: home,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (options.closeAfter !== undefined && stdout.length >= options.closeAfter) child.stdout.destroy();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
    options.onStart?.((signal) => child.kill(signal));
  });
}
