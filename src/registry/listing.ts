import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import type { Descriptor } from '../oci/descriptor.js';
import { parseManifest } from '../oci/manifest.js';
import { mediaTypes } from '../oci/media-type.js';
import { isTag } from '../oci/reference.js';
import { fetchDocument } from './document.js';
import type { HttpRequest, HttpResponse, Send } from './http.js';
import { mediaTypeOf } from './manifest.js';
import { redactUrl, type Secrets } from './redact.js';
import { responseError } from './response-error.js';
import type { RetryOptions } from './retry.js';

export interface TagLimits {
  readonly pages: number;
  readonly tags: number;
}

export interface TagList {
  /** As the registry orders them. */
  readonly tags: readonly string[];
  /** False when a limit, a repeated page, a link to elsewhere or a malformed tag left some out. */
  readonly complete: boolean;
}

export interface ListingOptions extends RetryOptions {
  readonly secrets: Secrets;
}

const pageLimit = 16 * 1024 * 1024;
const referrerLimits = { pages: 16, bytes: 4 * 1024 * 1024, descriptors: 1000 };

/** All tags, page by page (distribution-spec, Listing Tags). */
export async function listTags(
  send: Send,
  first: HttpRequest,
  limits: TagLimits,
  options: ListingOptions,
): Promise<TagList> {
  const tags = new Set<string>();
  const seen = new Set<string>();
  let complete = true;
  let next: URL | undefined = first.url;
  while (next !== undefined) {
    if (seen.size >= limits.pages || seen.has(next.href)) return { tags: [...tags], complete: false };
    seen.add(next.href);
    const rules = { what: 'the tag list', limit: pageLimit };
    const { response, bytes } = await fetchDocument(send, { ...first, url: next }, rules, options);
    if (!bytes) throw await responseError(response, { ...rules, missingHint, secrets: options.secrets });
    const fields = new Fields(parseJson(bytes, rules.what), rules.what);
    for (const tag of fields.stringList('tags', 1_000_000)) {
      if (!isTag(tag)) complete = false;
      else if (tags.size >= limits.tags && !tags.has(tag)) return { tags: [...tags], complete: false };
      else tags.add(tag);
    }
    next = nextPage(response);
    if (next && next.origin !== response.url.origin) return { tags: [...tags], complete: false };
  }
  return { tags: [...tags], complete };
}

const missingHint = 'check the name of the repository';

/**
 * The artifacts that the referrers API lists (distribution-spec, Listing Referrers); undefined where the registry has
 * no such API.
 * @throws ImgcheckError hostile past 16 pages or 1000 artifacts
 */
export async function listReferrers(
  send: Send,
  first: HttpRequest,
  options: ListingOptions,
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  const seen = new Set<string>();
  let next: URL | undefined = first.url;
  while (next !== undefined) {
    if (seen.size >= referrerLimits.pages || seen.has(next.href)) throw endless(first);
    seen.add(next.href);
    const rules = { what: 'the referrers', limit: referrerLimits.bytes };
    const { response, bytes } = await fetchDocument(send, { ...first, url: next }, rules, options);
    const absent = bytes ? mediaTypeOf(response) !== mediaTypes.ociIndex : isUnknownEndpoint(response.status);
    if (absent && seen.size === 1) {
      if (!bytes) await response.discard();
      return undefined;
    }
    if (!bytes) throw await responseError(response, { ...rules, secrets: options.secrets });
    found.push(...readReferrers(bytes, mediaTypes.ociIndex));
    if (found.length > referrerLimits.descriptors) throw endless(first);
    next = nextPage(response);
    if (next && next.origin !== response.url.origin) {
      throw new ImgcheckError('hostile', 'the referrers go on at another host', { subject: redactUrl(response.url) });
    }
  }
  return found;
}

/** The descriptors of a referrers index, from the API or the fallback tag. @throws ImgcheckError hostile for another kind */
export function readReferrers(bytes: Uint8Array, mediaType: string): readonly Descriptor[] {
  const index = parseManifest(bytes, mediaType, 'the referrers');
  if (index.kind !== 'index') throw new ImgcheckError('hostile', 'the referrers are not an index but a manifest');
  return index.manifests;
}

/** 404 by the specification; the others are what registries without the API answer as well. */
function isUnknownEndpoint(status: number): boolean {
  return [400, 404, 405, 406, 501].includes(status);
}

function endless(request: HttpRequest): ImgcheckError {
  return new ImgcheckError('hostile', 'the list of referrers does not end within its limits', {
    subject: redactUrl(request.url),
  });
}

/** RFC 8288, the one link that matters. */
function nextPage(response: HttpResponse): URL | undefined {
  const link = response.header('link') ?? '';
  for (const [, target = '', parameters = ''] of link.slice(0, 8192).matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*"?next"?(?:[\s;,]|$)/i.test(parameters)) continue;
    return URL.canParse(target, response.url.href) ? new URL(target, response.url) : undefined;
  }
  return undefined;
}
