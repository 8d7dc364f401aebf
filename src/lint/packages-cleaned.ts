import type { LintRule } from './rule.js';
import { packageRuns } from './package-run.js';
import { cacheFolders, type PackageFamily } from '../analyzers/package-step.js';

export const packagesCleaned: LintRule = {
  id: 'packages-cleaned',
  asks: 'Does every RUN that installs or updates packages clean up after itself?',
  reason:
    'What a RUN leaves behind is in its layer for good: metadata and packages of a hundred megabytes and more, which a later RUN can hide but not remove.',
  remedy: 'Clean in the same RUN, after the last package step.',
  guide: '3.2',
  dockerfile(dockerfile) {
    return packageRuns(dockerfile).flatMap(({ left }) =>
      [...left.values()].map(({ family, program, action, offset }) => ({
        offset,
        severity: 'warning',
        message: `${program} ${words[action]} and leaves ${folderOf(family, program)} in the layer`,
        remedy: remedies[family](program),
      })),
    );
  },
};

function folderOf(family: PackageFamily, program: string): string {
  const folders = cacheFolders[family];
  return folders.find((folder) => folder.endsWith(program)) ?? folders[0] ?? '';
}

const words = { refresh: 'reads metadata', upgrade: 'updates', install: 'installs', clean: 'cleans' } as const;

const remedies: Readonly<Record<PackageFamily, (program: string) => string>> = {
  rpm: (program) => `End the same RUN with: && ${program} clean all (or mount a cache over its folder).`,
  zypp: () => 'End the same RUN with: && zypper clean --all',
  apt: () => 'End the same RUN with: && rm -rf /var/lib/apt/lists/*',
  apk: () => 'Write apk add --no-cache, without apk update.',
};
