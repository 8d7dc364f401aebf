import { programName, withoutWrappers, type ShellCommand } from '../core/shell.js';

export type PackageFamily = 'rpm' | 'zypp' | 'apt' | 'apk';

/** `refresh`: metadata alone; `clean`: removes what the others leave behind. */
export type PackageAction = 'refresh' | 'upgrade' | 'install' | 'clean';

export interface PackageStep {
  readonly family: PackageFamily;
  /** As it is called: `dnf`. */
  readonly program: string;
  readonly action: PackageAction;
  /** Whether it leaves metadata or packages in the layer. */
  readonly leaves: boolean;
  readonly offset: number;
}

const families: Readonly<Record<string, PackageFamily>> = {
  yum: 'rpm',
  dnf: 'rpm',
  dnf5: 'rpm',
  microdnf: 'rpm',
  tdnf: 'rpm',
  zypper: 'zypp',
  apt: 'apt',
  'apt-get': 'apt',
  apk: 'apk',
};

/** What is left behind, by family: any of these folders emptied, or mounted, is enough. */
export const cacheFolders: Readonly<Record<PackageFamily, readonly string[]>> = {
  rpm: ['/var/cache/yum', '/var/cache/dnf', '/var/cache/libdnf5', '/var/cache/microdnf', '/var/cache/tdnf'],
  zypp: ['/var/cache/zypp'],
  apt: ['/var/lib/apt/lists'],
  apk: ['/var/cache/apk', '/etc/apk/cache'],
};

const actions: Readonly<Record<PackageFamily, Readonly<Record<string, PackageAction>>>> = {
  rpm: {
    makecache: 'refresh',
    'check-update': 'refresh',
    update: 'upgrade',
    upgrade: 'upgrade',
    'upgrade-minimal': 'upgrade',
    'update-minimal': 'upgrade',
    'distro-sync': 'upgrade',
    install: 'install',
    localinstall: 'install',
    groupinstall: 'install',
    group: 'install',
    reinstall: 'install',
    downgrade: 'install',
    swap: 'install',
    module: 'install',
    builddep: 'install',
  },
  zypp: {
    refresh: 'refresh',
    ref: 'refresh',
    update: 'upgrade',
    up: 'upgrade',
    patch: 'upgrade',
    'dist-upgrade': 'upgrade',
    dup: 'upgrade',
    install: 'install',
    in: 'install',
  },
  apt: {
    update: 'refresh',
    upgrade: 'upgrade',
    'dist-upgrade': 'upgrade',
    'full-upgrade': 'upgrade',
    install: 'install',
    'build-dep': 'install',
    distclean: 'clean',
  },
  apk: { update: 'refresh', upgrade: 'upgrade', add: 'install' },
};

/** Options of the package managers that take the next word as their value. */
export const valued =
  /^(?:-[codtRfxXp]|--(?:config|setopt|option|installroot|releasever|enablerepo|disablerepo|repo|repoid|exclude|rpmverbosity|forcearch|target-release|root|repository|arch|plus-content|from))$/;

/** What a command does with packages; none for any other. */
export function packageSteps(command: ShellCommand): PackageStep[] {
  const words = withoutWrappers(command);
  const [first] = words;
  if (!first) return [];
  const program = programName(first.text);
  if (program === 'rm' || program === 'find') return removals(program, words);
  const family = families[program];
  if (family === undefined) return [];
  const found = subcommand(words);
  if (found === undefined) return [];
  const rest = words.slice(found + 1).map((word) => word.text);
  const word = words[found]?.text ?? '';
  const step = { family, program, offset: first.offset };
  if (isClean(family, word, rest)) return [{ ...step, action: 'clean', leaves: false }];
  const action = Object.hasOwn(actions[family], word) ? actions[family][word] : undefined;
  if (action === undefined) return [];
  return [{ ...step, action, leaves: leavesBehind(family, action, words) }];
}

/** Index of the word that says what to do; undefined where there is none. */
export function subcommand(words: ShellCommand): number | undefined {
  for (let i = 1; i < words.length; i++) {
    const text = words[i]?.text ?? '';
    if (valued.test(text)) i++;
    else if (!text.startsWith('-')) return i;
  }
  return undefined;
}

/** What counts: everything, or the metadata, which is what takes room once packages are installed. */
function isClean(family: PackageFamily, word: string, rest: readonly string[]): boolean {
  if (family === 'rpm') return word === 'clean' && rest.some((one) => one === 'all' || one === 'metadata');
  if (family === 'zypp') return word === 'clean' || word === 'cc';
  if (family === 'apk') return word === 'cache' && rest.includes('clean');
  return word === 'distclean';
}

function leavesBehind(family: PackageFamily, action: PackageAction, words: ShellCommand): boolean {
  // Installing with apt leaves the lists as they are; Debian's images delete the packages themselves.
  if (family === 'apt') return action === 'refresh';
  if (family === 'apk') return !words.some((word) => word.text === '--no-cache');
  return true;
}

function removals(program: string, words: ShellCommand): PackageStep[] {
  const [first] = words;
  const texts = words.slice(1).map((word) => word.text);
  if (!first || (program === 'rm' ? !texts.some((one) => /^-\w*[rR]/.test(one) || one.includes('*')) : !deletes(texts)))
    return [];
  return (Object.keys(cacheFolders) as PackageFamily[])
    .filter((family) => texts.some((path) => empties(path, family)))
    .map((family) => ({ family, program, action: 'clean', leaves: false, offset: first.offset }));
}

function deletes(texts: readonly string[]): boolean {
  return texts.includes('-delete') || texts.includes('rm');
}

/** Whether removing `path` empties one of the folders: itself, what a pattern names in it, or a parent of it. */
function empties(path: string, family: PackageFamily): boolean {
  const plain = path.replace(/\/+$/, '').replace(/\/(?:\*|\.\*|\{,?\.?\*\})$/, '');
  const braces = /^(.*)\{([^{}]*)\}$/.exec(plain);
  const paths = braces
    ? (braces[2] ?? '').split(',').map((one) => `${braces[1] ?? ''}${one.replace(/\/\*$/, '')}`)
    : [plain];
  return paths.some((one) =>
    cacheFolders[family].some(
      (folder) =>
        one === folder ||
        (one.startsWith('/var/') && folder.startsWith(`${one}/`)) ||
        (one.startsWith(`${folder}/`) && one.includes('*')),
    ),
  );
}
