import type { ExceptionMatch } from '../policy/exception.js';
import type { Verdict } from '../policy/verdict.js';

/** An exception of the policy that is for this image, and what became of it. */
export interface ReportedException {
  readonly check: string;
  readonly match: ExceptionMatch;
  readonly digest?: string;
  readonly reason: string;
  readonly owner: string;
  readonly expiry: string;
  readonly from: string;
  readonly state: 'applied' | 'unmatched' | 'expired' | 'other-digest';
  readonly daysLeft: number;
  /** Present where it still applies, and will not for long. */
  readonly soon?: true;
  /** Findings, or parts of one, that it waives. */
  readonly findings: number;
}

export function reportExceptions({ exceptions, policy }: Verdict): {
  readonly exceptions?: readonly ReportedException[];
} {
  if (exceptions.length === 0) return {};
  return {
    exceptions: exceptions.map(({ exception, state, daysLeft, findings }) => ({
      ...exception,
      state,
      daysLeft,
      ...(daysLeft >= 0 && daysLeft <= policy.thresholds.exceptionDays ? { soon: true } : {}),
      findings,
    })),
  };
}
