import type { BaseVerdict, Freshness } from '../freshness/freshness.js';

/** The base that the rest of the examination speaks of: the one proved by most layers, else one to be judged by packages. */
export function primaryBase(freshness: Freshness): BaseVerdict | undefined {
  const own = freshness.bases.filter((one) => one.level === 1);
  const [most] = own.filter((one) => one.proof !== 'none').sort((a, b) => b.layers - a.layers);
  return most ?? own.find((one) => one.foreign && one.image) ?? own[0];
}
