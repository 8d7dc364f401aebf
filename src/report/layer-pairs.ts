import type { ReportedBaseLayer } from './base-layers.js';
import type { Report, ReportedBase, ReportedLayer } from './report.js';

/** One height of two stacks that stand side by side. */
export interface LayerPair {
  readonly own?: ReportedLayer;
  readonly today?: ReportedBaseLayer;
  /** Set where the two are the same layer. */
  readonly same?: 'digest' | 'diff-id';
}

/** An image's stack beside that of its base as it is today. */
export interface StackPairs {
  readonly base: ReportedBase;
  /** Bottom first. */
  readonly pairs: readonly LayerPair[];
  /** How many of the lowest pairs stand below the image's own layers; 0 where no base is proved. */
  readonly baseHeight: number;
  /** Of the lowest pair that is not the same layer; undefined where all of the base's are. */
  readonly parting: number | undefined;
}

/**
 * Lays the image beside today's base, the proved one first; undefined where none was had. The image's own layers stand
 * above both, so that each layer of the base it was built on lies beside the one that is there today.
 */
export function pairLayers({ freshness, layers }: Report): StackPairs | undefined {
  const had = freshness?.bases.filter((one) => (one.layers?.length ?? 0) > 0) ?? [];
  const base = had.find((one) => one.proof === 'layers' || one.proof === 'diff-ids') ?? had[0];
  if (!base) return undefined;
  const today = base.layers ?? [];
  const theirs = layers.filter((one) => one.base === true).length;
  const below = theirs > 0 ? layers.slice(0, theirs) : layers;
  const height = Math.max(below.length, today.length);
  const lower = Array.from({ length: height }, (_, i) => pairOf(below[i], today[i]));
  const parting = lower.findIndex((pair) => pair.same === undefined);
  return {
    base,
    pairs: [...lower, ...layers.slice(below.length).map((own) => ({ own }))],
    baseHeight: theirs > 0 ? height : 0,
    // A base that is whole within the image, from the bottom up, does not part from it.
    parting: parting < 0 || (theirs === 0 && parting >= today.length) ? undefined : parting,
  };
}

function pairOf(own: ReportedLayer | undefined, today: ReportedBaseLayer | undefined): LayerPair {
  const same = own && today?.same;
  return { ...(own ? { own } : {}), ...(today ? { today } : {}), ...(same ? { same } : {}) };
}
