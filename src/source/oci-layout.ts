import { stat } from 'node:fs/promises';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import type { LocalReference } from '../oci/reference.js';
import { layoutTransport } from './layout.js';
import { openBelow, readDocument, readWhole } from './local-file.js';
import type { Transport } from './source.js';

/** `oci:DIR[:tag|:@N]`: an OCI image layout in a directory. */
export async function openOciLayout(reference: LocalReference): Promise<Transport> {
  const root = reference.path;
  const info = await stat(root).catch((cause: unknown) => {
    throw new ImgcheckError('missing', 'no such directory', { subject: root, cause });
  });
  if (!info.isDirectory()) {
    throw new ImgcheckError('usage', 'not a directory', { subject: root, hint: 'a file is read as oci-archive:FILE' });
  }
  return layoutTransport(reference, {
    async document(name, limit) {
      try {
        return await readDocument(root, name, limit);
      } catch (error) {
        if (!isImgcheckError(error, 'missing')) throw error;
        throw new ImgcheckError('missing', `not an OCI layout: it has no ${name}`, { subject: root, cause: error });
      }
    },
    blob: (digest) => readWhole(() => openBelow(root, blobPath(digest))),
    close: () => Promise.resolve(),
  });
}

/** Where image-layout.md puts a blob. A parsed digest holds nothing but its algorithm and hex digits. */
export function blobPath(digest: Digest): string {
  return `blobs/${digest.replace(':', '/')}`;
}
