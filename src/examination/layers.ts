import { analyzers } from '../analyzers/all.js';
import type { InflateEngine } from '../archive/decoder.js';
import { limit, type Limit } from '../core/concurrency.js';
import { isImgcheckError, kinds } from '../core/error.js';
import type { Analyzer, Located } from '../layer/analyzer.js';
import type { LayerFacts } from '../layer/facts.js';
import type { FactsStore } from '../layer/store.js';
import { walkLayer } from '../layer/walk.js';
import type { Image, ImageLayer } from '../source/image.js';
import { FactsBudget } from './facts-budget.js';
import { TableBudget } from './table-budget.js';
import { applyLooseLogs } from './loose-logs.js';

/** How far a layer has come; for those who watch. */
export interface LayerProgress {
  /** Index in the image, bottom is 0. */
  readonly layer: number;
  readonly image: Image;
  /** Bytes since the last word. */
  readonly bytes: number;
  readonly state: 'started' | 'reading' | 'read' | 'cached';
}

export interface LayerSettings {
  readonly store: FactsStore;
  /** Layers at once. */
  readonly jobs: number;
  /** What is gathered; all that always is unless told. */
  readonly analyzers?: readonly Analyzer<Located>[];
  readonly onProgress?: ((progress: LayerProgress) => void) | undefined;
  /** What inflates gzip; the facts are the same. */
  readonly engine?: InflateEngine | undefined;
}

/** Facts of every layer of an image, and what it cost. */
export interface GatheredLayers {
  readonly facts: readonly LayerFacts[];
  readonly cached: number;
  readonly bytes: number;
  /** What had to be done besides reading each layer once. */
  readonly notes: readonly string[];
  /** Facts of each layer by itself, by digest and media type. */
  readonly byLayer: ReadonlyMap<string, LayerFacts>;
}

/** Whoever reads layers: what of an image's layers is asked of. */
export interface LayerGatherer {
  /** Layers that another image of the run `had` are not read again. @throws ImgcheckError of the first that cannot be had or read */
  gather(image: Image, had?: GatheredLayers): Promise<GatheredLayers>;
}

/** Reads layers, several at once over all images of a run, each digest once. */
export class LayerReader implements LayerGatherer {
  readonly #settings: LayerSettings;
  readonly #analyzers: readonly Analyzer<Located>[];
  readonly #limit: Limit;

  constructor(settings: LayerSettings) {
    this.#settings = settings;
    this.#analyzers = settings.analyzers ?? analyzers;
    this.#limit = limit(settings.jobs);
  }

  /**
   * Layers that another image of the run `had` are not read again.
   * @throws ImgcheckError of the first layer that cannot be had or read; the others are waited for
   */
  async gather(image: Image, had?: GatheredLayers): Promise<GatheredLayers> {
    let cached = 0;
    let bytes = 0;
    const budget = new FactsBudget(image.layers.length);
    const tables = new TableBudget();
    const readings = new Map([...(had?.byLayer ?? [])].map(([key, facts]) => [key, Promise.resolve(facts)]));
    const results = await Promise.allSettled(
      image.layers.map(async (layer, i) => {
        // The same layer may come again and again: it is read once.
        const key = keyOf(layer);
        const reading =
          readings.get(key) ??
          this.#limit(async () => {
            budget.check();
            const one = await this.#settings.store.facts(layer.descriptor, this.#analyzers, () =>
              this.#walk(image, layer, i, (count) => {
                bytes += count;
              }),
            );
            if (one.cached) cached++;
            this.#settings.onProgress?.({ layer: i, image, bytes: 0, state: one.cached ? 'cached' : 'read' });
            return tables.admit(one.facts);
          });
        readings.set(key, reading);
        const facts = await reading;
        budget.spend(facts);
        return facts;
      }),
    );
    const facts = results.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
    const applied = await applyLooseLogs(image, facts, this.#settings.engine);
    return {
      facts: applied.facts,
      cached,
      bytes: bytes + applied.bytes,
      notes: applied.notes,
      byLayer: new Map(image.layers.flatMap((layer, i) => (facts[i] ? [[keyOf(layer), facts[i]]] : []))),
    };
  }

  /** A layer that fails its digest is fetched once more, from the start: bytes rot on the way as well as in the store. */
  async #walk(image: Image, layer: ImageLayer, index: number, count: (bytes: number) => void): Promise<LayerFacts> {
    const { onProgress, engine } = this.#settings;
    onProgress?.({ layer: index, image, bytes: 0, state: 'started' });
    const options = {
      engine,
      onBytes: (bytes: number) => {
        count(bytes);
        onProgress?.({ layer: index, image, bytes, state: 'reading' });
      },
    };
    for (let tries: number = kinds.integrity.retries; ; tries--) {
      try {
        return await walkLayer(() => image.source.fetch(layer.descriptor), layer.descriptor, this.#analyzers, options);
      } catch (error) {
        if (tries === 0 || !isImgcheckError(error, 'integrity')) throw error;
      }
    }
  }
}

/** The same bytes read as another media type would be other facts. */
function keyOf({ descriptor }: ImageLayer): string {
  return `${descriptor.digest} ${descriptor.mediaType}`;
}
