import { ImgcheckError } from '../core/error.js';
import { digestOf, isDigest, type Digest } from '../oci/digest.js';
import { manifestLimit, parseManifest } from '../oci/manifest.js';
import { manifestKind } from '../oci/media-type.js';
import type { HttpResponse } from './http.js';
import { redactUrl } from './redact.js';

/** A manifest as served: its bytes have the digest, its media type is the registry's word. */
export interface FetchedManifest {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** What a registry says of a manifest without sending it. */
export interface ManifestHead {
  readonly digest: Digest;
  readonly mediaType: string;
  /** Bytes. */
  readonly size: number;
}

/** The media type of an answer, without parameters. */
export function mediaTypeOf(response: HttpResponse): string {
  const type = response.header('content-type')?.split(';')[0]?.trim().slice(0, 255);
  return type ? type.toLowerCase() : 'application/octet-stream';
}

/**
 * The digest of a manifest's bytes, in the algorithm that was asked with.
 * A schema 1 manifest that a tag named is handed up as it is, for its parser to refuse.
 * @throws ImgcheckError integrity unless the digest asked for, the one in the header and the bytes agree;
 *   unsupported for schema 1 asked for by digest
 */
export function verifyManifest(bytes: Uint8Array, response: HttpResponse, reference: string): Digest {
  const asked = isDigest(reference) ? reference : undefined;
  if (manifestKind(mediaTypeOf(response)) === 'schema1') {
    // Its digest leaves out the signature inside, so there is nothing to compare: refused by name, here or above.
    if (asked !== undefined) parseManifest(bytes, mediaTypeOf(response));
    return digestOf(bytes);
  }
  const said = headerDigest(response);
  for (const expected of [asked, said]) {
    if (expected === undefined) continue;
    const got = digestOf(bytes, algorithmOf(expected));
    if (got !== expected) {
      const whose = expected === asked ? 'digest' : 'Docker-Content-Digest';
      throw disagree(response, `${whose} mismatch: expected ${expected}, got ${got} after ${bytes.byteLength} bytes`);
    }
  }
  return asked ?? said ?? digestOf(bytes);
}

/** What a HEAD says; undefined when it lacks digest or size. @throws ImgcheckError integrity for another digest than asked */
export function readHead(response: HttpResponse, reference: string): ManifestHead | undefined {
  const length = response.header('content-length');
  if (response.header('docker-content-digest') === undefined || length === undefined) return undefined;
  const digest = headerDigest(response);
  const size = Number(length);
  if (digest === undefined || !Number.isSafeInteger(size) || size > manifestLimit) return undefined;
  if (isDigest(reference) && algorithmOf(reference) === algorithmOf(digest) && digest !== reference) {
    throw disagree(response, `digest mismatch: expected ${reference}, the registry says ${digest}`);
  }
  return { digest, mediaType: mediaTypeOf(response), size };
}

function headerDigest(response: HttpResponse): Digest | undefined {
  const text = response.header('docker-content-digest');
  if (text === undefined || isDigest(text)) return text;
  throw disagree(response, `Docker-Content-Digest is not a sha256 or sha512 digest: ${text.slice(0, 150)}`);
}

function algorithmOf(digest: Digest): 'sha256' | 'sha512' {
  return digest.startsWith('sha512') ? 'sha512' : 'sha256';
}

function disagree(response: HttpResponse, message: string): ImgcheckError {
  return new ImgcheckError('integrity', message, { subject: redactUrl(response.url) });
}
