import type { ImageReference, LocalReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import { openDir } from './dir.js';
import { openDockerArchive } from './docker-archive.js';
import { openOciArchive } from './oci-archive.js';
import { openOciLayout } from './oci-layout.js';
import { registryTransport } from './registry.js';
import type { ImageSource, Transport } from './source.js';
import { verified } from './verified.js';

export interface SourceSettings {
  /** Used by `docker` references only; closed by its owner. */
  readonly client: RegistryClient;
}

/** Where images lie besides registries: one line each, sorted. */
const local: Readonly<Record<LocalReference['transport'], (reference: LocalReference) => Promise<Transport>>> = {
  dir: openDir,
  'docker-archive': openDockerArchive,
  oci: openOciLayout,
  'oci-archive': openOciArchive,
};

/**
 * Opens the place that a reference names; every byte that comes out of it is verified. The caller closes it.
 * @throws ImgcheckError missing, auth, hostile, unsupported for a local place that cannot be read
 */
export async function openSource(reference: ImageReference, settings: SourceSettings): Promise<ImageSource> {
  return verified(
    reference.transport === 'docker'
      ? registryTransport(reference, settings.client)
      : await local[reference.transport](reference),
  );
}
