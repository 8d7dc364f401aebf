import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianRoot } from './apt-packages.js';

/** The real programs that tests run, each always the unpacked one, never the machine's own. */
export const programs = {
  'docker-registry': 'usr/bin/docker-registry',
  skopeo: 'usr/bin/skopeo',
  umoci: 'usr/bin/umoci',
  rpm: 'usr/bin/rpm',
  rpmbuild: 'usr/bin/rpmbuild',
  // What rpm itself would run for --initdb and --import is the machine's: ask these.
  rpmdb: 'usr/bin/rpmdb',
  rpmkeys: 'usr/bin/rpmkeys',
  rpmsign: 'usr/bin/rpmsign',
  rpm2archive: 'usr/bin/rpm2archive',
  gpg: 'usr/bin/gpg',
  gpgconf: 'usr/bin/gpgconf',
  openssl: 'usr/bin/openssl',
  htpasswd: 'usr/bin/htpasswd',
  zstd: 'usr/bin/zstd',
  xz: 'usr/bin/xz',
  bzip2: 'bin/bzip2',
  createrepo_c: 'usr/bin/createrepo_c',
  modifyrepo_c: 'usr/bin/modifyrepo_c',
} as const;

export type ToolName = keyof typeof programs;

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** Added to the tool's own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Tool {
  readonly path: string;
  /** Whole and private: the user's HOME, keys, registry logins and databases are never seen. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs it to its end. @throws Error with its last words when it does not end with 0. */
  run(args: readonly string[], options?: RunOptions): Promise<{ stdout: string; stderr: string; bytes: Buffer }>;
}

let fetched: Promise<string> | undefined;

/**
 * A real program, fetched from Debian's archive the first time (seconds; give the hook five minutes). Where that
 * cannot be, the test at hand is skipped, saying why; in CI that is a failure.
 */
export async function debianTool(test: Mocha.Context, name: ToolName): Promise<Tool> {
  fetched ??= debianRoot().then(relocateGpg);
  let root: string;
  try {
    root = await fetched;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (process.env['CI'] === 'true') throw new Error(`CI must have ${name} from Debian: ${reason}`, { cause: error });
    console.log(`      skipped: ${name} cannot be fetched from Debian (${reason})`);
    test.skip();
  }
  return toolUnder(root, name);
}

/** gpgme asks gpgconf where gpg is, which would name the machine's: GnuPG's own file for moved installations says otherwise. */
async function relocateGpg(root: string): Promise<string> {
  await writeFile(join(root, 'usr/bin/gpgconf.ctl'), `rootdir = ${join(root, 'usr')}\n`);
  return root;
}

async function toolUnder(root: string, name: ToolName): Promise<Tool> {
  const path = join(root, programs[name]);
  const home = join(root, '..', 'home');
  await mkdir(home, { recursive: true, mode: 0o700 });
  const env = environment(root, home);
  // gpg would start the agent of the machine.
  const before = name === 'gpg' ? ['--agent-program', join(root, 'usr/bin/gpg-agent')] : [];
  return {
    path,
    env,
    run: (args, options = {}) => run(name, path, [...before, ...args], { ...options, env: { ...env, ...options.env } }),
  };
}

export function environment(root: string, home: string): Record<string, string> {
  const libraries = ['lib', 'usr/lib']
    .map((dir) => join(root, dir))
    .filter((dir) => existsSync(dir))
    .flatMap((dir) =>
      [...readdirSync(dir).filter((sub) => sub.includes('-linux-gnu')), '.'].map((sub) => join(dir, sub)),
    );
  return {
    PATH:
      ['usr/bin', 'usr/sbin', 'bin', 'sbin'].map((dir) => join(root, dir)).join(':') + ':/usr/sbin:/usr/bin:/sbin:/bin',
    LD_LIBRARY_PATH: libraries.join(':'),
    RPM_CONFIGDIR: join(root, 'usr/lib/rpm'),
    LC_ALL: 'C',
    TZ: 'UTC',
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_CONFIG_HOME: join(home, 'config'),
    // Without it root's skopeo keeps its blob cache in /var/lib/containers.
    _CONTAINERS_ROOTLESS_UID: '65534',
  };
}

function run(
  name: string,
  path: string,
  args: readonly string[],
  options: RunOptions,
): Promise<{ stdout: string; stderr: string; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd: options.cwd, env: options.env, stdio: 'pipe', timeout: 120_000 });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {}); // one that reads no input closes it: its exit code tells
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const bytes = Buffer.concat(out);
      const stderr = Buffer.concat(err).toString();
      if (code === 0) resolve({ stdout: bytes.toString(), stderr, bytes });
      else
        reject(
          new Error(`${name} ${args.join(' ').slice(0, 300)} ended with ${code ?? signal}: ${stderr.slice(-1000)}`),
        );
    });
    child.stdin.end(options.input ?? '');
  });
}
