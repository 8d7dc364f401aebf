import { pullSources } from '../containers/pull-sources.js';
import { SingleFlight } from '../core/concurrency.js';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Platform } from '../oci/platform.js';
import { formatReference, type ImageReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { resolveImage } from '../source/resolve.js';
import { listTags } from '../source/tags.js';
import { openSource, type SourceSettings } from '../source/transports.js';
import type { ImageSource } from '../source/source.js';
import { withoutVersion } from './open-base.js';

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

/** What is opened for a run, besides the answers. */
export interface OpenUpstream extends Upstream {
  /** How registries.conf changed where bases were read from, each way once. */
  notes(): readonly string[];
}

/** At most this much of a tag list is read. */
const tagLimits = { pages: 20, tags: 100_000 } as const;

/**
 * `known`, the image under examination, is answered without asking again, and its platform is the one that is asked for:
 * a lone manifest may be of another one than `platform`, which counts where the image does not say its own.
 */
export function openUpstream(settings: SourceSettings, platform: Platform, known: Image): OpenUpstream {
  const wanted = known.platform.os === '' ? platform : withoutVersion(known.platform);
  const images = new Map<string, Image>();
  keep(images, formatReference(known.reference), known);
  const lists = new Map<string, TagList>();
  const flights = new SingleFlight<Image>();
  const sources: ImageSource[] = [];
  return {
    image: (reference) => {
      const key = formatReference(reference);
      return flights.run(key, async () => {
        const kept = images.get(key);
        if (kept) return kept;
        checkAllowed(reference, settings);
        const source = await openSource(reference, settings);
        sources.push(source);
        const image = await resolveImage(source, { platform: wanted });
        keep(images, key, image);
        return image;
      });
    },
    tags: async (reference) => {
      checkAllowed(reference, settings);
      const key = `${reference.registry}/${reference.repository}`;
      const list = lists.get(key) ?? (await listTags(reference, settings, tagLimits));
      lists.set(key, list);
      return list;
    },
    notes: () => [...new Set(sources.flatMap((source) => source.notes()))],
    close: async () => {
      for (const source of sources) await source.close();
    },
  };
}

/**
 * A base that registries.conf blocks cannot be had, which leaves its question open; the command line is not at fault.
 * @throws ImgcheckError auth
 */
function checkAllowed(reference: ImageReference, { registries }: SourceSettings): void {
  if (!registries || reference.transport !== 'docker') return;
  try {
    pullSources(registries, reference);
  } catch (error) {
    if (!isImgcheckError(error, 'usage')) throw error;
    const { message, subject, hint } = error;
    throw new ImgcheckError('auth', message, { subject, hint, cause: error });
  }
}

/** An image that was found by its tag need not be asked for again by a digest that names it. */
function keep(images: Map<string, Image>, key: string, image: Image): void {
  images.set(key, image);
  const { reference, resolved, descriptor } = image;
  if (reference.transport !== 'docker') return;
  const { transport, registry, repository } = reference;
  for (const { digest } of [resolved, descriptor]) {
    const pinned = formatReference({ transport, registry, repository, digest });
    if (!images.has(pinned)) images.set(pinned, image);
  }
}
