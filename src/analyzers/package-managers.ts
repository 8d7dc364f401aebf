import type { Analyzer, LayerEntry, Located } from '../layer/analyzer.js';

export type PackageManager = 'apk' | 'dpkg' | 'pacman' | 'rpm-manifest';

/** A package database that is not RPM's: it is named, not read, so that "no RPM packages" is never taken for "no packages". */
export interface OtherDatabase extends Located {
  readonly manager: PackageManager;
}

function managerOf({ path, type }: LayerEntry): PackageManager | undefined {
  if (path === 'lib/apk/db/installed' || path === 'usr/lib/apk/db/installed') return 'apk';
  if (path === 'var/lib/dpkg/status') return 'dpkg';
  if (path.startsWith('var/lib/dpkg/status.d/') && type === 'file') return 'dpkg';
  if (path === 'var/lib/pacman/local' && type === 'directory') return 'pacman';
  if (path === 'var/lib/rpmmanifest/container-manifest-2') return 'rpm-manifest';
  return undefined;
}

export const packageManagers: Analyzer<OtherDatabase> = {
  name: 'package-managers',
  version: 1,
  paths: [],
  maxBytes: 0,
  wants: (entry) => (managerOf(entry) ? 'header' : 'no'),
  create() {
    const found = new Map<string, OtherDatabase>();
    return {
      file({ entry }) {
        const manager = managerOf(entry);
        const first = [...found.values()].some((one) => one.manager === manager);
        if (manager && !first) found.set(entry.path, { path: entry.path, manager });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values()],
    };
  },
};
