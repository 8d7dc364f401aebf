import type { Analyzer, Located } from './analyzer.js';
import { factsOf, type LayerFacts } from './facts.js';
import { HashSet, PathHasher } from './path-set.js';

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

/** What one layer can hide, made ready for questions. */
class Cover {
  readonly #facts: LayerFacts;
  readonly #hasher: PathHasher;
  readonly #whiteouts: ReadonlySet<string>;
  readonly #opaques: ReadonlySet<string>;
  #sets: { files: HashSet; directories: HashSet; implied: HashSet } | undefined;

  constructor(facts: LayerFacts) {
    this.#facts = facts;
    this.#hasher = new PathHasher(facts.paths.key);
    this.#whiteouts = new Set(facts.whiteouts);
    this.#opaques = new Set(facts.opaques);
  }

  has(path: string): boolean {
    const hash = this.#hasher.hash(path);
    const { files, directories } = this.#paths;
    return files.has(hash) || directories.has(hash);
  }

  hides(path: string, directory: boolean): Hidden['how'] | undefined {
    if (this.#whiteouts.has(path)) return 'whiteout';
    const { files, directories, implied } = this.#paths;
    for (let slash = path.lastIndexOf('/'), parent = path; path !== ''; slash = parent.lastIndexOf('/')) {
      parent = slash < 0 ? '' : parent.slice(0, slash);
      if (this.#whiteouts.has(parent)) return 'whiteout';
      if (this.#opaques.has(parent)) return 'opaque';
      if (parent === '') break;
      if (files.has(this.#hasher.hash(parent))) return 'parent-replaced';
    }
    const hash = this.#hasher.hash(path);
    if (files.has(hash) || directories.has(hash)) return 'replaced';
    return !directory && implied.has(hash) ? 'replaced' : undefined;
  }

  get #paths(): { files: HashSet; directories: HashSet; implied: HashSet } {
    const { files, directories, implied } = this.#facts.paths;
    this.#sets ??= {
      files: new HashSet(files),
      directories: new HashSet(directories),
      implied: new HashSet(implied),
    };
    return this.#sets;
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
    for (const [layer, facts] of this.layers.entries()) {
      // Hard links into lower layers show what was visible there, under their own name.
      const linked = facts.links.flatMap(({ path, target }) =>
        seen
          .filter((one) => one.fact.path === target && !this.#hider(one, layer))
          .map(({ fact }) => ({ ...fact, path })),
      );
      for (const fact of [...factsOf(facts, analyzer), ...linked]) seen.push({ fact, layer });
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

  #hider(one: Seen<Located>, height: number): Hidden | undefined {
    for (let layer = one.layer + 1; layer < height; layer++) {
      const how = this.#covers[layer]?.hides(one.fact.path, one.fact.directory === true);
      if (how) return { layer, how };
    }
    return undefined;
  }
}
