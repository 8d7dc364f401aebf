import { buildChain } from '../analyzers/build-chain.js';
import type { BaseVerdict, Freshness } from '../freshness/freshness.js';
import type { FreshnessOptions } from '../freshness/judge.js';
import type { Upstream } from '../freshness/upstream.js';
import { weighBuildInfo } from '../freshness/weigh-build-info.js';
import { joinKeyrings, type Keyring } from '../openpgp/keyring.js';
import type { Image } from '../source/image.js';
import { readBaseKeys } from './base-keys.js';
import { compareWithBase, judgeByPackages, type ComparedBase } from './base-comparison.js';
import { contentOf } from './content.js';
import type { Content, Examination } from './examination.js';
import { foresee } from './forecast.js';
import type { GatheredLayers, LayerGatherer } from './layers.js';
import { judgePackageSignatures } from './package-signatures.js';
import { primaryBase } from './primary-base.js';
import type { RepositoryChoice } from './repositories.js';
import { searchNotes } from './secret-findings.js';

/** What is known of an image before its layers are read. */
export interface BeforeLayers {
  readonly image: Image;
  readonly upstream: Upstream;
  /** As manifests and configs tell it, with what was asked. */
  readonly freshness: Freshness | undefined;
  readonly asking: FreshnessOptions | undefined;
}

export interface LayerSettings {
  readonly reader: LayerGatherer;
  readonly rpmKeys: Keyring | undefined;
  /** Whether the keys that a proved base brings count for packages. */
  readonly baseKeys: boolean;
  readonly repositories: readonly RepositoryChoice[];
}

/** What the layers add to that. */
export type LayerStory = Pick<
  Examination,
  'freshness' | 'base' | 'comparison' | 'forecast' | 'advisories' | 'rebuild' | 'repositories' | 'packageSignatures'
> & {
  readonly content: Content;
  /** The image's own first. */
  readonly gathered: readonly GatheredLayers[];
  readonly notes: readonly string[];
};

/** Reads the layers, weighs the base anew by what is in them, compares packages. @throws ImgcheckError as LayerGatherer */
export async function layerStory(before: BeforeLayers, settings: LayerSettings): Promise<LayerStory> {
  const { image, upstream, asking } = before;
  let { freshness } = before;
  const own = await settings.reader.gather(image);
  if (freshness && asking) {
    freshness = await weighBuildInfo(freshness, buildChain(own.facts), image, upstream, asking);
  }
  let base = freshness && primaryBase(freshness);
  const content = contentOf(own.facts, provedLayers(base));
  let compared: ComparedBase | undefined;
  if (freshness && base) {
    compared = await compareWithBase(base, content, settings.reader, own);
    if (compared.comparison) freshness = judgeByPackages(freshness, base, compared.comparison);
    base = primaryBase(freshness);
  }
  const keys = await keysFor(content, base, settings);
  const foreseen = await foresee({ image, content, freshness, base, compared }, settings.repositories);
  return {
    content,
    freshness,
    base,
    comparison: compared?.comparison,
    ...foreseen,
    packageSignatures: judgePackageSignatures(content, keys.keyring),
    gathered: compared?.gathered ? [own, compared.gathered] : [own],
    notes: [...keys.notes, ...searchNotes(content.secrets.search)],
  };
}

async function keysFor(
  content: Content,
  base: BaseVerdict | undefined,
  { rpmKeys, baseKeys }: LayerSettings,
): Promise<{ readonly keyring: Keyring | undefined; readonly notes: readonly string[] }> {
  if (!baseKeys) return { keyring: rpmKeys, notes: [] };
  const { keyring, notes } = await readBaseKeys(content.layers, base);
  return { keyring: rpmKeys && keyring ? joinKeyrings(rpmKeys, keyring) : (rpmKeys ?? keyring), notes };
}

/** How many layers are the base's: none for an image that is a base itself, undefined when no base is proved. */
function provedLayers(base: BaseVerdict | undefined): number | undefined {
  if (!base || base.proof === 'none') return undefined;
  return base.proof === 'self' ? 0 : base.layers;
}
