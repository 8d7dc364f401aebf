import { formatReference, type RegistryReference } from '../oci/reference.js';
import type { Image } from '../source/image.js';
import { daysBetween, isOlder } from './created.js';
import type { BaseVerdict } from './freshness.js';
import { openBase } from './open-base.js';
import { sameContent } from './prefix.js';
import { compareReleaseTags, higherElsewhere, parseReleaseTag, type ReleaseTag } from './release-tags.js';
import { findRelease, listReleases, named, releaseOf, releasesBetween, type ReleaseList } from './releases.js';
import type { Upstream } from './upstream.js';

export interface SelfOptions {
  /** Whether the repository's other tags may be looked at. */
  readonly releases: boolean;
  /** Later dates than this are not believed. */
  readonly now?: Date | undefined;
}

/** The image in its repository. */
interface Subject {
  readonly image: Image;
  readonly upstream: Upstream;
  /** Without a digest. */
  readonly tagged: RegistryReference;
  readonly now: Date | undefined;
  /** What is said of it whatever the outcome. */
  readonly known: Pick<
    BaseVerdict,
    'reference' | 'level' | 'how' | 'sources' | 'proof' | 'layers' | 'behind' | 'builtFrom'
  >;
}

/**
 * An image that is itself a base is judged against what its own tag resolves to today, and against newer release tags of
 * its own repository. The newest is fresh, an older one stale; what cannot be ordered is unknown.
 */
export async function judgeSelf(image: Image, upstream: Upstream, options: SelfOptions): Promise<BaseVerdict> {
  const { reference } = image;
  const { now } = options;
  const common = { level: 1, how: ['own-tag'], proof: 'self', layers: image.layers.length, behind: {} } as const;
  const saying = (says: string): BaseVerdict['sources'] => [{ source: 'own-tag', trust: 'claimed', says }];
  if (reference.transport !== 'docker') {
    return {
      ...common,
      reference: formatReference(reference),
      sources: saying(formatReference(reference)),
      outcome: 'unknown',
      reason:
        'no base is named by any source, and a local image has no repository whose newer releases could be asked for',
      remedy: 'name the base with --base',
    };
  }
  const tagged = { ...named(reference), ...(reference.tag === undefined ? {} : { tag: reference.tag }) };
  const name = formatReference(tagged);
  const known = { ...common, reference: name, sources: saying(name), builtFrom: releaseOf(image, now) };
  const subject: Subject = { image, upstream, tagged, now, known };
  const tag = await askTag(subject);
  if (tag.moved) return judgeMoved(subject, tag.moved, options);
  if (!options.releases) return unknown(subject, 'the newer releases of its repository were not looked at');
  const list = await listReleases(upstream, tagged, image.platform.architecture);
  const verdict = list.ordered
    ? await judgeAmong(subject, list, list.ordered)
    : judgeUnordered(subject, list, reference.tag);
  return tag.doubt !== undefined && verdict.outcome === 'fresh' ? unknown(subject, tag.doubt) : verdict;
}

/** What its tag resolves to today, when that is not the image at hand (it was asked for by digest). */
async function askTag({ image, upstream, tagged }: Subject): Promise<{ moved?: Image; doubt?: string }> {
  const asked = image.reference.transport === 'docker' ? image.reference.digest : undefined;
  if (tagged.tag === undefined || asked === undefined) return {};
  const today = await openBase(upstream, tagged, image);
  if (!today.ok) return { doubt: `what its tag names today could not be had: ${today.error.message}` };
  return sameContent(today.value, image) ? {} : { moved: today.value };
}

async function judgeMoved(subject: Subject, moved: Image, options: SelfOptions): Promise<BaseVerdict> {
  const { image, upstream, tagged, now } = subject;
  if (isOlder(moved, image, now)) {
    return {
      ...unknown(subject, 'its tag names an older image today: it went back'),
      current: releaseOf(moved, now),
      image: moved,
    };
  }
  let releases: number | undefined;
  if (options.releases) {
    const { ordered, problem } = await listReleases(upstream, tagged, image.platform.architecture);
    const search = await findRelease(upstream, tagged, ordered ?? [], image, (one) => sameContent(one, image));
    if (problem === undefined) releases = releasesBetween(search, moved);
  }
  return stale(subject, moved, releases, 'its tag names another image today');
}

function judgeUnordered(subject: Subject, { tags, problem = '' }: ReleaseList, tag: string | undefined): BaseVerdict {
  const [only, ...others] = tags;
  if (only === undefined || others.length > 0 || only !== tag) {
    return unknown(subject, `no newer release can be told: ${problem}`);
  }
  return fresh(subject, 'it is what its tag resolves to, and the repository has no other tag');
}

