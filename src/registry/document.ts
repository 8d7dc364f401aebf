import { ImgcheckError, isImgcheckError, kinds } from '../core/error.js';
import { collect } from '../core/stream.js';
import type { HttpRequest, HttpResponse, Send } from './http.js';
import { backoff, type RetryOptions } from './retry.js';

export interface Document {
  readonly response: HttpResponse;
  /** Undefined when the status is not 200: then the body is still to be read or discarded. */
  readonly bytes: Uint8Array | undefined;
}

export interface DocumentRules {
  /** For messages: `the manifest`. */
  readonly what: string;
  /** Bytes. */
  readonly limit: number;
  /** Throws when the bytes are not what was asked for. */
  readonly check?: (bytes: Uint8Array, response: HttpResponse) => void;
}

/**
 * Fetches a small document whole. A body that breaks off is fetched again as often as the network may fail, one that
 * is not what it should be once.
 * @throws ImgcheckError hostile past the limit, unsupported for a Content-Encoding, and what `check` and `send` throw
 */
export async function fetchDocument(
  send: Send,
  request: HttpRequest,
  rules: DocumentRules,
  options: RetryOptions,
): Promise<Document> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send(request);
    if (response.status !== 200) return { response, bytes: undefined };
    try {
      await refuseEncoding(response, rules.what);
      const bytes = await collect(response.body, rules.limit, rules.what);
      rules.check?.(bytes, response);
      return { response, bytes };
    } catch (error) {
      if (!isImgcheckError(error) || request.signal?.aborted || attempt > kinds[error.kind].retries) throw error;
    }
    await options.sleep(backoff(attempt, options.random), request.signal);
  }
}

async function refuseEncoding(response: HttpResponse, what: string): Promise<void> {
  const encoding = response.header('content-encoding');
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  await response.discard();
  throw new ImgcheckError('unsupported', `${what} came with Content-Encoding ${encoding.slice(0, 40)}`, {
    subject: response.url.host,
    hint: 'digests are about the bytes as stored: a proxy or server on the way must not encode them',
  });
}
