import { isDigest, type Digest } from '../oci/digest.js';
import { isImgcheckError } from '../core/error.js';
import { parseDockerName } from '../oci/docker-name.js';
import { parsePlatform, type Platform } from '../oci/platform.js';
import type { RegistryReference } from '../oci/reference.js';
import type { PackageUrl } from './package-url.js';

/** An image that a build used. */
export interface ImageDependency {
  /** With a digest only where it was asked for by digest alone. */
  readonly reference: RegistryReference;
  /** What it was: an index or a platform manifest. */
  readonly digest?: Digest;
  readonly platform?: Platform;
}

/**
 * The image that a package URL of type docker or oci names (purl-spec, types; BuildKit writes familiar names, as `alpine`).
 * Undefined for other types, for what is no image (`ref_type` blob, bundle), and where no registry can be told.
 */
export function readImageDependency(purl: PackageUrl): ImageDependency | undefined {
  const { version, qualifiers } = purl;
  if (qualifiers.has('ref_type')) return undefined;
  const path = repositoryPath(purl);
  if (path === undefined) return undefined;
  const pinned = version !== undefined && isDigest(version) ? version : qualifiers.get('digest');
  const tag = version !== undefined && version !== pinned ? version : qualifiers.get('tag');
  const named = parseImageName(`${path}${tag ? `:${tag}` : ''}${pinned === undefined ? '' : `@${pinned}`}`);
  const platform = readPlatform(qualifiers.get('platform'));
  return named && { ...named, ...(platform ? { platform } : {}) };
}

/**
 * The image behind the name that a tool wrote, short (`alpine:3`) or whole; with a tag, the digest stands beside the
 * reference. Undefined for text that names none.
 */
export function parseImageName(text: string): Pick<ImageDependency, 'reference' | 'digest'> | undefined {
  const whole = settleUsage(() => parseDockerName(text));
  if (!whole) return undefined;
  const { digest, ...bare } = whole;
  return {
    reference: bare.tag === undefined ? whole : bare,
    ...(digest === undefined ? {} : { digest }),
  };
}

function repositoryPath({ type, namespace, name, qualifiers }: PackageUrl): string | undefined {
  const url = qualifiers
    .get('repository_url')
    ?.replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  const path = [...namespace, name].join('/');
  // Type docker: the registry alone. Type oci: the repository, whose last part is the name.
  if (type === 'docker') return url === undefined ? path : `${url}/${path}`;
  if (type !== 'oci' || url === undefined) return undefined;
  return url.endsWith(`/${name}`) ? url : `${url}/${path}`;
}

/** Undefined also for forms that are not known here, as those with a version of Windows. */
function readPlatform(text: string | undefined): Platform | undefined {
  return text === undefined ? undefined : settleUsage(() => parsePlatform(text));
}

function settleUsage<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isImgcheckError(error, 'usage')) return undefined;
    throw error;
  }
}
