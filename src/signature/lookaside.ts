import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lookasideUrl } from '../containers/registries-d.js';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import type { WebClient } from '../registry/web.js';
import { signatureLimits } from './discovery.js';

/** Some of the blobs of a store, and what kept us from reading the rest. */
export interface LookasideBlobs {
  readonly blobs: readonly { readonly from: string; readonly bytes: Uint8Array }[];
  readonly error?: ImgcheckError;
}

/**
 * The signatures that a lookaside store (containers-registries.d(5)) has for a manifest: signature-1, signature-2 and so
 * on, until one is not there. Any other answer than "not there" is an error, but what was read before it counts.
 */
export async function readLookaside(
  base: string,
  repository: string,
  digest: Digest,
  web: WebClient,
): Promise<LookasideBlobs> {
  const blobs: { from: string; bytes: Uint8Array }[] = [];
  let together = 0;
  try {
    for (let n = 1; ; n++) {
      const url = new URL(lookasideUrl(base, repository, digest, n));
      const bytes = await readBlob(url, web);
      if (!bytes) return { blobs };
      if (n > signatureLimits.count) throw tooMany(base);
      together += bytes.byteLength;
      if (together > signatureLimits.together) throw tooMuch(base);
      blobs.push({ from: url.href, bytes });
    }
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return { blobs, error };
  }
}

/** Undefined when it is not there. */
async function readBlob(url: URL, web: WebClient): Promise<Uint8Array | undefined> {
  if (url.protocol === 'file:') return readFileBlob(fileURLToPath(url));
  try {
    return await web.document(url, { what: 'the signature', limit: signatureLimits.bytes });
  } catch (error) {
    if (isImgcheckError(error, 'missing')) return undefined;
    throw error;
  }
}

async function readFileBlob(path: string): Promise<Uint8Array | undefined> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size > signatureLimits.bytes) throw tooMuch(path);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof ImgcheckError) throw cause;
    if (['ENOENT', 'ENOTDIR'].includes(String((cause as NodeJS.ErrnoException).code))) return undefined;
    throw new ImgcheckError('auth', 'the signature cannot be read', { subject: path, cause });
  }
}

function tooMany(subject: string): ImgcheckError {
  return new ImgcheckError('hostile', `the store has more than ${signatureLimits.count} signatures for one image`, {
    subject,
  });
}

function tooMuch(subject: string): ImgcheckError {
  return new ImgcheckError('hostile', `signatures exceed their limit of ${signatureLimits.bytes} bytes`, { subject });
}
