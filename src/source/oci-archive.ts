import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Bytes } from '../core/stream.js';
import type { Digest } from '../oci/digest.js';
import type { LocalReference } from '../oci/reference.js';
import { layoutTransport } from './layout.js';
import { blobPath } from './oci-layout.js';
import { OuterArchive } from './outer-archive.js';
import type { Transport } from './source.js';

/** `oci-archive:FILE[:tag|:@N]`: a tar of an OCI image layout, plain or in gzip, zstd or xz, read where it lies. */
export async function openOciArchive(reference: LocalReference): Promise<Transport> {
  const archive = await OuterArchive.open(reference.path);

  async function* blob(digest: Digest): Bytes & AsyncGenerator<Uint8Array> {
    yield* archive.bytes(await archive.find(blobPath(digest)));
  }

  return layoutTransport(reference, {
    async document(name, limit) {
      try {
        return await archive.document(name, limit);
      } catch (error) {
        if (!isImgcheckError(error, 'missing')) throw error;
        throw new ImgcheckError('missing', `not an archive of an OCI layout: it has no ${name}`, {
          subject: reference.path,
          hint: archive.has('manifest.json') ? 'it looks like a docker-archive:' : undefined,
          cause: error,
        });
      }
    },
    blob,
    close: () => archive.close(),
  });
}
