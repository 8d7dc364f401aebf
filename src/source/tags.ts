import type { RegistryReference } from '../oci/reference.js';
import type { TagLimits, TagList } from '../registry/client.js';
import { askInOrder, type PullSettings } from './pull.js';

/**
 * The tags of a repository, from the place that registries.conf would have it pulled from: the first that answers.
 * @throws ImgcheckError as the registry's client; usage where the registry is blocked
 */
export async function listTags(
  { registry, repository }: RegistryReference,
  settings: PullSettings,
  limits: TagLimits,
): Promise<TagList> {
  const name: RegistryReference = { transport: 'docker', registry, repository };
  const { value } = await askInOrder(name, settings, (place) =>
    place.client.tags(place.registry, place.repository, limits),
  );
  return value;
}
