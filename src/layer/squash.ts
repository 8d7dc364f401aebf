import type { Analyzer, Located } from './analyzer.js';
import { factsOf, type LayerFacts } from './facts.js';
import { SortedHashes, lastSlash, PathHasher } from './path-set.js';

/** How a higher layer made something disappear (image-spec layer.md). */
export interface Hidden {
  /** Index of the layer, bottom is 0. */
  readonly layer: number;
  readonly how: 'whiteout' | 'opaque' | 'replaced' | 'parent-replaced';
}

/** A fact with the layer it comes from; without `hidden` it is what the image shows. */
export interface Seen<T> {
  readonly fact: T;
  readonly layer: number;
  readonly hidden?: Hidden;
}

/** What the image shows at a path: the entry of a layer, a directory that no layer has an entry of, or nothing. */
export type Shown =
  | { readonly kind: 'entry'; readonly layer: number }
  | { readonly kind: 'implied'; readonly layer: number }
  /** `hidden` says who took it away, where there was something. */
  | { readonly kind: 'nothing'; readonly hidden?: Hidden };

interface CoverSets {
  readonly files: SortedHashes;
  readonly directories: SortedHashes;
  readonly implied: SortedHashes;
  readonly whiteouts: SortedHashes;
  readonly opaques: SortedHashes;
  /** Directories in which something is whited out. */
  readonly emptied: SortedHashes;
}

/** What one layer can hide, made ready for questions. */
class Cover {
  readonly #facts: LayerFacts;
  readonly #hasher: PathHasher;
  #made: CoverSets | undefined;
  /** Where the path lay that `touches` was last asked about, and the answer, which is that of its whole directory. */
  #directory: string | undefined;
  #touched = true;

  constructor(facts: LayerFacts) {
    this.#facts = facts;
    this.#hasher = new PathHasher(facts.paths.key);
  }

  has(path: string): boolean {
    const hash = this.#hasher.hash(path);
    const { files, directories } = this.#sets;
    return files.has(hash) || directories.has(hash);
  }

  implies(path: string): boolean {
    return this.#sets.implied.has(this.#hasher.hash(path));
  }

