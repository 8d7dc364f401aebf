import type { BaseVerdict } from './freshness.js';
import { provesBase } from './prefix.js';
import { isProof } from './sources.js';

/** Of the verdicts of one image the base that it stands on directly: the one most layers prove, where they tell of today. */
export function followedBase(verdicts: readonly BaseVerdict[]): BaseVerdict | undefined {
  const [highest] = verdicts.filter((one) => isProof(one.proof)).sort((a, b) => b.layers - a.layers);
  return highest?.image && highest.outcome !== 'unknown' ? highest : undefined;
}

/** The verdicts with remedies that say what is rebuilt in which order, and what comes first where it is not the image. */
export function orderRebuild(
  image: string,
  verdicts: readonly BaseVerdict[],
): { readonly bases: readonly BaseVerdict[]; readonly first?: string } {
  const lowest = verdicts.filter((one) => one.outcome === 'stale').sort((a, b) => b.level - a.level)[0];
  if (!lowest) return { bases: verdicts };
  const own = verdicts.filter((one) => one.level === 1);
  const higher = followedBase(own);
  const names = [image];
  if (lowest.of !== undefined) {
    const above = verdicts.filter((one) => one.level > 1 && one.level <= lowest.level);
    for (const { level, of = '' } of above) names[level - 1] = of;
  } else if (higher && standsOnOld(higher, own)) names.push(higher.reference);
  const [first = image, ...then] = names.reverse();
  if (then.length === 0) return { bases: verdicts };
  const moved =
    lowest.of === undefined ? (own.find((one) => one.outcome === 'stale' && one !== higher) ?? lowest) : lowest;
  const remedy = `rebuild ${first} on ${moved.reference} first, then ${then.join(', then ')}`;
  return { bases: verdicts.map((one) => (one.outcome === 'stale' ? { ...one, remedy } : one)), first };
}

/** Another base of the image lies below this one, and is as old in this one as it is today. */
function standsOnOld(higher: BaseVerdict, own: readonly BaseVerdict[]): boolean {
  const { image } = higher;
  return own.some(
    (one) => one.outcome === 'stale' && one !== higher && image && one.origin && provesBase(one.origin, image),
  );
}
