import type { RegistriesConf } from '../containers/registries-conf.js';
import type { Bytes } from '../core/stream.js';
import type { Descriptor } from '../oci/descriptor.js';
import { manifestKind } from '../oci/media-type.js';
import { withDefaultTag, type RegistryReference } from '../oci/reference.js';
import type { RegistryClient } from '../registry/client.js';
import { fullTag, knownManifest, type KnownManifests } from './known-manifest.js';
import { askInOrder, placesOf, type Place, type PullSettings } from './pull.js';
import type { RawManifest, Transport } from './source.js';

/**
 * An image in a registry (distribution-spec), or in the mirror of it that answers first (containers-registries.conf(5)):
 * all that belongs to the image comes from the place that had its manifest. A digest in the reference decides, whatever
 * tag stands beside it. The client belongs to the caller, who closes it.
 */
export function registryTransport(
  written: RegistryReference,
  client: RegistryClient,
  registries?: RegistriesConf,
  known: KnownManifests = {},
): Transport {
  const reference = withDefaultTag(written);
  const settings: PullSettings = { client, registries };
  let answered: Place | undefined;
  let notes: readonly string[] = [];

  async function resolve(): Promise<RawManifest> {
    const ask = (place: Place): Promise<RawManifest> => resolveAt(place, known);
    if (answered) return ask(answered);
    const answer = await askInOrder(reference, settings, ask);
    ({ place: answered, notes } = answer);
    return answer.value;
  }

  /** Where there is no choice, nothing need be resolved for it. */
  async function placed(): Promise<Place> {
    if (answered) return answered;
    const [only, second] = placesOf(reference, settings);
    if (only && !second) return only;
    await resolve();
    return placed();
  }

  async function* content(descriptor: Descriptor): Bytes & AsyncGenerator<Uint8Array> {
    const place = await placed();
    // Manifests lie behind an endpoint of their own; everything else is a blob, foreign layers included.
    if (manifestKind(descriptor.mediaType) === undefined) {
      yield* place.client.blob(place.registry, place.repository, descriptor);
    } else yield (await manifest(place, descriptor.digest)).bytes;
  }

  return {
    reference,
    resolve,
    fetch: content,
    referrers: async (descriptor) => {
      const place = await placed();
      return place.client.referrers(place.registry, place.repository, descriptor.digest);
    },
    tagged: async (tag) => manifest(await placed(), tag),
    storedSignatures: async (digest) => {
      const place = await placed();
      return place.client.signatures(place.registry, place.repository, digest);
    },
    location: () => {
      if (!answered) return undefined;
      const { registry, repository, insecure, mirror } = answered;
      return { registry, repository, insecure, mirror };
    },
    notes: () => notes,
    close: () => Promise.resolve(),
  };
}

async function resolveAt(place: Place, known: KnownManifests): Promise<RawManifest> {
  const { digest, tag = 'latest' } = place.reference;
  const raw = (await knownManifest(place, known)) ?? (await manifest(place, digest ?? tag));
  // A digest of schema 1 leaves out a part of the bytes: there is nothing to compare.
  if (digest === undefined && manifestKind(raw.descriptor.mediaType) !== 'schema1') {
    known.tags?.note(fullTag(place, tag), raw.descriptor.digest);
  }
  return raw;
}

async function manifest({ client, registry, repository }: Place, name: string): Promise<RawManifest> {
  const { mediaType, digest, bytes } = await client.manifest(registry, repository, name);
  return { descriptor: { mediaType, digest, size: bytes.byteLength }, bytes };
}
