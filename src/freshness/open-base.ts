import { settle, type Attempt } from '../core/attempt.js';
import { ImgcheckError } from '../core/error.js';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.js';
import { formatReference, type ImageReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import type { Upstream } from './upstream.js';

/**
 * A base or release, for the platform of the image that it is compared with; whatever its registry does is an answer,
 * never thrown. A lone manifest of another platform is `missing`.
 */
export async function openBase(upstream: Upstream, reference: ImageReference, image: Image): Promise<Attempt<Image>> {
  return settle(async () => {
    const base = await upstream.image(reference);
    if (isFor(base.platform, image.platform)) return base;
    const [got, expected] = [formatPlatform(base.platform), formatPlatform(image.platform)];
    throw new ImgcheckError('missing', `expected an image for ${expected}, got one for ${got}`, {
      subject: formatReference(reference),
    });
  }, ['integrity', 'hostile']);
}

/** Versions of Windows are left out: a base may be of a later patch. Who does not say a platform may be for any. */
function isFor(offered: Platform, wanted: Platform): boolean {
  if (offered.os === '' || wanted.os === '') return true;
  return matchesPlatform(offered, withoutVersion(wanted));
}

/** The platform to ask for, as far as an index tells platforms apart. */
export function withoutVersion({ os, architecture, variant }: Platform): Platform {
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}
