import { osRelease, osReleasePaths } from '../analyzers/os-release.js';
import { packageManagers } from '../analyzers/package-managers.js';
import { packageStory } from '../analyzers/package-story.js';
import { Squash } from '../layer/squash.js';
import type { LayerFacts } from '../layer/facts.js';
import type { Content } from './examination.js';
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
    files: verifyFiles(stack, packages),
  };
}
