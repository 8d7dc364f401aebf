import compareSemver from 'semver/functions/compare.js';
import { compareVersions } from '../rpm/version.js';

/** A tag that names a release: `9.4-1123.1716471860`, `v1.2.3`, `3.20.3-amd64`, `2024-05-23`. */
export interface ReleaseTag {
  readonly tag: string;
  /** `9.4` */
  readonly version: string;
  /** `1123.1716471860`, empty when there is none. */
  readonly build: string;
  /** What tells image flavours of one release apart, without version digits: `-arm64`, `-alpine`. */
  readonly variant: string;
  /** The same as written: `-arm64`, `-alpine3.20`. */
  readonly suffix: string;
  /** Only tags of one shape are ordered among each other: `9.4` says nothing about `20240523`. */
  readonly shape: string;
}

const form = /^v?(\d{1,14}(?:\.\d{1,14}){0,4})(?:-(\d[\d.-]*\d|\d))?((?:[-_.+][A-Za-z][A-Za-z0-9_.-]*)?)$/;
/** Releases that are not meant to be taken yet, and images that hold sources. */
const unfinished = /(?:^|[-_.])(?:rc|alpha|beta|pre|preview|dev|nightly|snapshot|test|canary|source|src)(?:[-_.\d]|$)/i;
/** A year, or a whole date with or without a time of day. */
const dateForm = /^(?:19|20)\d{2}(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{2}){0,3})?$/;
/** Architectures have digits that are no version; all others in a suffix are. */
const suffixDigits =
  /(x86[-_]64|amd64|arm64v\d|arm32v\d|arm64|aarch64|armv\d+|i[36]86|386|ppc64le|s390x|riscv64|mips64(?:le)?|loong(?:arch)?64)|\d+(?:\.\d+)*/g;

/** Reads a tag as a release; undefined when it is none (words, commits, signatures) or an unfinished one. */
export function parseReleaseTag(tag: string): ReleaseTag | undefined {
  const found = form.exec(tag);
  if (!found || unfinished.test(tag)) return undefined;
  const [, version = '', build = '', suffix = ''] = found;
  const parts = version.split('.');
  const [first = ''] = parts;
  const kind = dateForm.test(first) ? `date${first.length}` : 'version';
  return {
    tag,
    version,
    build,
    variant: suffix
      .toLowerCase()
      .replace(suffixDigits, (_digits, architecture: string | undefined) => architecture ?? ''),
    suffix,
    shape: `${kind}.${parts.length}${build === '' ? '' : '-build'}`,
  };
}

/**
 * -1 when `a` is the older. Three-part versions by semver, all others (and builds, and what a flavour is made of) in
 * RPM's order.
 */
export function compareReleaseTags(a: ReleaseTag, b: ReleaseTag): -1 | 0 | 1 {
  const order = isSemver(a.version) && isSemver(b.version) ? compareSemver(a.version, b.version) : undefined;
  const flavour = a.variant === b.variant && a.variant !== '' ? compareVersions(a.suffix, b.suffix) : 0;
  return order || compareVersions(a.version, b.version) || compareVersions(a.build, b.build) || flavour;
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
  const releases = releasesAmong(tags, own ? undefined : architecture);
  const shape = own ? own.shape : finest(releases);
  const variant = own ? own.variant : '';
  const comparable = releases.filter((one) => one.shape === shape && one.variant === variant);
  if (comparable.length === 0) return undefined;
  return comparable.sort((a, b) => compareReleaseTags(b, a));
}

/**
 * The releases that a tag which moves from one to the next (`9` to `9.5`, `9.4` to `9.4-1227`) stands for, newest first;
 * none where the tag is of no version, or the finest there is.
 */
export function releasesUnder(
  tags: readonly string[],
  asked: string | undefined,
  architecture: string,
): readonly ReleaseTag[] {
  const own = asked === undefined ? undefined : parseReleaseTag(asked);
  if (!own || own.build !== '') return [];
  const kind = own.shape.split('.', 1)[0] ?? '';
  const finer = releasesAmong(tags, own.variant === '' ? architecture : undefined).filter(
    ({ version, build, variant, shape }) =>
      variant === own.variant &&
      shape.startsWith(`${kind}.`) &&
      (version.startsWith(`${own.version}.`) || (version === own.version && build !== '')),
  );
  const shape = finest(finer.map((one) => ({ ...one, variant: '' })));
  return finer.filter((one) => one.shape === shape).sort((a, b) => compareReleaseTags(b, a));
}

/** With an architecture given, `1.2-arm64` is `1.2` for it; else tags that tell architectures apart are left as they are. */
function releasesAmong(tags: readonly string[], architecture: string | undefined): readonly ReleaseTag[] {
  const words = architecture === undefined ? [] : wordsFor(architecture);
  return tags.flatMap((tag) => {
    const release = parseReleaseTag(tag);
    if (!release) return [];
    return [words.includes(release.suffix.slice(1).toLowerCase()) ? { ...release, variant: '' } : release];
  });
}

/**
 * A tag of another shape that names a higher version than `newest` does: `9.5` beside `9.4-1123`, but not `9.4`, which
 * may well be a name of the same image. Such a repository has changed the way it names releases.
 */
export function higherElsewhere(tags: readonly string[], newest: ReleaseTag): string | undefined {
  if (!newest.shape.startsWith('version')) return undefined;
  const own = newest.version.split('.');
  return tags.find((tag) => {
    const one = parseReleaseTag(tag);
    if (!one?.shape.startsWith('version') || one.shape === newest.shape || one.variant !== newest.variant) return false;
    const parts = one.version.split('.');
    const common = Math.min(parts.length, own.length);
    // A lone number is as often a count of builds as a version.
    if (common < 2) return false;
    return compareVersions(parts.slice(0, common).join('.'), own.slice(0, common).join('.')) > 0;
  });
}

/** How tags say an architecture (as image-spec names it). */
const architectureWords: ReadonlyMap<string, readonly string[]> = new Map([
  ['amd64', ['amd64', 'x86_64', 'x86-64']],
  ['arm64', ['arm64', 'aarch64', 'arm64v8']],
]);

function wordsFor(architecture: string): readonly string[] {
  return architectureWords.get(architecture) ?? [architecture];
}

function finest(releases: readonly ReleaseTag[]): string | undefined {
  const plain = releases.filter((one) => one.variant === '');
  const rank = (shape: string): number => (shape.endsWith('-build') ? 10 : 0) + Number(/\.(\d+)/.exec(shape)?.[1] ?? 0);
  return plain.reduce<string | undefined>(
    (best, { shape }) => (best === undefined || rank(shape) > rank(best) ? shape : best),
    undefined,
  );
}
