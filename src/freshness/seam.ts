import type { Image } from '../source/image.js';
import { plausibleTime } from './created.js';

/** Layers of one build are made within hours; a day between two neighbours means two builds. */
const dayApart = 86_400_000;

/**
 * A hint that some layers come from another image: a CMD or ENTRYPOINT below a later layer, or a day between neighbours.
 * It names nothing and proves nothing; it only forbids taking the image for a base without a parent.
 * Gives the number of layers below the seam.
 */
export function suspectedSeam(image: Image): { layers: number; hint: string } | undefined {
  const filled = image.config.history.filter((line) => !line.emptyLayer).length;
  let below = 0;
  let seam: { layers: number; hint: string } | undefined;
  for (const line of image.config.history) {
    if (!line.emptyLayer) below++;
    else if (below > 0 && below < filled && /\b(?:CMD|ENTRYPOINT)\b/.test(line.createdBy ?? '')) {
      seam = { layers: below, hint: `the history sets a command after layer ${below} of ${filled}` };
    }
  }
  if (seam) return seam;
  for (const [i, layer] of image.layers.entries()) {
    const before = plausibleTime(image.layers[i - 1]?.created);
    const now = plausibleTime(layer.created);
    if (before !== undefined && now !== undefined && now - before >= dayApart) {
      seam = {
        layers: i,
        hint: `layer ${i + 1} was made ${Math.floor((now - before) / dayApart)} days after the one below`,
      };
    }
  }
  return seam;
}