  /** False where the layer neither has nor hides anything in the path's directory: quick for path after path of one. */
  touches(path: string): boolean {
    const slash = lastSlash(path);
    if (slash < 0) return true;
    const directory = this.#directory;
    if (directory?.length === slash && path.startsWith(directory)) return this.#touched;
    const { files, implied, whiteouts, opaques, emptied } = this.#sets;
    this.#directory = path.slice(0, slash);
    const hidesAll = opaques.size > 0 && opaques.has(this.#hasher.hash(''));
    const above = this.#hasher.above(path);
    const last = above.at(-1) ?? 0;
    this.#touched =
      hidesAll ||
      implied.has(last) ||
      emptied.has(last) ||
      above.some((hash) => files.has(hash) || whiteouts.has(hash) || opaques.has(hash));
    return this.#touched;
  }

  /** Takes as many steps as the path has components: a path can have two thousand. */
  hides(path: string, directory: boolean): Hidden['how'] | undefined {
    const { files, directories, implied, whiteouts, opaques } = this.#sets;
    if (path !== '' && opaques.has(this.#hasher.hash(''))) return 'opaque';
    for (const parent of this.#hasher.above(path)) {
      if (whiteouts.has(parent)) return 'whiteout';
      if (opaques.has(parent)) return 'opaque';
      if (files.has(parent)) return 'parent-replaced';
    }
    const hash = this.#hasher.hash(path);
    if (whiteouts.has(hash)) return 'whiteout';
    if (files.has(hash) || directories.has(hash)) return 'replaced';
    return !directory && implied.has(hash) ? 'replaced' : undefined;
  }

  get #sets(): CoverSets {
    const { files, directories, implied } = this.#facts.paths;
    this.#made ??= {
      files: new SortedHashes(files),
      directories: new SortedHashes(directories),
      implied: new SortedHashes(implied),
      whiteouts: this.#hashesOf(this.#facts.whiteouts),
      opaques: this.#hashesOf(this.#facts.opaques),
      emptied: this.#hashesOf(this.#facts.whiteouts.map((path) => path.slice(0, Math.max(lastSlash(path), 0)))),
    };
    return this.#made;
  }

  #hashesOf(paths: readonly string[]): SortedHashes {
    return new SortedHashes(Float64Array.from(paths, (path) => this.#hasher.hash(path)).sort());
  }
}

/**
 * Layers laid over one another, bottom first: which facts the image shows, and what hid the others.
 * A layer's whiteouts never touch its own entries, and the order within a layer does not matter (image-spec layer.md).
 */
export class Squash {
  readonly layers: readonly LayerFacts[];
  readonly #covers: readonly Cover[];

  constructor(layers: readonly LayerFacts[], shared?: readonly Cover[]) {
    this.layers = layers;
    this.#covers = shared ?? layers.map((facts) => new Cover(facts));
  }

  /** The layers below `height` only: the image as it was at that step. */
  below(height: number): Squash {
    return height >= this.layers.length
      ? this
      : new Squash(this.layers.slice(0, height), this.#covers.slice(0, height));
  }

  /** Every fact of an analyzer, visible and hidden, bottom layer first. */
  all<T extends Located>(analyzer: Analyzer<T>): readonly Seen<T>[] {
    const seen: Seen<T>[] = [];
    const atPath = new Map<string, Seen<T>[]>();
    const add = (fact: T, layer: number): void => {
      const one = { fact, layer };
      seen.push(one);
      const others = atPath.get(fact.path);
      if (others) others.push(one);
      else atPath.set(fact.path, [one]);
    };
    for (const [layer, facts] of this.layers.entries()) {
      const linked = this.#linked(facts, layer, atPath);
      for (const fact of factsOf(facts, analyzer)) {
        const target = linked.get(fact.path);
        linked.delete(fact.path);
        add(target ? (analyzer.linked?.(fact, target) ?? target) : fact, layer);
      }
      for (const fact of linked.values()) add(fact, layer);
    }
    return seen.map((one) => {
      const hidden = this.#hider(one, this.layers.length);
      return hidden ? { ...one, hidden } : one;
    });
  }

  visible<T extends Located>(analyzer: Analyzer<T>): readonly Seen<T>[] {
    return this.all(analyzer).filter((one) => !one.hidden);
  }

  /** The lowest layer that has an entry at the path, if that is below `layer`. */
  firstBelow(path: string, layer: number): number | undefined {
    for (let i = 0; i < layer; i++) if (this.#covers[i]?.has(path)) return i;
    return undefined;
  }

  /** Whether the layers below `height` show an entry at the path. */
  shows(path: string, height: number): boolean {
    for (let layer = height - 1; layer >= 0; layer--) {
      const cover = this.#covers[layer];
      if (cover?.has(path)) return true;
      if (cover?.hides(path, false)) return false;
    }
    return false;
  }

  /** What the layers below `height` show at a path; a directory is what it last had an entry for. */
  at(path: string, height = this.layers.length): Shown {
    let implied: number | undefined;
    let hidden: Hidden | undefined;
    for (let layer = Math.min(height, this.layers.length) - 1; layer >= 0; layer--) {
      const cover = this.#covers[layer];
      if (!cover?.touches(path)) continue;
      const implies = cover.implies(path) === true;
      if (hidden && (implies || cover.has(path))) return { kind: 'nothing', hidden };
      if (cover.has(path)) return { kind: 'entry', layer };
      if (implies) implied ??= layer;
      const how = cover.hides(path, true);
      if (how && implied !== undefined) break;
      // The lowest of several that take it away: the others found nothing.
      if (how) hidden = { layer, how };
    }
    return implied === undefined ? { kind: 'nothing' } : { kind: 'implied', layer: implied };
  }

  /** The highest layer in which something lies in the directory. */
  highestWithin(path: string): number | undefined {
    const layer = this.#covers.findLastIndex((cover) => cover.implies(path));
    return layer < 0 ? undefined : layer;
  }

  /** Hard links into lower layers show what was visible there, under their own name. */
  #linked<T extends Located>(
    { links }: LayerFacts,
    layer: number,
    atPath: ReadonlyMap<string, readonly Seen<T>[]>,
  ): Map<string, T> {
    const linked = new Map<string, T>();
    for (const { path, target } of links) {
      if (target === '') continue;
      const found = atPath.get(target)?.findLast((one) => !this.#hider(one, layer));
      if (found) linked.set(path, { ...found.fact, path });
    }
    return linked;
  }

  #hider(one: Seen<Located>, height: number): Hidden | undefined {
    for (let layer = one.layer + 1; layer < height; layer++) {
      const how = this.#covers[layer]?.hides(one.fact.path, one.fact.directory === true);
      if (how) return { layer, how };
    }
    return undefined;
  }
}
