import { osRelease, osReleasePaths } from '../analyzers/os-release.js';
import { packageManagers } from '../analyzers/package-managers.js';
import { packageStory } from '../analyzers/package-story.js';
import { specialFiles } from '../analyzers/special-files.js';
import { Squash } from '../layer/squash.js';
import type { LayerFacts } from '../layer/facts.js';
import type { Content, SpecialEntry } from './examination.js';

/** Lays the layers over one another and reads what they show; `baseLayers` are the proved base's, 0 for none of its own. */
export function contentOf(layers: readonly LayerFacts[], baseLayers: number | undefined): Content {
  const stack = new Squash(layers);
  const releases = stack.visible(osRelease);
  const found = osReleasePaths.flatMap((path) => releases.find((one) => one.fact.path === path)?.fact ?? []);
  const special = stack.all(specialFiles);
  return {
    layers,
    packages: packageStory(stack),
    special: special.flatMap((one): SpecialEntry[] => {
      const { fact: file, layer, hidden } = one;
      if (file.unlisted !== undefined) return [];
      const changes = stack.firstBelow(file.path, layer);
      return [
        {
          file,
          layer,
          ...(hidden ? { hidden } : {}),
          origin: baseLayers === undefined ? 'unknown' : layer < baseLayers ? 'base' : 'own',
          ...(changes === undefined ? {} : { changes }),
        },
      ];
    }),
    unlisted: special.reduce((sum, one) => sum + (one.fact.unlisted ?? 0), 0),
    osRelease: found[0],
    managers: [...new Set(stack.visible(packageManagers).map((one) => one.fact.manager))],
  };
}
