const form = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)? ?(?:UTC|GMT|Z|[+]00:?00)?$/;

/**
 * The seconds since 1970 of an advisory's date: `Y-m-d H:M:S`, without seconds, a bare date (all UTC), or seconds since
 * 1970. Undefined for zero and for what is no date.
 */
export function parseAdvisoryDate(text: string): number | undefined {
  if (/^\d{1,11}$/.test(text)) return Number(text) || undefined;
  const found = form.exec(text);
  if (!found) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // 31 February would become March.
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!same || hour > 23 || minute > 59 || second > 60) return undefined;
  return date.getTime() > 0 ? date.getTime() / 1000 : undefined;
}
