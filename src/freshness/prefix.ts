import type { Image } from '../source/image.js';

/**
 * Whether `base` can be what `image` was built on: its layers are the image's first ones, by digest, or by diffId when
 * they were compressed again. A base without layers proves nothing.
 */
export function provesBase(base: Image, image: Image): 'layers' | 'diff-ids' | undefined {
  if (base.layers.length === 0 || base.layers.length > image.layers.length) return undefined;
  const every = (same: (i: number) => boolean): boolean => base.layers.every((_, i) => same(i));
  if (every((i) => base.layers[i]?.descriptor.digest === image.layers[i]?.descriptor.digest)) return 'layers';
  return every((i) => sameTar(base, image, i)) ? 'diff-ids' : undefined;
}

/** Whether two images show the same files: one manifest, or the same layers in it, however compressed. */
export function sameContent(a: Image, b: Image): boolean {
  if (a.descriptor.digest === b.descriptor.digest) return true;
  return a.layers.length === b.layers.length && provesBase(a, b) !== undefined;
}

/** How many of the lowest layers are the same, by digest or diffId. */
export function sharedLayers(a: Image, b: Image): number {
  const unlike = a.layers.findIndex(
    (layer, i) => layer.descriptor.digest !== b.layers[i]?.descriptor.digest && !sameTar(a, b, i),
  );
  return unlike < 0 ? a.layers.length : unlike;
}

function sameTar(a: Image, b: Image, i: number): boolean {
  const diffId = a.layers[i]?.diffId;
  return diffId !== undefined && diffId === b.layers[i]?.diffId;
}
