import { ImgcheckError } from '../core/error.js';
import type { Descriptor } from '../oci/descriptor.js';
import { shortDigest, type Digest } from '../oci/digest.js';
import { manifestLimit, parseManifest, type Index } from '../oci/manifest.js';
import { manifestKind } from '../oci/media-type.js';
import { formatPlatform, matchesPlatform, type Platform } from '../oci/platform.js';
import { isAttestation } from './attestation.js';
import type { ImageSource } from './source.js';

/** An index within an index within an index, and no deeper. */
const deepest = 3;
/** Indexes read in search of one platform. */
const mostIndexes = 32;

interface Search {
  readonly source: ImageSource;
  readonly wanted: Platform;
  /** Platforms seen, in order, for the hint. */
  readonly offered: Set<string>;
  /** Manifests whose platform their index does not tell. */
  readonly unlabelled: Descriptor[];
  readonly seen: Set<Digest>;
}

/**
 * The manifest of an index for one platform: the first whose variant is as written, else the first that
 * matches; then what the indexes within hold. The only manifest without a platform is taken when nothing else is.
 * @throws ImgcheckError missing, with the platforms offered; hostile for an index within itself or too deep
 */
export async function selectPlatform(
  source: ImageSource,
  index: Index,
  digest: Digest,
  wanted: Platform,
): Promise<Descriptor> {
  const search: Search = { source, wanted, offered: new Set(), unlabelled: [], seen: new Set([digest]) };
  const found = await find(search, index, [digest]);
  if (found !== undefined) return found;
  const [only, second] = search.unlabelled;
  if (only !== undefined && second === undefined) return only;
  throw new ImgcheckError('missing', `the index has no image for ${formatPlatform(wanted)}`, {
    hint: describeOffer(search),
  });
}

async function find(search: Search, index: Index, above: readonly Digest[]): Promise<Descriptor | undefined> {
  const entries = index.manifests.filter((entry) => !isAttestation(entry));
  const match = matchHere(search, entries);
  if (match !== undefined) return match;
  for (const entry of entries) {
    if (manifestKind(entry.mediaType) !== 'index') continue;
    if (hasPlatform(entry) && !matchesPlatform(entry.platform, search.wanted)) {
      search.offered.add(formatPlatform(entry.platform));
      continue;
    }
    const nested = await openNested(search, entry, above);
    const below = nested && (await find(search, nested, [...above, entry.digest]));
    if (below !== undefined) return below;
  }
  return undefined;
}

function matchHere(search: Search, entries: readonly Descriptor[]): Descriptor | undefined {
  const matches: Descriptor[] = [];
  for (const entry of entries) {
    const kind = manifestKind(entry.mediaType);
    if (kind === undefined || kind === 'index') continue;
    if (!hasPlatform(entry)) {
      search.unlabelled.push(entry);
      continue;
    }
    search.offered.add(formatPlatform(entry.platform));
    if (matchesPlatform(entry.platform, search.wanted)) matches.push(entry);
  }
  return matches.find(({ platform }) => platform?.variant === search.wanted.variant) ?? matches[0];
}

async function openNested(search: Search, entry: Descriptor, above: readonly Digest[]): Promise<Index | undefined> {
  const subject = entry.digest;
  if (above.includes(entry.digest)) throw new ImgcheckError('hostile', 'the index contains itself', { subject });
  if (above.length >= deepest) {
    throw new ImgcheckError('hostile', `indexes are nested more than ${deepest} deep`, { subject });
  }
  if (search.seen.has(entry.digest)) return undefined;
  if (search.seen.size >= mostIndexes) {
    throw new ImgcheckError('hostile', `the index contains more than ${mostIndexes} indexes`, { subject });
  }
  search.seen.add(entry.digest);
  const bytes = await search.source.document(entry, manifestLimit);
  const nested = parseManifest(bytes, entry.mediaType, `index ${shortDigest(entry.digest)}`);
  if (nested.kind !== 'index')
    throw new ImgcheckError('hostile', 'an index was expected, a manifest came', { subject });
  return nested;
}

function hasPlatform(entry: Descriptor): entry is Descriptor & { readonly platform: Platform } {
  return entry.platform !== undefined && (entry.platform.os !== '' || entry.platform.architecture !== '');
}

function describeOffer({ offered, unlabelled }: Search): string {
  if (offered.size === 0)
    return unlabelled.length > 0
      ? 'the index does not say for which platforms its images are'
      : 'the index holds no image';
  const names = [...offered];
  return `offered: ${names.slice(0, 50).join(', ')}${names.length > 50 ? `, and ${names.length - 50} more` : ''}`;
}
