import { shortDigest, type Digest } from '../oci/digest.js';
import type { TagObservation } from '../state/observed-tags.js';
import type { SeenDigest } from '../state/tag-record.js';
import { evidenceLimit, type Check, type Evidence, type Finding } from './check.js';

/** So many tags are named in one sentence: a search for releases looks up many. */
const mostNamed = 4;

export const tagMovedBack: Check = {
  id: 'tag-moved-back',
  asks: 'Do the tags of the image and its bases only move forward?',
  reason:
    'A tag that goes back to an older image, or that names two images within one run, brings back what was mended, or shows each asker another image.',
  remedy: 'Find out who moved the tag; use the image by digest until that is known.',
  mendedByRebuild: false,
  evaluate({ tags = [] }) {
    const [first, ...rest] = [...tags.flatMap(twoImages), ...tags.flatMap(wentBack), ...tags.flatMap(damaged)];
    return first ? [first, ...rest] : [nothingAmiss(tags)];
  },
};

function twoImages({ tag, digests }: TagObservation): Finding[] {
  if (digests.length < 2) return [];
  const message = `${tag} named ${digests.length} images within this run: ${digests.map(shortDigest).join(', then ')}`;
  const evidence = digests.slice(0, evidenceLimit).map((digest) => evidenceOf(tag, digest));
  return [{ outcome: 'fail', message, evidence, remedy: tagMovedBack.remedy }];
}

/** Older is what was seen first: a tag that goes forth again after it went back is right again. */
function wentBack(observation: TagObservation): Finding[] {
  const { tag, past } = observation;
  const before = seenBefore(observation);
  const newest = past.seen.at(-1);
  if (!before || !newest || newest === before) return [];
  return [
    {
      outcome: 'fail',
      message: `${tag} went back to ${seenWords(before)}, after it had named ${seenWords(newest)}`,
      evidence: [evidenceOf(tag, before.digest), evidenceOf(tag, newest.digest)],
      remedy: tagMovedBack.remedy,
    },
  ];
}

function damaged({ tag, past, digests }: TagObservation): Finding[] {
  if (past.damage === undefined) return [];
  const message = `what was remembered of ${tag} cannot be read and is started anew: ${past.damage}`;
  return [{ outcome: 'unknown', message, evidence: digests.map((digest) => evidenceOf(tag, digest)) }];
}

function nothingAmiss(tags: readonly TagObservation[]): Finding {
  const evidence = tags
    .flatMap(({ tag, digests }) => digests.map((digest) => evidenceOf(tag, digest)))
    .slice(0, evidenceLimit);
  if (tags.length === 0) return { outcome: 'unknown', message: 'no tag was looked up', evidence, idle: true };
  if (tags.every(({ past }) => !past.kept)) {
    const message = 'what the tags named before is not kept (--cache none)';
    return { outcome: 'unknown', message, evidence, idle: true };
  }
  const known = tags.filter(({ past }) => past.seen.length > 0);
  if (known.length > 0) return { outcome: 'pass', message: listed(known.map(knownWords)), evidence };
  const message = `seen for the first time: ${listed(tags.map(({ tag }) => tag))}`;
  return { outcome: 'pass', message, evidence, idle: true };
}

function knownWords(observation: TagObservation): string {
  const { tag, past } = observation;
  const before = seenBefore(observation);
  if (before) return `${tag} names the same image as since ${day(before.first)}`;
  const last = past.seen.at(-1);
  return `${tag} names a new image${last ? `; before, ${seenWords(last)}` : ''}`;
}

function seenBefore({ digests, past }: TagObservation): SeenDigest | undefined {
  return past.seen.find(({ digest }) => digest === digests[0]);
}

function listed(words: readonly string[]): string {
  const more = words.length - mostNamed;
  return [...words.slice(0, mostNamed), ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** `sha256:0123456789ab (seen 2026-01-02 to 2026-02-03)`. */
function seenWords({ digest, first, last }: SeenDigest): string {
  const [from, to] = [day(first), day(last)];
  return `${shortDigest(digest)} (seen ${from === to ? `on ${from}` : `${from} to ${to}`})`;
}

function day(date: string): string {
  return date.slice(0, 10);
}

function evidenceOf(tag: string, digest: Digest): Evidence {
  return { type: 'upstream', reference: tag, digest };
}
