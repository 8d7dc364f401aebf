import { SingleFlight } from '../core/concurrency.js';
import type { Platform } from '../oci/platform.js';
import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { resolveImage } from '../source/resolve.js';
import { openSource, type SourceSettings } from '../source/transports.js';
import type { ImageSource } from '../source/source.js';

export interface TagList {
  readonly tags: readonly string[];
  /** False when the list went on past the limits. */
  readonly complete: boolean;
}

/** What the base question asks of the outside. Every answer is kept for the run. */
export interface Upstream {
  image(reference: ImageReference): Promise<Image>;
  tags(reference: RegistryReference): Promise<TagList>;
  close(): Promise<void>;
}

/** At most this much of a tag list is read. */
const tagLimits = { pages: 20, tags: 100_000 } as const;

/** `known` is answered without asking again: the image under examination. */
export function openUpstream(settings: SourceSettings, platform: Platform, known: Image): Upstream {
  const images = new Map([[formatReference(known.reference), known]]);
  const lists = new Map<string, TagList>();
  const flights = new SingleFlight<Image>();
  const sources: ImageSource[] = [];
  return {
    image: (reference) => {
      const key = formatReference(reference);
      return flights.run(key, async () => {
        const kept = images.get(key);
        if (kept) return kept;
        const source = await openSource(reference, settings);
        sources.push(source);
        const image = await resolveImage(source, { platform });
        images.set(key, image);
        return image;
      });
    },
    tags: async ({ registry, repository }) => {
      const key = `${registry}/${repository}`;
      const list = lists.get(key) ?? (await settings.client.tags(registry, repository, tagLimits));
      lists.set(key, list);
      return list;
    },
    close: async () => {
      for (const source of sources) await source.close();
    },
  };
}
