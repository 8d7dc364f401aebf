import type { BaseVerdict } from './freshness.js';

/**
 * Why a comparison of packages with this base must not count: only the image itself names it and nothing bears that out,
 * or it is not known which of its releases a rebuild should stand on. Undefined where it counts.
 */
export function baseDoubt({ proof, outcome, how }: BaseVerdict, reference: string): string | undefined {
  if (outcome !== 'unknown') return undefined;
  if (proof !== 'none') return `it is not known whether ${reference} is the base that a rebuild should stand on`;
  return how.includes('option')
    ? undefined
    : `it is not known to be built on ${reference}, as the ${how.join(' and ')} says`;
}
