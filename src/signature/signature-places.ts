import { lookupRegistriesD, type RegistriesD, type SignaturePlaces } from '../containers/registries-d.js';
import type { ImageReference } from '../oci/reference.js';
import type { PullLocation } from '../source/source.js';

/**
 * What registries.d says of an image: it goes by the place that the image was read from, not by the name it was asked by
 * (containers-registries.d(5)). Undefined for local images.
 */
export function signaturePlaces(
  reference: ImageReference,
  location: PullLocation | undefined,
  registriesD: RegistriesD,
): SignaturePlaces | undefined {
  if (reference.transport !== 'docker') return undefined;
  const { tag } = reference;
  const { registry, repository } = location ?? reference;
  const name = { transport: 'docker', registry, repository, ...(tag === undefined ? {} : { tag }) } as const;
  return lookupRegistriesD(registriesD, name);
}
