import type { History } from '../oci/config.js';
import type { Image } from '../source/image.js';
import { plausibleTime } from './created.js';

/** Layers of one build are made within hours; a day between two neighbours means two builds. */
const dayApart = 86_400_000;

export interface Seam {
  /** Layers below it. */
  readonly layers: number;
  readonly hint: string;
}

/**
 * A hint that some layers come from another image: a CMD or ENTRYPOINT below a later layer, another builder's lines, or a
 * day between neighbours. It names nothing and proves nothing; it only forbids taking the image for a base without a
 * parent.
 */
export function suspectedSeam(image: Image): Seam | undefined {
  const { history } = image.config;
  return commandSeam(history) ?? builderSeam(history) ?? dateSeam(image);
}

/** The seam in a sentence, where no source names what lies below it; nothing where there is none. */
export function seamWords(image: Image): readonly string[] {
  const seam = suspectedSeam(image);
  return seam ? [`it seems to be built on another image (${seam.hint}), but no source names which`] : [];
}

/**
 * Why it cannot even be told whether there is a seam: several layers, and neither history nor dates that would show one.
 * Undefined for one layer, and where a seam would have shown.
 */
export function seamDoubt(image: Image): string | undefined {
  const { layers } = image;
  if (layers.length < 2) return undefined;
  if (layers.every((layer) => layer.instruction === undefined)) {
    return 'its history does not say how its layers were made';
  }
  const dated = layers.some((_, i) => distance(image, i) !== undefined);
  return dated ? undefined : 'its history has no dates that could be believed';
}

function commandSeam(history: readonly History[]): Seam | undefined {
  const filled = history.filter((line) => !line.emptyLayer).length;
  let below = 0;
  let seam: Seam | undefined;
  for (const line of history) {
    if (!line.emptyLayer) below++;
    else if (below > 0 && below < filled && /^(?:.{0,40}#\(nop\)\s*)?(?:CMD|ENTRYPOINT)\b/.test(line.createdBy ?? '')) {
      seam = { layers: below, hint: `the history sets a command after layer ${below} of ${filled}` };
    }
  }
  return seam;
}

/** BuildKit signs its lines in the comment: one of another builder below its own comes from elsewhere. */
function builderSeam(history: readonly History[]): Seam | undefined {
  const lines = history.filter((line) => !line.emptyLayer);
  const first = lines.findIndex((line) => line.comment?.startsWith('buildkit.') === true);
  return first > 0 ? { layers: first, hint: `layer ${first + 1} is the first that BuildKit made` } : undefined;
}

function dateSeam(image: Image): Seam | undefined {
  let seam: Seam | undefined;
  for (const i of image.layers.keys()) {
    const apart = distance(image, i);
    if (apart === undefined || Math.abs(apart) < dayApart) continue;
    const days = Math.floor(Math.abs(apart) / dayApart);
    const words = `${days} ${days === 1 ? 'day' : 'days'} ${apart < 0 ? 'before' : 'after'}`;
    seam = { layers: i, hint: `layer ${i + 1} was made ${words} the one below` };
  }
  return seam;
}

/** Milliseconds from the layer below to this one. */
function distance(image: Image, i: number): number | undefined {
  const before = plausibleTime(image.layers[i - 1]?.created);
  const now = plausibleTime(image.layers[i]?.created);
  return before === undefined || now === undefined ? undefined : now - before;
}
