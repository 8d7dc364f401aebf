import type { BaseComparison, BaseVerdict } from '../freshness/freshness.js';
import { judgeFreshness, type FreshnessOptions } from '../freshness/judge.js';
import { openUpstream, type Upstream } from '../freshness/upstream.js';
import type { Platform } from '../oci/platform.js';
import type { ImageReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import type { WebClient } from '../registry/web.js';
import type { Image } from '../source/image.js';
import { resolveImage } from '../source/resolve.js';
import { openSource } from '../source/transports.js';
import { joinKeyrings, type Keyring } from '../openpgp/keyring.js';
import { readBaseKeys } from './base-keys.js';
import { compareWithBase, judgeByPackages, primaryBase } from './base-comparison.js';
import { contentOf } from './content.js';
import type { Content, Coverage, Examination } from './examination.js';
import type { GatheredLayers, LayerReader } from './layers.js';
import { judgePackageSignatures } from './package-signatures.js';
import { compareWithRepositories, type RepositoryChoice } from './repositories.js';

/** Which questions are asked: each costs requests. */
export interface Questions {
  readonly layers: boolean;
  readonly freshness: FreshnessOptions | undefined;
  /** Whether the keys that a proved base brings count for packages. */
  readonly baseKeys?: boolean;
}

export interface ExamineSettings {
  readonly client: RegistryClient;
  readonly reader: LayerReader;
  readonly platform: Platform;
  readonly now: Date;
  /** Whose signatures on packages count; undefined when none were given. */
  readonly rpmKeys?: Keyring | undefined;
  /** Where packages are looked up besides the base. */
  readonly repositories?: readonly RepositoryChoice[];
  /** What was seen of connections to repositories. */
  readonly web?: WebClient;
}

/**
 * The whole story of one image: resolve it, ask where its base stands, read its layers, compare packages.
 * What goes wrong with a base leaves that question open; what goes wrong with the image itself is thrown.
 * @throws ImgcheckError of any kind but usage
 */
export async function examine(
  reference: ImageReference,
  questions: Questions,
  settings: ExamineSettings,
): Promise<Examination> {
  const { client, reader, platform } = settings;
  const source = await openSource(reference, { client });
  const asked = { ...client.evidence.requests };
  let upstream: Upstream | undefined;
  try {
    const image = await resolveImage(source, { platform });
    upstream = openUpstream({ client }, platform, image);
    let freshness = questions.freshness ? await judgeFreshness(image, upstream, questions.freshness) : undefined;
    let base = freshness ? primaryBase(freshness) : undefined;
    let content: Content | undefined;
    let comparison: BaseComparison | undefined;
    const gathered: GatheredLayers[] = [];
    const notes: string[] = [];
    if (questions.layers) {
      const own = await reader.gather(image);
      gathered.push(own);
      content = contentOf(own.facts, provedLayers(base));
      if (freshness && base) {
        const compared = await compareWithBase(base, content, reader, own);
        comparison = compared.comparison;
        if (compared.gathered) gathered.push(compared.gathered);
        if (comparison) {
          freshness = judgeByPackages(freshness, base, comparison);
          base = primaryBase(freshness);
        }
      }
    }
    let { rpmKeys } = settings;
    if (content && questions.baseKeys) {
      const found = await readBaseKeys(content.layers, base);
      rpmKeys = rpmKeys && found.keyring ? joinKeyrings(rpmKeys, found.keyring) : (rpmKeys ?? found.keyring);
      notes.push(...found.notes);
    }
    const repositories = content ? await compareWithRepositories(content, settings.repositories ?? []) : undefined;
    const coverage = coverageOf(image, gathered, content, since(asked, client.evidence.requests), notes);
    const packageSignatures = content ? judgePackageSignatures(content, rpmKeys) : undefined;
    return {
      image,
      content,
      freshness,
      base,
      comparison,
      repositories,
      packageSignatures,
      tls: [...client.evidence.hops, ...(settings.web?.evidence.hops ?? [])],
      coverage,
      now: settings.now,
    };
  } finally {
    await source.close();
    await upstream?.close();
  }
}

/** What one image cost of a client that serves several. */
function since(before: Coverage['requests'], now: Coverage['requests']): Coverage['requests'] {
  return {
    manifests: now.manifests - before.manifests,
    blobs: now.blobs - before.blobs,
    tags: now.tags - before.tags,
    referrers: now.referrers - before.referrers,
    auth: now.auth - before.auth,
  };
}

/** How many layers are the base's: none for an image that is a base itself, undefined when no base is proved. */
function provedLayers(base: BaseVerdict | undefined): number | undefined {
  if (!base || base.proof === 'none') return undefined;
  return base.proof === 'self' ? 0 : base.layers;
}

function coverageOf(
  image: Image,
  gathered: readonly GatheredLayers[],
  content: Content | undefined,
  requests: Coverage['requests'],
  notes: readonly string[],
): Coverage {
  const own = gathered[0];
  const twice =
    content?.layers.flatMap((layer, i) =>
      layer.passes > 1 ? [`layer ${i + 1} was read ${layer.passes} times`] : [],
    ) ?? [];
  const unlisted = content?.unlisted ?? 0;
  return {
    layersRead: own?.facts.length ?? 0,
    layersCached: own?.cached ?? 0,
    layersTotal: image.layers.length,
    bytesFetched: gathered.reduce((sum, one) => sum + one.bytes, 0),
    entries: own?.facts.reduce((sum, one) => sum + one.entries, 0) ?? 0,
    requests,
    skipped: [
      ...notes,
      ...twice,
      ...gathered.flatMap((one) => one.notes),
      ...(unlisted > 0 ? [`${unlisted} world-writable entries were counted, not listed`] : []),
    ],
  };
}
