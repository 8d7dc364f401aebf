import type { Image } from '../source/image.js';

/**
 * Whether a date may be counted with: `zeroed`: a placeholder from before the first container image; `future`: later than
 * a day from now, or than any clock of ours will show; `none`: missing, or no date.
 */
export type DateTrust = 'plausible' | 'zeroed' | 'future' | 'none';

/** A date as somebody wrote it, and what it is worth. */
export interface JudgedDate {
  readonly trust: DateTrust;
  /** Milliseconds since 1970, of a plausible one. */
  readonly time?: number;
}

/** Before the first container image: a placeholder (years 0 and 1, 1970-01-01, 1980-01-01), not a date. */
const firstPlausible = Date.UTC(2013, 0, 1);
/** After this no clock of ours will look: a placeholder too. */
const lastPlausible = Date.UTC(2100, 0, 1);
const day = 86_400_000;
/** RFC 3339: with an offset, or the answer would depend on where we run. */
const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** Judges an RFC 3339 date; without `now` only what no clock of ours will ever show is in the future. */
export function judgeDate(text: string | undefined, now?: Date): JudgedDate {
  const time = text !== undefined && form.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) return { trust: 'none' };
  if (time < firstPlausible) return { trust: 'zeroed' };
  if (time >= lastPlausible || (now && time > now.getTime() + day)) return { trust: 'future' };
  return { trust: 'plausible', time };
}

/** A date that somebody may have meant, in milliseconds since 1970; undefined for any other. */
export function plausibleTime(text: string | undefined, now?: Date): number | undefined {
  return judgeDate(text, now).time;
}

/** Whole days from one image's `created` to another's; undefined where either is not to be believed or they run backwards. */
export function daysBetween(older: Image, newer: Image, now?: Date): number | undefined {
  const [from, to] = [createdTime(older, now), createdTime(newer, now)];
  return from === undefined || to === undefined || to < from ? undefined : Math.floor((to - from) / day);
}

/** True where both dates can be believed and the first is the earlier. */
export function isOlder(one: Image, other: Image, now?: Date): boolean {
  const [time, than] = [createdTime(one, now), createdTime(other, now)];
  return time !== undefined && than !== undefined && time < than;
}

function createdTime(image: Image, now: Date | undefined): number | undefined {
  return plausibleTime(image.config.created, now);
}
