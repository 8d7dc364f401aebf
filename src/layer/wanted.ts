import type { Analysis, Analyzer, LayerEntry, Located, Want } from './analyzer.js';
import { HashSet, PathHasher } from './path-set.js';

/** One analyzer at work on one layer. */
export interface Worker {
  readonly analyzer: Analyzer<Located>;
  readonly analysis: Analysis<Located>;
}

export interface Asked {
  readonly worker: Worker;
  readonly body: boolean;
  readonly digest?: true;
  /** So many of the first bytes. */
  readonly start?: number;
}

/** Which analyzers want an entry: exact paths and `dir/*` compiled to two maps, beside those that look at every header. */
export class Wanted {
  readonly workers: readonly Worker[];
  /** What the hashes asked with must be made by. */
  readonly hasher = new PathHasher();
  readonly #exact = new Map<string, Worker[]>();
  readonly #inside = new Map<string, Worker[]>();
  /** Of the exact paths: nearly every path is turned away here, without a look at its text. */
  readonly #hashes = new HashSet();
  readonly #looking: readonly Worker[];

  constructor(analyzers: readonly Analyzer<Located>[]) {
    this.workers = analyzers.map((analyzer) => ({ analyzer, analysis: analyzer.create() }));
    this.#looking = this.workers.filter((worker) => worker.analyzer.wants !== undefined);
    for (const worker of this.workers) {
      for (const path of worker.analyzer.paths) {
        const inside = path.endsWith('/*');
        const map = inside ? this.#inside : this.#exact;
        const key = inside ? path.slice(0, -2) : path;
        if (!inside) this.#hashes.add(this.hasher.hash(path));
        map.set(key, [...(map.get(key) ?? []), worker]);
      }
    }
  }

  /** Those who want the body at this path, whose hash is given; undefined when nobody does. */
  atPath(path: string, hash: number): readonly Worker[] | undefined {
    const exact = this.#hashes.has(hash) ? this.#exact.get(path) : undefined;
    const inside = this.#inside.size > 0 ? this.#inside.get(parentOf(path)) : undefined;
    return exact && inside ? [...new Set([...exact, ...inside])] : (exact ?? inside);
  }

  /** Those who want this entry; undefined when nobody does, which is nearly always. */
  of(entry: LayerEntry, hash: number): readonly Asked[] | undefined {
    let asked: Asked[] | undefined = this.atPath(entry.path, hash)?.map((worker) => ({ worker, body: true }));
    for (const worker of this.#looking) {
      const want = worker.analyzer.wants?.(entry) ?? 'no';
      if (want === 'no' || asked?.some((one) => one.worker === worker)) continue;
      (asked ??= []).push(askedOf(worker, want, entry));
    }
    return asked;
  }
}

function askedOf(worker: Worker, want: Exclude<Want, 'no'>, entry: LayerEntry): Asked {
  switch (want) {
    case 'header':
    case 'body':
      return { worker, body: want === 'body' };
    case 'digest':
      return { worker, body: false, digest: true };
    case 'start':
      return { worker, body: false, start: worker.analyzer.startBytes?.(entry) ?? 0 };
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
