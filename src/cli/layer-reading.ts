import type { InflateEngine } from '../archive/decoder.js';
import type { LayerGatherer, LayerProgress, LayerReader } from '../examination/layers.js';
import type { FactsStore } from '../layer/store.js';

export interface LayerReading {
  readonly store: FactsStore;
  /** Layers at once. */
  readonly jobs: number;
  /** Whether the files are read for a comparison with their packages. */
  readonly files: boolean;
  readonly engine: InflateEngine | undefined;
  readonly onProgress: (progress: LayerProgress) => void;
}

/** Reads layers; what is needed for that is loaded with the first one, since many commands never read any. */
export function openLayerReader({ files, ...settings }: LayerReading): LayerGatherer {
  let opened: Promise<LayerReader> | undefined;
  const open = async (): Promise<LayerReader> => {
    const { LayerReader } = await import('../examination/layers.js');
    const { analyzers, fileAnalyzers } = await import('../analyzers/all.js');
    return new LayerReader({ ...settings, analyzers: files ? [...analyzers, ...fileAnalyzers] : analyzers });
  };
  return { gather: async (image, had) => (await (opened ??= open())).gather(image, had) };
}
