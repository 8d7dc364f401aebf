import compareSemver from 'semver/functions/compare.js';
import { compareVersions } from '../rpm/version.js';

/** A tag that names a release: `9.4-1123.1716471860`, `v1.2.3`, `3.20.3-amd64`, `2024-05-23`. */
export interface ReleaseTag {
  readonly tag: string;
  /** `9.4` */
  readonly version: string;
  /** `1123.1716471860`, empty when there is none. */
  readonly build: string;
  /** What tells image flavours of one release apart, without its digits: `-amd64`, `-alpine`. */
  readonly variant: string;
  /** The same as written: `-amd64`, `-alpine3.20`. */
  readonly suffix: string;
  /** Only tags of one shape are ordered among each other: `9.4` says nothing about `20240523`. */
  readonly shape: string;
}

const form = /^v?(\d{1,14}(?:\.\d{1,14}){0,4})(?:-(\d[\d.-]*\d|\d))?((?:[-_.+][A-Za-z][A-Za-z0-9_.-]*)?)$/;
/** Releases that are not meant to be taken yet. */
const unfinished = /(?:^|[-_.])(?:rc|alpha|beta|pre|preview|dev|nightly|snapshot|test|canary|source|src)(?:[-_.\d]|$)/i;

/** Reads a tag as a release; undefined when it is none (words, commits, signatures) or an unfinished one. */
export function parseReleaseTag(tag: string): ReleaseTag | undefined {
  const found = form.exec(tag);
  if (!found || unfinished.test(tag)) return undefined;
  const [, version = '', build = '', suffix = ''] = found;
  const date = /^(?:19|20)\d{2}(?:\d{4}|\d{6}|\d{8}|\d{10})?$/.test(version.split('.')[0] ?? '');
  const shape = `${date ? 'date' : 'version'}.${version.split('.').length}${build === '' ? '' : '-build'}`;
  return { tag, version, build, variant: suffix.replace(/\d+(?:\.\d+)*/g, '').toLowerCase(), suffix, shape };
}

/** -1 when `a` is the older. Three-part versions by semver, all others (and builds) in RPM's order. */
export function compareReleaseTags(a: ReleaseTag, b: ReleaseTag): -1 | 0 | 1 {
  const order = isSemver(a.version) && isSemver(b.version) ? compareSemver(a.version, b.version) : undefined;
  return order || compareVersions(a.version, b.version) || compareVersions(a.build, b.build);
}

function isSemver(version: string): boolean {
  return /^(?:0|[1-9]\d{0,14})(?:\.(?:0|[1-9]\d{0,14})){2}$/.test(version);
}

/**
 * The releases among the tags that can be ordered with the asked one, newest first; undefined when they cannot.
 * A tag that is no release itself (`latest`) is ordered with the finest shape there is: the tags that say most.
 * `architecture` is the platform's, as image-spec names it.
 */
export function orderReleases(
  tags: readonly string[],
  asked: string | undefined,
  architecture: string,
): readonly ReleaseTag[] | undefined {
  const own = asked === undefined ? undefined : parseReleaseTag(asked);
  const releases = tags.flatMap((tag) => {
    const release = parseReleaseTag(tag);
    if (!release) return [];
    // `1.2-arm64` is `1.2` for this platform, unless the asked tag itself tells architectures apart.
    const mine = !own && architectureWords[architecture]?.includes(release.suffix.slice(1)) === true;
    return [mine ? { ...release, variant: '' } : release];
  });
  const shape = own ? own.shape : finest(releases);
  const variant = own ? own.variant : '';
  const comparable = releases.filter((one) => one.shape === shape && one.variant === variant);
  if (comparable.length === 0) return undefined;
  return comparable.sort((a, b) => compareReleaseTags(b, a));
}

/** How tags say an architecture (as image-spec names it). */
const architectureWords: Readonly<Record<string, readonly string[]>> = {
  amd64: ['amd64', 'x86_64', 'x86-64'],
  arm64: ['arm64', 'aarch64', 'arm64v8'],
  ppc64le: ['ppc64le'],
  s390x: ['s390x'],
};

function finest(releases: readonly ReleaseTag[]): string | undefined {
  const plain = releases.filter((one) => one.variant === '');
  const rank = (shape: string): number => (shape.endsWith('-build') ? 10 : 0) + Number(/\.(\d+)/.exec(shape)?.[1] ?? 0);
  return plain.map((one) => one.shape).sort((a, b) => rank(b) - rank(a))[0];
}
