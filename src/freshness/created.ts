import type { Image } from '../source/image.js';

/** Before the first container image: a placeholder (0001-01-01, 1970-01-01, 1980-01-01), not a date. */
const firstPlausible = Date.UTC(2013, 0, 1);
/** After this no clock of ours will look: a placeholder too. */
const lastPlausible = Date.UTC(2100, 0, 1);

/** A date that somebody may have meant, in milliseconds since 1970; undefined for none, a zeroed one or nonsense. */
export function plausibleTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined;
  const time = Date.parse(text);
  return time >= firstPlausible && time < lastPlausible ? time : undefined;
}

/** Whole days from one image's `created` to another's; undefined where either is not to be believed or they run backwards. */
export function daysBetween(older: Image, newer: Image): number | undefined {
  const from = plausibleTime(older.config.created);
  const to = plausibleTime(newer.config.created);
  return from === undefined || to === undefined || to < from ? undefined : Math.floor((to - from) / 86_400_000);
}
