import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lookasideUrl } from '../containers/registries-d.js';
import { isAbsence } from '../core/absence.js';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import type { Digest } from '../oci/digest.js';
import { storedSignatureLimits } from '../registry/stored-signatures.js';
import { redactUrl } from '../registry/redact.js';
import type { WebClient } from '../registry/web.js';

/** Some of the blobs of a store, and what kept us from reading the rest. */
export interface LookasideBlobs {
  readonly blobs: readonly { readonly from: string; readonly bytes: Uint8Array }[];
  readonly error?: ImgcheckError;
}

/** The store as it may be shown: registries.d may hold a password, or a token in the query. */
export function nameOfStore(base: string): string {
  return redactUrl(new URL(base));
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
      if (n > storedSignatureLimits.count) throw tooMany(nameOfStore(base));
      together += bytes.byteLength;
      if (together > storedSignatureLimits.together) throw tooMuch(nameOfStore(base));
      blobs.push({ from: redactUrl(url), bytes });
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
    return await web.document(url, { what: 'the signature', limit: storedSignatureLimits.bytes });
  } catch (error) {
    if (isImgcheckError(error, 'missing')) return undefined;
    throw error;
  }
}

async function readFileBlob(path: string): Promise<Uint8Array | undefined> {
  try {
    // Without O_NONBLOCK a pipe that lies there would be waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw new ImgcheckError('hostile', 'the signature is no regular file', { subject: path });
      if (stat.size > storedSignatureLimits.bytes) throw tooMuch(path);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof ImgcheckError) throw cause;
    if (isAbsence(cause)) return undefined;
    throw new ImgcheckError('auth', 'the signature cannot be read', { subject: path, cause });
  }
}

function tooMany(subject: string): ImgcheckError {
  return new ImgcheckError(
    'hostile',
    `the store has more than ${storedSignatureLimits.count} signatures for one image`,
    {
      subject,
    },
  );
}

function tooMuch(subject: string): ImgcheckError {
  return new ImgcheckError('hostile', `signatures exceed their limit of ${storedSignatureLimits.bytes} bytes`, {
    subject,
  });
}
