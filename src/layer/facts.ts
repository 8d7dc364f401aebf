import type { Digest } from '../oci/digest.js';
import type { Analyzer, Located } from './analyzer.js';
import type { PathTable } from './path-set.js';

/** Something odd that was seen and survived; becomes a `layers-intact` finding. */
export interface Anomaly {
  readonly kind:
    | 'escaping-name'
    | 'absolute-name'
    | 'duplicate-entry'
    | 'unknown-type'
    | 'data-after-end'
    | 'missing-end'
    | 'hardlink-target-missing'
    | 'odd-whiteout'
    | 'odd-header';
  readonly path: string;
  readonly message: string;
}

/** A hard link to a path that this layer does not hold before it: its target, if any, lies in a layer below. */
export interface HardLink {
  readonly path: string;
  readonly target: string;
}

/** All that is kept of one layer, gathered in one pass over its verified bytes. Plain data: it is cached and crosses threads. */
export interface LayerFacts {
  readonly digest: Digest;
  readonly diffId: Digest;
  /** Bytes as transferred, and as tar. */
  readonly size: number;
  readonly plainSize: number;
  readonly entries: number;
  /** How often the bytes were read: 2 where a wanted file is a hard link to another name in the layer, more where that is one too. */
  readonly passes: number;
  /** Facts by analyzer name. */
  readonly found: Readonly<Record<string, readonly Located[]>>;
  /** Paths whited out in the layers below (`.wh.x` -> `x`), and directories whose lower content is hidden (`.wh..wh..opq`). */
  readonly whiteouts: readonly string[];
  readonly opaques: readonly string[];
  /** Everything that lies in the layer: what can hide something below. */
  readonly paths: PathTable;
  readonly links: readonly HardLink[];
  readonly anomalies: readonly Anomaly[];
  /** Anomalies beyond the ones listed. */
  readonly anomaliesDropped: number;
}

/** Facts of one analyzer in one layer, typed by the analyzer itself: the one cast in the design. */
export function factsOf<T extends Located>(layer: LayerFacts, analyzer: Analyzer<T>): readonly T[] {
  return (layer.found[analyzer.name] ?? []) as readonly T[];
}
