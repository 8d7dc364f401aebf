import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { decodeBase64 } from '../openpgp/armor.js';
import { fetchDocument } from './document.js';
import type { HttpRequest, Send } from './http.js';
import type { ListingOptions } from './listing.js';
import { redactUrl } from './redact.js';
import { responseError } from './response-error.js';
import { StoredSignatures, storedSignatureLimits } from './stored-signatures.js';

/** A signature has four values, and base64 has none of their signs. */
const mostValues = 100_000;
/** Base64 makes four of three, and around it there are names. */
const documentLimit = Math.ceil((storedSignatureLimits.together * 4) / 3) + 1024 ** 2;

/**
 * Whether the answer to `GET /v2/` says that the registry keeps signatures itself (signature-protocols.md of
 * containers/image, X-Registry-Supports-Signatures). A challenge says it as well as a welcome.
 * @throws ImgcheckError network when the registry could not answer
 */
export async function supportsSignatures(send: Send, request: HttpRequest, options: ListingOptions): Promise<boolean> {
  const response = await send(request);
  if (response.status === 429 || response.status >= 500) {
    throw await responseError(response, { what: 'the version of its API', secrets: options.secrets });
  }
  await response.discard();
  // Where another host answers, it does not speak for this one.
  return response.url.origin === request.url.origin && response.header('x-registry-supports-signatures') === '1';
}

/**
 * The simple signatures of a manifest by that extension: those of schema version 2 and type atomic; others are left
 * aside, as there. None is [].
 * @throws ImgcheckError hostile for another document, past 128 signatures, 4 MiB of one and 16 MiB of all; auth, network
 */
export async function readSignatureExtension(
  send: Send,
  request: HttpRequest,
  options: ListingOptions,
): Promise<readonly Uint8Array[]> {
  const what = 'the signatures';
  const { response, bytes } = await fetchDocument(send, request, { what, limit: documentLimit }, options);
  if (!bytes) {
    if (response.status !== 404) throw await responseError(response, { what, secrets: options.secrets });
    await response.discard();
    return [];
  }
  const subject = redactUrl(response.url);
  const signatures = new StoredSignatures(subject);
  refuseMultitudes(bytes, what, subject);
  const listed = new Fields(parseJson(bytes, what), what).array('signatures', storedSignatureLimits.count);
  for (const [i, item] of listed.entries()) {
    const fields = new Fields(item, `${what}[${i}]`);
    if (fields.size('schemaVersion') !== 2 || fields.string('type') !== 'atomic') continue;
    const content = fields.string('content');
    if (content === '') throw new ImgcheckError('hostile', `${what}[${i}].content is empty`, { subject });
    signatures.add(decodeBase64(content, `${what}[${i}].content`));
  }
  return signatures.all;
}

/** The limit in bytes is for a few long strings: millions of small values in their place would take seconds to parse. */
function refuseMultitudes(bytes: Uint8Array, what: string, subject: string): void {
  let signs = 0;
  for (const byte of bytes) if (byte === 0x2c || byte === 0x5b || byte === 0x7b) signs += 1;
  if (signs > mostValues)
    throw new ImgcheckError('hostile', `${what} have more than ${mostValues} values`, { subject });
}
