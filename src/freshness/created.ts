import type { Image } from '../source/image.js';

/** Before the first container image: a placeholder (0001-01-01, 1970-01-01, 1980-01-01), not a date. */
const firstPlausible = Date.UTC(2013, 0, 1);
/** After this no clock of ours will look: a placeholder too. */
const lastPlausible = Date.UTC(2100, 0, 1);
/** RFC 3339: with an offset, or the answer would depend on where we run. */
const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;

/** A date that somebody may have meant, in milliseconds since 1970; undefined for none, a zeroed one or nonsense. */
export function plausibleTime(text: string | undefined): number | undefined {
  if (text === undefined || !form.test(text)) return undefined;
  const time = Date.parse(text);
  return time >= firstPlausible && time < lastPlausible ? time : undefined;
}

/** Whole days from one image's `created` to another's; undefined where either is not to be believed or they run backwards. */
export function daysBetween(older: Image, newer: Image): number | undefined {
  const [from, to] = [createdTime(older), createdTime(newer)];
  return from === undefined || to === undefined || to < from ? undefined : Math.floor((to - from) / 86_400_000);
}

/** True where both dates can be believed and the first is the earlier. */
export function isOlder(one: Image, other: Image): boolean {
  const [time, than] = [createdTime(one), createdTime(other)];
  return time !== undefined && than !== undefined && time < than;
}

function createdTime(image: Image): number | undefined {
  return plausibleTime(image.config.created);
}
