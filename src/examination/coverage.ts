import type { Image } from '../source/image.js';
import type { Content, Coverage } from './examination.js';
import type { GatheredLayers } from './layers.js';

/** What one image cost of a client that serves several. */
export function requestsSince(before: Coverage['requests'], now: Coverage['requests']): Coverage['requests'] {
  return {
    manifests: now.manifests - before.manifests,
    blobs: now.blobs - before.blobs,
    tags: now.tags - before.tags,
    referrers: now.referrers - before.referrers,
    auth: now.auth - before.auth,
  };
}

/** Counts what was read; the image's own layers are the first that were gathered. */
export function coverageOf(
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
