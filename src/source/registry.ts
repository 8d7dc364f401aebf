import type { Bytes } from '../core/stream.js';
import { manifestKind } from '../oci/media-type.js';
import { withDefaultTag, type RegistryReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import type { RawManifest, Transport } from './source.js';

/**
 * An image in a registry (distribution-spec). A digest in the reference decides, whatever tag stands beside it.
 * The client belongs to the caller, who closes it.
 */
export function registryTransport(written: RegistryReference, client: RegistryClient): Transport {
  const reference = withDefaultTag(written);
  const { registry, repository } = reference;

  async function manifest(name: string): Promise<RawManifest> {
    const { mediaType, digest, bytes } = await client.manifest(registry, repository, name);
    return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes };
  }

  async function* manifestBytes(name: string): Bytes & AsyncGenerator<Uint8Array> {
    yield (await manifest(name)).bytes;
  }

  return {
    reference,
    resolve: () => manifest(reference.digest ?? reference.tag ?? 'latest'),
    // Manifests lie behind an endpoint of their own; everything else is a blob, foreign layers included.
    fetch: (descriptor) =>
      manifestKind(descriptor.mediaType) === undefined
        ? client.blob(registry, repository, descriptor)
        : manifestBytes(descriptor.digest),
    referrers: (descriptor) => client.referrers(registry, repository, descriptor.digest),
    close: () => Promise.resolve(),
  };
}
