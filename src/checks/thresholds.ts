import type { BaseVerdict } from '../freshness/freshness.js';

/** From where on something counts; docs/policy.md says what each moves. */
export interface Thresholds {
  /** Days before its end from which a certificate is said to expire soon. */
  readonly certificateDays: number;
  /** Days that the release an image was built on may be older than its base's of today; undefined: none. */
  readonly maxDaysBehind?: number;
}

export const usualThresholds: Thresholds = { certificateDays: 14 };

/** Whether a stale base is no further behind than is allowed; false where nobody can tell how far it is. */
export function isWithinDays(base: BaseVerdict | undefined, { maxDaysBehind }: Thresholds): boolean {
  const days = base?.behind.days;
  return maxDaysBehind !== undefined && days !== undefined && days <= maxDaysBehind;
}
