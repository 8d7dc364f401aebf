import type { Evidence, Outcome } from '../checks/check.js';
import type { JudgedFinding } from '../policy/verdict.js';
import type { Exception } from '../policy/exception.js';

/** What a finding is waived by. */
export interface ReportedWaiver {
  /** YYYY-MM-DD, the last day. */
  readonly until: string;
  readonly by: string;
  readonly reason: string;
  /** Policy file and line. */
  readonly from: string;
}

export interface ReportedFinding {
  readonly check: string;
  readonly outcome: Outcome;
  readonly required: boolean;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly remedy?: string;
  /** It never binds: the question did not arise (then it is unknown), or nothing asks for an answer. */
  readonly idle?: true;
  /** Somebody answers for it: it does not bind. */
  readonly waived?: ReportedWaiver;
}

export function reportFinding({ check, finding, required, exception }: JudgedFinding): ReportedFinding {
  const { outcome, message, evidence, remedy, idle } = finding;
  return {
    check: check.id,
    outcome,
    required,
    message,
    evidence,
    ...(remedy === undefined ? {} : { remedy }),
    ...(idle ? { idle } : {}),
    ...(exception ? { waived: reportWaiver(exception) } : {}),
  };
}

function reportWaiver({ expiry, owner, reason, from }: Exception): ReportedWaiver {
  return { until: expiry, by: owner, reason, from };
}
