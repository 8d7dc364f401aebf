import type { Analyzer, LayerEntry, Located } from '../layer/analyzer.js';

/** A cache serves nobody but the next run; a record (history, log) is what the package manager knows of earlier ones. */
export type LeftoverUse = 'cache' | 'record';

/** A file that a package manager left behind; or, in one fact, those of a folder that were too many to be listed. */
export interface PackageLeftover extends Located {
  readonly use: LeftoverUse;
  /** What it is counted under: `var/cache/dnf`. */
  readonly folder: string;
  /** Bytes, of all that it stands for. */
  readonly size: number;
  /** How many files it stands for, where they are not listed; its path then is the folder's with `/.`, which no file has. */
  readonly unlisted?: number;
}

interface Place {
  readonly use: LeftoverUse;
  readonly folder: string;
  /** What the name in the folder must look like; anything in it at any depth where this is left out. */
  readonly name?: RegExp;
}

const places: readonly Place[] = [
  { use: 'cache', folder: 'etc/apk/cache' },
  { use: 'cache', folder: 'root/.cache/pip' },
  { use: 'cache', folder: 'var/cache/apk' },
  { use: 'cache', folder: 'var/cache/apt' },
  { use: 'cache', folder: 'var/cache/dnf' },
  { use: 'cache', folder: 'var/cache/libdnf5' },
  { use: 'cache', folder: 'var/cache/microdnf' },
  { use: 'cache', folder: 'var/cache/tdnf' },
  { use: 'cache', folder: 'var/cache/yum' },
  { use: 'cache', folder: 'var/cache/zypp' },
  { use: 'cache', folder: 'var/lib/apt/lists' },
  { use: 'record', folder: 'var/lib/dnf', name: /^history/ },
  { use: 'record', folder: 'var/lib/yum/history' },
  { use: 'record', folder: 'var/log/apt' },
  { use: 'record', folder: 'var/log/zypp' },
  { use: 'record', folder: 'var/log', name: /^(?:dnf|yum|hawkey|zypper|dpkg)[^/]*\.log/ },
];

const above = /^(?:var\/(?:cache|lib|log)|root\/\.cache|etc\/apk)\//;

function placeOf(path: string): Place | undefined {
  if (!above.test(path)) return undefined;
  return places.find(
    ({ folder, name }) =>
      path.startsWith(folder) &&
      path.charCodeAt(folder.length) === 0x2f &&
      (name === undefined || name.test(path.slice(folder.length + 1))),
  );
}

/** The largest files of a layer are listed, so that it can be told of each whether it still shows; the rest is added up. */
const listedLimit = 2000;
/** No file system has longer paths. */
const pathLimit = 4096;

function isLeftover({ path, type, size }: LayerEntry): boolean {
  return type === 'file' && size > 0 && placeOf(path) !== undefined;
}

export const packageCaches: Analyzer<PackageLeftover> = {
  name: 'package-caches',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: (entry) => (isLeftover(entry) ? 'header' : 'no'),
  create() {
    let listed = new Map<string, PackageLeftover>();
    const sums = new Map<string, PackageLeftover>();
    const sum = ({ use, folder, size }: PackageLeftover): void => {
      const so = sums.get(folder);
      const path = `${folder}/.`;
      sums.set(folder, { path, use, folder, size: (so?.size ?? 0) + size, unlisted: (so?.unlisted ?? 0) + 1 });
    };
    const shorten = (): void => {
      const sorted = [...listed.values()].sort(bySize);
      for (const one of sorted.slice(listedLimit)) sum(one);
      listed = new Map(sorted.slice(0, listedLimit).map((one) => [one.path, one]));
    };
    return {
      file({ entry: { path, size } }) {
        const place = placeOf(path);
        if (!place) return;
        const { use, folder } = place;
        const one = { path, use, folder, size };
        if (path.length > pathLimit) sum(one);
        else listed.set(path, one);
        if (listed.size >= 2 * listedLimit) shorten();
      },
      // One that is in a sum already stays there: its bytes ship, whatever took its name.
      replaced: (path) => listed.delete(path),
      end() {
        shorten();
        return [...listed.values(), ...sums.values()];
      },
    };
  },
};

function bySize(a: PackageLeftover, b: PackageLeftover): number {
  return b.size - a.size || (a.path < b.path ? -1 : 1);
}
