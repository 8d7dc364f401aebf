import type { Image } from '../source/image.js';

/**
 * Whether `base` is what `image` was built on: its layers are the image's first ones, by digest, or by diffId when they
 * were compressed again. A base without layers proves nothing, and an image is no base of itself.
 */
export function provesBase(base: Image, image: Image): 'layers' | 'diff-ids' | undefined {
  if (base.layers.length === 0 || base.layers.length > image.layers.length) return undefined;
  const every = (same: (i: number) => boolean): boolean => base.layers.every((_, i) => same(i));
  if (every((i) => base.layers[i]?.descriptor.digest === image.layers[i]?.descriptor.digest)) return 'layers';
  const diffIds = every((i) => {
    const diffId = base.layers[i]?.diffId;
    return diffId !== undefined && diffId === image.layers[i]?.diffId;
  });
  return diffIds ? 'diff-ids' : undefined;
}