async function judgeAmong(subject: Subject, list: ReleaseList, ordered: readonly ReleaseTag[]): Promise<BaseVerdict> {
  const { tag } = subject.tagged;
  const own = tag === undefined ? undefined : parseReleaseTag(tag);
  const { verdict, newest } = await (own
    ? judgeRelease(subject, list, ordered, own)
    : judgeNameless(subject, list, ordered));
  if (verdict.outcome !== 'fresh' || !newest) return verdict;
  if (list.problem !== undefined) return unknown(subject, `no newer release can be told: ${list.problem}`);
  const higher = higherElsewhere(list.tags, newest);
  return higher === undefined
    ? verdict
    : unknown(subject, `${verdict.reason}, but the tag ${higher} names a higher version and cannot be ordered with it`);
}

interface Placed {
  readonly verdict: BaseVerdict;
  /** The newest release, where the image is that. */
  readonly newest?: ReleaseTag;
}

/** The image's own tag names a release: those above it are the newer ones. */
async function judgeRelease(
  subject: Subject,
  list: ReleaseList,
  ordered: readonly ReleaseTag[],
  own: ReleaseTag,
): Promise<Placed> {
  const { image, upstream, tagged } = subject;
  const above = ordered.filter((one) => compareReleaseTags(one, own) > 0);
  const newestReason = `it is ${own.tag}, the newest release of its repository`;
  if (above.length === 0) return { verdict: fresh(subject, newestReason), newest: own };
  const { found, doubt } = await findRelease(upstream, tagged, above, image, () => true);
  if (!found && doubt !== undefined) return { verdict: unknown(subject, `no newer release can be told: ${doubt}`) };
  if (!found) {
    return {
      verdict: fresh(subject, `${newestReason} for its platform (${above[0]?.tag ?? ''} has none)`),
      newest: own,
    };
  }
  if (sameContent(found.image, image) && doubt === undefined) {
    return { verdict: fresh(subject, `it is the same as ${found.tag.tag}, the newest release`), newest: found.tag };
  }
  if (sameContent(found.image, image)) return { verdict: unknown(subject, doubt ?? '') };
  const reached = above.slice(above.indexOf(found.tag));
  const steps = reached.filter((one, i) => i === 0 || compareReleaseTags(reached[i - 1] ?? one, one) !== 0).length;
  const sure = doubt === undefined && list.problem === undefined;
  return { verdict: stale(subject, found.image, sure ? steps : undefined) };
}

/** The image's own tag (`latest`, or none) names no release: its content must be that of the newest. */
async function judgeNameless(subject: Subject, list: ReleaseList, ordered: readonly ReleaseTag[]): Promise<Placed> {
  const { image, upstream, tagged } = subject;
  const isThis = (one: Image): boolean => sameContent(one, image);
  const newest = await findRelease(upstream, tagged, ordered, image, () => true);
  if (!newest.found) {
    const why = newest.doubt ?? 'none of its repository’s releases is for this platform';
    return { verdict: unknown(subject, `no newer release can be told: ${why}`) };
  }
  const { tag, image: today } = newest.found;
  if (isThis(today)) {
    if (newest.doubt !== undefined)
      return { verdict: unknown(subject, `no newer release can be told: ${newest.doubt}`) };
    return { verdict: fresh(subject, `it is ${tag.tag}, the newest release of its repository`, today), newest: tag };
  }
  const search = await findRelease(upstream, tagged, ordered, image, isThis);
  if (search.found) {
    const releases = list.problem === undefined ? releasesBetween(search, today) : undefined;
    return { verdict: stale(subject, today, releases) };
  }
  const reason = `it is none of the newest releases of its repository (the newest is ${tag.tag})`;
  const doubt = search.doubt === undefined ? '' : `; ${search.doubt}`;
  return { verdict: { ...unknown(subject, reason + doubt), current: releaseOf(today, subject.now), image: today } };
}

function fresh({ known, image, now }: Subject, reason: string, today = image): BaseVerdict {
  return { ...known, outcome: 'fresh', reason, current: releaseOf(today, now), image: today };
}

function unknown({ known }: Subject, reason: string): BaseVerdict {
  return {
    ...known,
    outcome: 'unknown',
    reason,
    remedy: 'name its base with --base, or --base scratch if it has none',
  };
}

function stale(subject: Subject, today: Image, releases: number | undefined, reason?: string): BaseVerdict {
  const name = formatReference(today.reference);
  const days = daysBetween(subject.image, today, subject.now);
  return {
    ...subject.known,
    outcome: 'stale',
    reason: reason ?? `a newer release is there: ${name}`,
    remedy: `use ${name}`,
    current: releaseOf(today, subject.now),
    behind: { ...(releases === undefined ? {} : { releases }), ...(days === undefined ? {} : { days }) },
    image: today,
  };
}
