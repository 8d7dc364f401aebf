import type { RegistriesConf } from '../containers/registries-conf.js';
import type { Platform } from '../oci/platform.js';
import type { ImageReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import type { Image } from '../source/image.js';
import { resolveImage } from '../source/resolve.js';
import type { KeptDocuments } from '../state/kept-documents.js';
import { openSource } from '../source/transports.js';
import { contentOf } from './content.js';
import type { Content } from './examination.js';
import type { GatheredLayers, LayerGatherer } from './layers.js';

/** An image with what its layers show, and nothing of what surrounds it. */
export interface ReadImage {
  readonly image: Image;
  readonly content: Content;
  readonly gathered: GatheredLayers;
}

export interface ReadSettings {
  readonly client: RegistryClient;
  readonly registries?: RegistriesConf | undefined;
  readonly reader: LayerGatherer;
  readonly platform: Platform;
  readonly documents?: KeptDocuments;
}

/**
 * Reads an image and all its layers; no base, signature or repository is asked for. Layers that another image of the run
 * `had` are not read again.
 * @throws ImgcheckError of any kind but usage
 */
export async function readImage(
  reference: ImageReference,
  { client, registries, documents, reader, platform }: ReadSettings,
  had?: ReadImage,
): Promise<ReadImage> {
  const source = await openSource(reference, { client, registries, documents });
  try {
    const image = await resolveImage(source, { platform });
    const gathered = await reader.gather(image, had?.gathered);
    return { image, content: contentOf(gathered.facts, undefined), gathered };
  } finally {
    await source.close();
  }
}
