import type { Attempt } from '../core/attempt.js';
import { ImgcheckError, isImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { parseDigest, type Digest } from '../oci/digest.js';

/** A digest that a tag had, from when to when as far as it was looked up: RFC 3339, UTC. */
export interface SeenDigest {
  readonly digest: Digest;
  readonly first: string;
  readonly last: string;
}

export interface TagRecord {
  /** `registry/repository:tag`. */
  readonly tag: string;
  /** In the order of their first appearance. */
  readonly seen: readonly SeenDigest[];
}

/** Raise when the shape or its meaning changes. */
const version = 1;
const mostDigests = 50;
const what = 'the record';

/** Puts what one run saw beside what is known; past 50 digests those that were last seen the longest ago are left out. */
export function mergeSeen(
  known: readonly SeenDigest[],
  digests: readonly Digest[],
  now: string,
): readonly SeenDigest[] {
  const seen = new Map(known.map((one) => [one.digest, one]));
  for (const digest of digests) {
    const { first = now, last = now } = seen.get(digest) ?? {};
    // Clocks go wrong: what was seen later stays seen later.
    seen.set(digest, { digest, first, last: last > now ? last : now });
  }
  const all = [...seen.values()];
  if (all.length <= mostDigests) return all;
  const kept = new Set([...all].sort((a, b) => (a.last < b.last ? 1 : -1)).slice(0, mostDigests));
  return all.filter((one) => kept.has(one));
}

export function formatTagRecord(record: TagRecord): string {
  return `${JSON.stringify({ version, ...record })}\n`;
}

/** The record of `tag`, if that is what the bytes are; they may be damaged, or of a later version. */
export function parseTagRecord(bytes: Uint8Array, tag: string): Attempt<TagRecord> {
  try {
    return { ok: true, value: readRecord(bytes, tag) };
  } catch (error) {
    if (!isImgcheckError(error, 'hostile')) throw error;
    return { ok: false, error };
  }
}

function readRecord(bytes: Uint8Array, tag: string): TagRecord {
  const fields = new Fields(parseJson(bytes, what), what);
  if (fields.size('version') !== version) {
    throw new ImgcheckError('hostile', `${what} is of version ${fields.size('version')}, not ${version}`);
  }
  const named = fields.string('tag');
  if (named !== tag) throw new ImgcheckError('hostile', `${what} is of another tag: ${named.slice(0, 120)}`);
  const seen = fields.array('seen', mostDigests).map((item, i): SeenDigest => {
    const one = new Fields(item, `${what}.seen[${i}]`);
    const [first, last] = [one.string('first'), one.string('last')];
    for (const date of [first, last]) {
      if (!isDate(date)) throw new ImgcheckError('hostile', `${what} has a date that is none: ${date.slice(0, 40)}`);
    }
    return { digest: parseDigest(one.string('digest'), `${what}.seen[${i}].digest`), first, last };
  });
  return { tag, seen };
}

function isDate(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
}
