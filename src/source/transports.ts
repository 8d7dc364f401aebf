import type { ImageReference, LocalReference } from '../oci/reference.js';
import type { RegistriesConf } from '../containers/registries-conf.js';
import type { RegistryClient } from '../registry/client.js';
import type { KeptDocuments } from '../state/kept-documents.js';
import type { TagLog } from '../state/observed-tags.js';
import { Documents } from './documents.js';
import { registryTransport } from './registry.js';
import type { ImageSource, Transport } from './source.js';
import { verified } from './verified.js';

export interface SourceSettings {
  /** Used by `docker` references only; closed by its owner. */
  readonly client: RegistryClient;
  /** Mirrors, other locations, blocked and insecure registries; names are taken as they are when left out. */
  readonly registries?: RegistriesConf | undefined;
  /** What earlier runs kept of documents; closed by its owner. */
  readonly documents?: KeptDocuments | undefined;
  /** Where it is noted what tags name. */
  readonly tags?: TagLog | undefined;
}

/** Where images lie besides registries: one line each, sorted. Each is loaded when it is used. */
const local: Readonly<Record<LocalReference['transport'], (reference: LocalReference) => Promise<Transport>>> = {
  dir: async (reference) => (await import('./dir.js')).openDir(reference),
  'docker-archive': async (reference) => (await import('./docker-archive.js')).openDockerArchive(reference),
  oci: async (reference) => (await import('./oci-layout.js')).openOciLayout(reference),
  'oci-archive': async (reference) => (await import('./oci-archive.js')).openOciArchive(reference),
};

/** What was fetched through one client is not fetched again by another source of it. */
const documentsOf = new WeakMap<RegistryClient, Documents>();

/**
 * Opens the place that a reference names; every byte that comes out of it is verified. The caller closes it.
 * @throws ImgcheckError missing, auth, hostile, unsupported for a local place that cannot be read
 */
export async function openSource(reference: ImageReference, settings: SourceSettings): Promise<ImageSource> {
  if (reference.transport !== 'docker') return verified(await local[reference.transport](reference));
  const { client, registries, tags } = settings;
  const documents = documentsOf.get(client) ?? new Documents(settings.documents);
  documentsOf.set(client, documents);
  return verified(registryTransport(reference, client, registries, { documents, tags }), documents);
}
