import { canonicalPath } from '../archive/entry-path.js';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { spellOut } from '../oci/docker-name.js';
import type { LocalReference } from '../oci/reference.js';
import { choose } from './choice.js';

/** One image of a docker-save archive; the names are members of the archive, in canonical form. */
export interface SavedImage {
  readonly config: string;
  readonly tags: readonly string[];
  /** Bottom first. */
  readonly layers: readonly string[];
}

const mostImages = 1000;

/** Reads manifest.json as `docker save` writes it (Docker image-spec v1.2, "Combined Image JSON + Filesystem Changeset Format"). @throws ImgcheckError hostile */
export function parseSaved(bytes: Uint8Array): readonly SavedImage[] {
  const what = 'manifest.json';
  const images = parseJson(bytes, what);
  if (!Array.isArray(images)) throw new ImgcheckError('hostile', `${what} of a docker archive is not a list`);
  if (images.length > mostImages) {
    throw new ImgcheckError('hostile', `${what} lists ${images.length} images, more than ${mostImages}`);
  }
  return images.map((image, i): SavedImage => {
    const fields = new Fields(image, `${what}[${i}]`);
    return {
      config: memberName(fields.string('Config')),
      tags: fields.stringList('RepoTags', 1000),
      layers: fields.stringList('Layers', 1000).map(memberName),
    };
  });
}

/** The image that the reference means: by one of its tags, or `@N`. Throws as choose. */
export function chooseSaved(images: readonly SavedImage[], reference: LocalReference): SavedImage {
  const wanted = reference.within === undefined ? undefined : fullName(reference.within);
  return choose(
    images.map((value) => ({ value, names: value.tags })),
    reference,
    (name) => fullName(name) === wanted,
  );
}

function memberName(name: string): string {
  const { path, escapes } = canonicalPath(name);
  if (escapes || path === '') {
    throw new ImgcheckError('hostile', `manifest.json names a member outside the archive: ${name.slice(0, 120)}`);
  }
  return path;
}

/** Docker's short names written out: `busybox` is `docker.io/library/busybox:latest`. */
function fullName(name: string): string {
  return spellOut(name.lastIndexOf(':') > name.lastIndexOf('/') ? name : `${name}:latest`);
}
