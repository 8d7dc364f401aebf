import type { Analysis, Analyzer, LayerEntry, Located } from './analyzer.js';

/** One analyzer at work on one layer. */
export interface Worker {
  readonly analyzer: Analyzer<Located>;
  readonly analysis: Analysis<Located>;
}

export interface Asked {
  readonly worker: Worker;
  readonly body: boolean;
}

/** Which analyzers want an entry: exact paths and `dir/*` compiled to two maps, beside those that look at every header. */
export class Wanted {
  readonly workers: readonly Worker[];
  readonly #exact = new Map<string, Worker[]>();
  readonly #inside = new Map<string, Worker[]>();
  readonly #looking: readonly Worker[];

  constructor(analyzers: readonly Analyzer<Located>[]) {
    this.workers = analyzers.map((analyzer) => ({ analyzer, analysis: analyzer.create() }));
    this.#looking = this.workers.filter((worker) => worker.analyzer.wants !== undefined);
    for (const worker of this.workers) {
      for (const path of worker.analyzer.paths) {
        const inside = path.endsWith('/*');
        const map = inside ? this.#inside : this.#exact;
        const key = inside ? path.slice(0, -2) : path;
        map.set(key, [...(map.get(key) ?? []), worker]);
      }
    }
  }

  /** Whether the body at this path is wanted by anyone. */
  hasPath(path: string): boolean {
    return this.#exact.has(path) || this.#inside.has(parentOf(path));
  }

  /** Those who want this entry; undefined when nobody does, which is nearly always. */
  of(entry: LayerEntry): readonly Asked[] | undefined {
    let asked: Asked[] | undefined;
    const exact = this.#exact.get(entry.path);
    const inside = this.#inside.size > 0 ? this.#inside.get(parentOf(entry.path)) : undefined;
    for (const worker of exact ?? []) asked = [...(asked ?? []), { worker, body: true }];
    for (const worker of inside ?? []) asked = [...(asked ?? []), { worker, body: true }];
    for (const worker of this.#looking) {
      const want = worker.analyzer.wants?.(entry) ?? 'no';
      if (want === 'no' || asked?.some((one) => one.worker === worker)) continue;
      asked = [...(asked ?? []), { worker, body: want === 'body' }];
    }
    return asked;
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
