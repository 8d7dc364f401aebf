import { accountFiles, accounts } from '../analyzers/accounts.js';
import { daemonJson } from '../analyzers/daemon-json.js';
import { osRelease, osReleasePaths } from '../analyzers/os-release.js';
import { packageManagers } from '../analyzers/package-managers.js';
import { packageStory } from '../analyzers/package-story.js';
import { selinuxLabels } from '../analyzers/selinux-labels.js';
import { statePaths } from '../analyzers/state-paths.js';
import { temporaryFolders } from '../analyzers/temporary-folders.js';
import { Squash } from '../layer/squash.js';
import type { LayerFacts } from '../layer/facts.js';
import type { Content } from './examination.js';
import { packageLeftovers } from './package-leftovers.js';
import { secretFindings } from './secret-findings.js';
import { specialEntries } from './special-entries.js';
import { verifyFiles } from './verify-files.js';

/**
 * Lays the layers over one another and reads what they show; `baseLayers` are the proved base's, 0 for none of its own.
 * Files are compared with their packages where every layer was read for it.
 */
export function contentOf(layers: readonly LayerFacts[], baseLayers: number | undefined): Content {
  const stack = new Squash(layers);
  const releases = stack.visible(osRelease);
  const found = osReleasePaths.flatMap((path) => releases.find((one) => one.fact.path === path)?.fact ?? []);
  const packages = packageStory(stack);
  return {
    layers,
    packages,
    ...specialEntries(stack, baseLayers),
    osRelease: found[0],
    managers: [...new Set(stack.visible(packageManagers).map((one) => one.fact.manager))],
    leftovers: packageLeftovers(stack, baseLayers),
    secrets: secretFindings(stack, baseLayers),
    users: stack.visible(accounts).find((one) => one.fact.path === accountFiles.users),
    state: stack.visible(statePaths),
    selinuxLabels: stack.visible(selinuxLabels),
    temporary: stack.visible(temporaryFolders),
    daemons: stack.visible(daemonJson),
    files: verifyFiles(stack, packages),
  };
}
