import { ImgcheckError, isImgcheckError, kinds } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import type { HttpRequest, HttpResponse, Send } from './http.js';
import { redactUrl, type Secrets } from './redact.js';
import { responseError } from './response-error.js';
import { backoff, type RetryOptions } from './retry.js';

/** Fewer bytes than this between two failures are no progress. */
const progress = 64 * 1024;
const mostResumptions = 32;

/**
 * Streams a blob, unverified but never longer than its descriptor says; a broken stream is resumed.
 * @throws ImgcheckError integrity for another length, missing, auth, network
 */
export function readBlob(
  send: Send,
  request: HttpRequest,
  descriptor: Descriptor,
  options: RetryOptions & { readonly secrets: Secrets },
): AsyncGenerator<Uint8Array> {
  const asked = { what: 'the blob', missingHint, secrets: options.secrets };
  return readSized(send, request, descriptor.size, {
    ...options,
    server: 'the registry',
    refusal: (response) => responseError(response, asked),
  });
}

export interface SizedOptions extends RetryOptions {
  /** Who serves it, for messages. */
  readonly server: string;
  /** What an answer other than 200 means. */
  refusal(response: HttpResponse): Promise<ImgcheckError>;
}

/**
 * Streams what has a known size in bytes, unverified but never longer. When the stream breaks off, it goes on where
 * it broke off by a Range request; where the server answers with the whole again, what was had already is skipped.
 * @throws ImgcheckError integrity for another length, network, and what `refusal` makes of other answers
 */
export async function* readSized(
  send: Send,
  request: HttpRequest,
  size: number,
  options: SizedOptions,
): AsyncGenerator<Uint8Array> {
  let had = 0;
  let failures = 0;
  let mark = 0;
  let byRange = true;
  for (let resumption = 0; ; resumption += 1) {
    const from = byRange ? had : 0;
    const response = await send(from === 0 ? request : rangedFrom(request, from));
    let skip = had;
    if (from > 0 && isWanted(response, from, size)) skip = 0;
    else if (from > 0 && (response.status === 206 || response.status === 416)) {
      // Whatever part this is, it is not the one asked for.
      await response.discard();
      byRange = false;
      continue;
    } else if (response.status !== 200) {
      throw await options.refusal(response);
    }
    await checkLength(response, skip === 0 ? size - had : size, options.server);
    try {
      for await (const part of response.body) {
        const dropped = Math.min(skip, part.byteLength);
        skip -= dropped;
        if (dropped === part.byteLength) continue;
        had += part.byteLength - dropped;
        if (had > size) throw tooLong(response, size);
        yield dropped === 0 ? part : part.subarray(dropped);
      }
      if (had === size) return;
      throw mismatch(response, size, `got ${had}`);
    } catch (error) {
      if (!isImgcheckError(error, 'network') || request.signal?.aborted) throw error;
      if (had === size) return;
      failures = had - mark >= progress ? 1 : failures + 1;
      mark = had;
      if (failures > kinds.network.retries || resumption >= mostResumptions) throw error;
    }
    await options.sleep(backoff(failures, options.random), request.signal);
  }
}

const missingHint = 'the manifest names a blob that the registry lost or never had: the image must be pushed again';

function rangedFrom(request: HttpRequest, from: number): HttpRequest {
  return { ...request, headers: { ...request.headers, range: `bytes=${from}-` } };
}

/** RFC 9110, 14.4. */
function isWanted(response: HttpResponse, from: number, size: number): boolean {
  const range = response.header('content-range')?.toLowerCase().replace(/\s+/g, ' ');
  return (
    response.status === 206 &&
    [`bytes ${from}-${size - 1}/${size}`, `bytes ${from}-${size - 1}/*`].includes(range ?? '')
  );
}

async function checkLength(response: HttpResponse, expected: number, server: string): Promise<void> {
  const length = response.header('content-length');
  if (length === undefined || Number(length) === expected) return;
  await response.discard();
  throw mismatch(response, expected, `${server} announces ${length.slice(0, 40)}`);
}

function tooLong(response: HttpResponse, size: number): ImgcheckError {
  return mismatch(response, size, 'got more');
}

function mismatch(response: HttpResponse, expected: number, got: string): ImgcheckError {
  return new ImgcheckError('integrity', `size mismatch: expected ${expected} bytes, ${got}`, {
    subject: redactUrl(response.url),
  });
}
