import type { LayerPackages } from '../analyzers/package-story.js';
import type { RpmPackage } from '../rpm/package.js';
import { compareEvr } from '../rpm/version.js';
import { packageKey } from './compare.js';

/** A layer of the image's own all of whose packages today's base has as well, in the same version or a newer one. */
export interface DeadLayer {
  /** Index of the layer. */
  readonly layer: number;
  /** How many packages it brought. */
  readonly packages: number;
  /** Of the whole layer, as it is pulled. */
  readonly bytes: number;
}

/**
 * The layers from `first` on that re-ship what today's base has. One that takes away a package which today's base has
 * serves that purpose still, and one that brings no package may serve any.
 */
export function deadWeight(
  layers: readonly LayerPackages[],
  first: number,
  today: ReadonlyMap<string, RpmPackage>,
  sizes: readonly number[],
): readonly DeadLayer[] {
  return layers.flatMap(({ added, removed, upgraded, downgraded }, layer): DeadLayer[] => {
    if (layer < first) return [];
    const brought = [...added, ...[...upgraded, ...downgraded].map(({ to }) => to)];
    const had = (one: RpmPackage): boolean => {
      const its = today.get(packageKey(one));
      return its !== undefined && compareEvr(one, its) <= 0;
    };
    if (brought.length === 0 || !brought.every(had)) return [];
    if (removed.some((one) => today.has(packageKey(one)))) return [];
    return [{ layer, packages: brought.length, bytes: sizes[layer] ?? 0 }];
  });
}
