import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Where everything that tests fetch or build once lies; `npm ci` empties it. */
export const cacheRoot = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));

/** What the tests run. */
const wanted = [
  'docker-registry',
  'skopeo',
  'umoci',
  'rpm',
  'gpg',
  'gpg-agent',
  'gpgconf',
  'zstd',
  'xz-utils',
  'bzip2',
  'createrepo-c',
  'apache2-utils',
  'openssl',
];

/**
 * Dependencies that are left out: the C library is the system's own, and the rest are maintainer scripts' and
 * container engines' needs (70 MB unpacked) which none of the wanted programs loads.
 */
const leftOut =
  /^(libc6|libc-bin|perl.*|libperl.*|libgdbm.*|netbase|iptables|libip[46]tc.*|libxtables.*|libmnl0|libnf.*|containernetworking-plugins|dmsetup|pinentry-.*|libncursesw.*|readline-common)$/;

/**
 * The root directory of the unpacked Debian packages: found in the cache, or fetched with apt-get and unpacked with
 * dpkg, as any user, with nothing installed. Processes that ask at once wait for the first.
 * @throws Error with one line that says why it cannot be had.
 */
export async function debianRoot(): Promise<string> {
  const home = join(cacheRoot, 'imgcheck-debian', await releaseName());
  const root = join(home, 'root');
  if (await isReady(root)) return root;
  const unlock = await lock(home);
  try {
    if (await isReady(root)) return root;
    const partial = join(home, 'unpacking');
    await rm(partial, { recursive: true, force: true });
    await rm(root, { recursive: true, force: true });
    const packages = await downloadPackages(home);
    for (const file of packages) await exec('dpkg', ['-x', file, partial]);
    await writeFile(join(partial, 'ready'), JSON.stringify({ wanted, packages: packages.map((p) => nameOf(p)) }));
    await rename(partial, root);
    await rm(join(home, 'debs'), { recursive: true, force: true });
    return root;
  } finally {
    await unlock();
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

async function isReady(root: string): Promise<boolean> {
  const stamp = join(root, 'ready');
  if (!existsSync(stamp)) return false;
  const { wanted: unpacked } = JSON.parse(await readFile(stamp, 'utf8')) as { wanted?: readonly string[] };
  return wanted.every((name) => unpacked?.includes(name));
}

async function releaseName(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const field = (key: string): string => new RegExp(`^${key}="?([A-Za-z0-9.-]+)`, 'm').exec(release)?.[1] ?? '';
  return `${field('ID') || process.platform}-${field('VERSION_CODENAME') || field('VERSION_ID')}-${process.arch}`;
}

/** Holds the directory `lock` with the owner's process id in it; one whose owner is gone is taken over. */
async function lock(home: string): Promise<() => Promise<void>> {
  const path = join(home, 'lock');
  await mkdir(home, { recursive: true });
  for (;;) {
    try {
      await mkdir(path);
      await writeFile(join(path, 'pid'), String(process.pid));
      return () => rm(path, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isAbandoned(path)) await rm(path, { recursive: true, force: true });
    else await sleep(200);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const owner = Number(await readFile(join(path, 'pid'), 'utf8').catch(() => '0'));
  if (owner > 0) return !isRunning(owner);
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs > 10_000;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Downloads with the machine's own package lists, or, where those are missing or too old, with fresh ones of our own. */
async function downloadPackages(home: string): Promise<string[]> {
  const own = join(home, 'apt', 'state', 'lists');
  const system = '/var/lib/apt/lists';
  const hasLists = existsSync(system) && readdirSync(system).some((name) => name.includes('_Packages'));
  if (hasLists) {
    try {
      return await downloadWith(home, system);
    } catch {
      // The lists name files that the archive no longer has: fresh ones decide, and their error is the one that is told.
    }
  }
  const env = await aptEnvironment(home, own);
  // A foreign source that does not answer is a warning; what matters is whether the packages can then be had.
  await apt(env, ['update', '-q']).catch((error: unknown) => {
    if (!existsSync(own) || !readdirSync(own).some((name) => name.includes('_Packages'))) throw error;
  });
  return downloadWith(home, own);
}

async function downloadWith(home: string, lists: string): Promise<string[]> {
  const env = await aptEnvironment(home, lists);
  const plan = await apt(env, ['-s', 'install', ...wanted]);
  const versions = [...plan.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)]
    .map((line) => ({ name: line[1] ?? '', version: line[2] ?? '' }))
    .filter(({ name }) => !leftOut.test(name));
  if (versions.length < wanted.length) throw new Error('apt-get plans no installation of the wanted packages');
  const debs = join(home, 'debs');
  await rm(debs, { recursive: true, force: true });
  await mkdir(debs, { recursive: true });
  // apt-get checks each file against the signed lists.
  await apt(env, ['download', ...versions.map(({ name, version }) => `${name}=${version}`)], debs);
  return (await readdir(debs)).filter((name) => name.endsWith('.deb')).map((name) => join(debs, name));
}

async function apt(env: NodeJS.ProcessEnv, args: readonly string[], cwd?: string): Promise<string> {
  try {
    const { stdout } = await exec('apt-get', args, { env, maxBuffer: 64 << 20, timeout: 240_000, ...(cwd && { cwd }) });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: string | number; stderr?: string };
    const reason =
      code === 'ENOENT' ? 'there is no apt-get' : (/^E: .*$/m.exec(stderr ?? '')?.[0] ?? `ends with ${code}`);
    throw new Error(`apt-get ${args[0] === '-s' ? 'install' : args[0]}: ${reason}`, { cause: error });
  }
}

/**
 * An apt of our own: the machine's sources, keys and ways to the network; our lists, cache and record of what is
 * installed. The machine's hooks (which clean its cache, call its desktop) are not taken over.
 */
async function aptEnvironment(home: string, lists: string): Promise<NodeJS.ProcessEnv> {
  const own = join(home, 'apt');
  await mkdir(join(own, 'state', 'lists', 'partial'), { recursive: true });
  await mkdir(join(own, 'cache', 'archives', 'partial'), { recursive: true });
  const env = { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' };
  const { stdout: dump } = await exec('apt-config', ['dump'], { env }).catch(() => {
    throw new Error('there is no apt-config: not a Debian system');
  });
  const acquire = dump.split('\n').filter((line) => /^Acquire::(?!IndexTargets|Languages)/.test(line));
  await writeFile(join(own, 'status'), essentialStatus(await readFile('/var/lib/dpkg/status', 'utf8')));
  const config = [
    ...acquire,
    'Acquire::Languages "none";',
    'Dir::Etc::main "/dev/null";',
    'Dir::Etc::parts "/dev/null";',
    `Dir::State "${join(own, 'state')}";`,
    `Dir::State::lists "${lists}";`,
    `Dir::State::status "${join(own, 'status')}";`,
    `Dir::Cache "${join(own, 'cache')}";`,
    'Dir::Cache::pkgcache "";',
    'Dir::Cache::srcpkgcache "";',
    'APT::Install-Recommends "false";',
    ...(process.getuid?.() === 0 ? ['APT::Sandbox::User "root";'] : []),
    'Debug::NoLocking "true";',
  ];
  await writeFile(join(own, 'apt.conf'), `${config.join('\n')}\n`);
  return { ...env, APT_CONFIG: join(own, 'apt.conf') };
}

/**
 * The stanzas of the essential packages and all they need: what every machine of this release has. So the plan names
 * the same packages everywhere, whatever else happens to be installed.
 */
function essentialStatus(status: string): string {
  const stanzas = new Map<string, string>();
  const providers = new Map<string, string[]>();
  for (const stanza of status.split(/\n\n+/)) {
    const name = /^Package: (.*)$/m.exec(stanza)?.[1];
    if (name === undefined || !/^Status: .* installed$/m.test(stanza)) continue;
    stanzas.set(name, stanza);
    for (const provided of [name, ...packageNames(/^Provides: (.*)$/m.exec(stanza)?.[1])]) {
      providers.set(provided, [...(providers.get(provided) ?? []), name]);
    }
  }
  const kept = new Set<string>();
  const open = [...stanzas]
    .filter(([name, text]) => name === 'apt' || /^Essential: yes$/m.test(text))
    .map(([name]) => name);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (kept.has(name)) continue;
    kept.add(name);
    for (const [, needs] of (stanzas.get(name) ?? '').matchAll(/^(?:Pre-)?Depends: (.*)$/gm)) {
      for (const needed of packageNames(needs)) open.push(...(providers.get(needed) ?? []));
    }
  }
  return `${[...kept].map((name) => stanzas.get(name)).join('\n\n')}\n`;
}

function packageNames(relation: string | undefined): string[] {
  return (relation ?? '').split(/[,|]/).flatMap((part) => /^\s*([a-z0-9][a-z0-9+.-]*)/.exec(part)?.[1] ?? []);
}
