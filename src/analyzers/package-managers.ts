import type { Analyzer, LayerEntry, Located } from '../layer/analyzer.js';

export type PackageManager = 'apk' | 'dpkg' | 'pacman' | 'rpm-manifest';

/** A package database that is not RPM's: it is named, not read, so that "no RPM packages" is never taken for "no packages". */
export interface OtherDatabase extends Located {
  readonly manager: PackageManager;
}

/** distroless images have one file a package: enough that no higher layer hides all that are kept. */
const limit = 1000;

function managerOf({ path, type }: LayerEntry): PackageManager | undefined {
  if (path.startsWith('var/lib/')) {
    if (path === 'var/lib/dpkg/status') return 'dpkg';
    if (path.startsWith('var/lib/dpkg/status.d/') && type !== 'directory') return 'dpkg';
    if (path === 'var/lib/pacman/local' && type === 'directory') return 'pacman';
    if (path === 'var/lib/pacman/local/ALPM_DB_VERSION') return 'pacman';
    if (path === 'var/lib/rpmmanifest/container-manifest-2') return 'rpm-manifest';
  }
  if (path === 'lib/apk/db/installed' || path === 'usr/lib/apk/db/installed') return 'apk';
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
        const { path, type } = entry;
        const manager = managerOf(entry);
        if (!manager || (found.size >= limit && [...found.values()].some((one) => one.manager === manager))) return;
        found.set(path, { path, manager, ...(type === 'directory' ? { directory: true } : {}) });
      },
      replaced(path) {
        found.delete(path);
      },
      end: () => [...found.values()],
    };
  },
};
