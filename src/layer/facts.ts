import type { Digest } from '../oci/digest.js';
import type { Analyzer, Located } from './analyzer.js';

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

/** All that is kept of one layer, gathered in one pass over its verified bytes. Plain data: it is cached and crosses threads. */
export interface LayerFacts {
  readonly digest: Digest;
  readonly diffId: Digest;
  /** Bytes as transferred, and as tar. */
  readonly size: number;
  readonly plainSize: number;
  readonly entries: number;
  /** Facts by analyzer name; each has a path. */
  readonly found: Readonly<Record<string, readonly Located[]>>;
  /** Paths whited out in the layers below (`.wh.x` -> `x`), and directories whose lower content is hidden (`.wh..wh..opq`). */
  readonly whiteouts: readonly string[];
  readonly opaques: readonly string[];
  /**
   * Entries of this layer that can hide or move something below: see squash. Kept only where they can matter.
   */
  readonly shadows: readonly Shadow[];
  readonly anomalies: readonly Anomaly[];
  /** Anomalies beyond the ones listed. */
  readonly anomaliesDropped: number;
}

export interface Shadow {
  readonly path: string;
  readonly type: 'directory' | 'symlink' | 'other';
  readonly linkname?: string;
}

/** Facts of one analyzer in one layer, typed by the analyzer itself: the one cast in the design. */
export function factsOf<T extends Located>(layer: LayerFacts, analyzer: Analyzer<T>): readonly T[] {
  return (layer.found[analyzer.name] ?? []) as readonly T[];
}
