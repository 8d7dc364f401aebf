// Writes src/lint/seccomp-default.ts from the seccomp profile of Debian's containers-common: the package is fetched with
// apt-get (which checks it against the signed lists) and unpacked with dpkg, as any user; nothing is installed.
//   node scripts/seccomp-table.mjs [FOLDER]     FOLDER: where the package and its content go (default: a temporary one)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const name = 'golang-github-containers-common';
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'imgcheck-seccomp-'));
mkdirSync(folder, { recursive: true });

try {
  execFileSync('apt-get', ['download', name], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  const deb = readdirSync(folder).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
  if (!deb) throw new Error(`apt-get fetched no ${name}`);
  execFileSync('dpkg', ['-x', deb, 'content'], { cwd: folder });
  const version = execFileSync('dpkg-deb', ['-f', deb, 'Version'], { cwd: folder, encoding: 'utf8' }).trim();
  const profile = JSON.parse(readFileSync(join(folder, 'content/usr/share/containers/seccomp.json'), 'utf8'));
  writeFileSync(join(root, 'src/lint/seccomp-default.ts'), render(table(profile), version));
  execFileSync(
    process.execPath,
    [
      join(root, 'node_modules/prettier/bin/prettier.cjs'),
      '--write',
      '--log-level',
      'warn',
      'src/lint/seccomp-default.ts',
    ],
    { cwd: root },
  );
  console.log(`src/lint/seccomp-default.ts: ${name} ${version}`);
} finally {
  if (process.argv[2] === undefined) rmSync(folder, { recursive: true, force: true });
}

/** @param {{ defaultAction: string, syscalls: { names: string[], action: string, args?: unknown[] | null, includes?: { caps?: string[], arches?: string[] }, excludes?: { caps?: string[] } }[] }} profile */
function table(profile) {
  if (profile.defaultAction !== 'SCMP_ACT_ERRNO') throw new Error(`the default action is ${profile.defaultAction}`);
  const allowed = new Set();
  const narrowed = new Set();
  const blocked = new Set();
  /** @type {Map<string, Set<string>>} */
  const withCapability = new Map();
  for (const { names, action, args, includes = {}, excludes = {} } of profile.syscalls) {
    for (const call of names) {
      if (action !== 'SCMP_ACT_ALLOW') {
        if (!excludes.caps?.length) blocked.add(call);
      } else if (args?.length) narrowed.add(call);
      else if (includes.caps?.length) {
        for (const capability of includes.caps) {
          withCapability.set(capability, (withCapability.get(capability) ?? new Set()).add(call));
        }
      } else allowed.add(call); // on some architectures alone as well: a profile is written for all
    }
  }
  for (const [capability, calls] of withCapability) {
    for (const call of calls) if (allowed.has(call)) calls.delete(call);
    if (calls.size === 0) withCapability.delete(capability);
  }
  for (const call of allowed) narrowed.delete(call);
  for (const call of [...allowed, ...narrowed]) blocked.delete(call);
  return { allowed, narrowed, blocked, withCapability };
}

/** @param {ReturnType<typeof table>} table @param {string} version */
function render({ allowed, narrowed, blocked, withCapability }, version) {
  const words = (/** @type {Iterable<string>} */ calls) => {
    const lines =
      [...calls]
        .sort()
        .join(' ')
        .match(/.{1,100}(?: |$)/g) ?? [];
    return `(${lines.map((line) => `'${line}'`).join(' +\n')}).split(' ')`;
  };
  const capabilities = [...withCapability].sort(([a], [b]) => (a < b ? -1 : 1));
  return `/**
 * The default seccomp profile of Podman, Buildah and CRI-O as Debian ships it, by scripts/seccomp-table.mjs:
 * ${name} ${version}. Not to be edited.
 */
export const seccompDefault = {
  package: '${name}',
  version: '${version}',
  /** With any arguments, to every container (some on certain architectures only). */
  allowed: ${words(allowed)},
  /** Only with certain arguments. */
  narrowed: ${words(narrowed)},
  /** Refused by name; every other call is refused as unknown. */
  blocked: ${words(blocked)},
  /** Only to containers that hold the capability. */
  withCapability: {
${capabilities.map(([capability, calls]) => `    ${capability}: ${words(calls)},`).join('\n')}
  },
} as const satisfies Readonly<Record<string, unknown>>;
`;
}
