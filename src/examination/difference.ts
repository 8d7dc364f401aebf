import { compareConfigs, type ConfigDifference } from '../freshness/config-differences.js';
import { sharedLayers } from '../freshness/prefix.js';
import { packageChanges, type PackageChanges } from './package-changes.js';
import type { ReadImage } from './read-image.js';
import { specialChanges, type SpecialChanges } from './special-changes.js';

/** All that two images have not in common, from the first to the second. */
export interface ImageDifference {
  /** How many of the lowest layers are the same, by digest or diffId. */
  readonly shared: number;
  /** Of what could be read of both lists; whether that is all is for their states to say. */
  readonly packages: PackageChanges;
  readonly special: SpecialChanges;
  readonly config: readonly ConfigDifference[];
}

export function compareImages(from: ReadImage, to: ReadImage): ImageDifference {
  return {
    shared: sharedLayers(from.image, to.image),
    packages: packageChanges(from.content.packages.state.packages, to.content.packages.state.packages),
    special: specialChanges(from.content, to.content),
    config: compareConfigs(from.image, to.image),
  };
}
