import type { BaseVerdict } from '../freshness/freshness.js';
import type { Digest } from '../oci/digest.js';
import type { Image } from '../source/image.js';

/** A layer of the base as it is today, to lie beside the image's. */
export interface ReportedBaseLayer {
  /** From 1, bottom first. */
  readonly number: number;
  readonly digest: Digest;
  readonly diffId?: Digest;
  readonly size: number;
  readonly instruction?: string;
  readonly created?: string;
  /** How the image's layer of this number is the same: its very bytes, or its tar bytes compressed otherwise. */
  readonly same?: 'digest' | 'diff-id';
}

/** The layers of today's base beside the image's, bottom first; empty for deeper bases and for one that was not had. */
export function reportBaseLayers(base: BaseVerdict, image: Image): readonly ReportedBaseLayer[] {
  if (!base.image || base.level !== 1) return [];
  return base.image.layers.map(({ descriptor, diffId, instruction, created }, i) => {
    const own = image.layers[i];
    const sameTar = diffId !== undefined && diffId === own?.diffId;
    const same = descriptor.digest === own?.descriptor.digest ? 'digest' : sameTar ? 'diff-id' : undefined;
    return {
      number: i + 1,
      digest: descriptor.digest,
      ...(diffId === undefined ? {} : { diffId }),
      size: descriptor.size,
      ...(instruction === undefined ? {} : { instruction }),
      ...(created === undefined ? {} : { created }),
      ...(same === undefined ? {} : { same }),
    };
  });
}
