import { isImgcheckError } from '../core/error.js';
import { manifestKind } from '../oci/media-type.js';
import type { ManifestHead } from '../registry/client.js';
import type { TagLog } from '../state/observed-tags.js';
import type { Documents } from './documents.js';
import type { Place } from './pull.js';
import type { RawManifest } from './source.js';

/** What is known of manifests before anything is asked. */
export interface KnownManifests {
  readonly documents?: Documents | undefined;
  readonly tags?: TagLog | undefined;
}

/** A tag as it is remembered: where it was asked for, with everything written out. */
export function fullTag({ registry, repository }: Place, tag: string): string {
  return `${registry}/${repository}:${tag}`;
}

/**
 * What a place's tag or digest names, by a HEAD request, where the bytes are at hand; undefined where they are not, and
 * where the registry does not say it. Asked only when the bytes of what was there last are known: the first time, a HEAD
 * would be one request too many. The registry may say what it likes: the bytes are those of the digest that it says.
 * @throws ImgcheckError tls
 */
export async function knownManifest(
  place: Place,
  { documents, tags }: KnownManifests,
): Promise<RawManifest | undefined> {
  const { digest: asked, tag = 'latest' } = place.reference;
  const name = fullTag(place, tag);
  const expected = asked ?? (await tags?.lastDigest(name));
  if (expected === undefined || !(await documents?.named(expected))) return undefined;
  const head = await headOf(place, asked ?? tag);
  if (!head || manifestKind(head.mediaType) === 'schema1') return undefined;
  const { mediaType, digest, size } = head;
  if (asked === undefined) tags?.hear(name, digest);
  const bytes = await documents?.find({ digest, size });
  return bytes && { descriptor: { mediaType, digest, size }, bytes };
}

async function headOf({ client, registry, repository }: Place, name: string): Promise<ManifestHead | undefined> {
  try {
    return await client.headManifest(registry, repository, name);
  } catch (error) {
    // The answer to a HEAD has no body that would tell why: the request that follows will. Some servers do not know it at all.
    if (!isImgcheckError(error) || error.kind === 'tls') throw error;
    return undefined;
  }
}
