import type { Check, Finding, Outcome } from '../checks/check.js';
import type { Examination } from '../examination/examination.js';
import { followExceptions, type FollowedException } from './follow-exceptions.js';
import type { Exception } from './exception.js';
import { requirementOf, type Policy } from './policy.js';

/** A finding with the check it answers, and whether it binds. */
export interface JudgedFinding {
  readonly check: Check;
  readonly finding: Finding;
  readonly required: boolean;
  /** What it is waived by: then it does not bind. */
  readonly exception?: Exception;
}

export interface Verdict {
  readonly outcome: Outcome;
  /** True when all that failed would be mended by a rebuild. */
  readonly rebuild: boolean;
  /** 0, 1, 3 or 4; see docs/exit-codes.md. */
  readonly exitCode: number;
  readonly findings: readonly JudgedFinding[];
  /** Those for this image and one of these checks. */
  readonly exceptions: readonly FollowedException[];
  readonly policy: Policy;
}

/** Puts every check's question to the examination; a failure outranks a doubt, a doubt outranks a pass. */
export function judge(examination: Examination, checks: readonly Check[], policy: Policy): Verdict {
  const asked = checks.filter((check) => requirementOf(policy, check.id) !== 'off');
  const exceptions = followExceptions(
    policy.exceptions.filter((one) => asked.some(({ id }) => id === one.check)),
    examination,
  );
  const findings = asked.flatMap((check) => {
    const required = requirementOf(policy, check.id) === 'required';
    return check
      .evaluate(examination, policy.rebuildWhen, policy.thresholds)
      .flatMap((finding) => exceptions.waive(check.id, finding))
      .map(({ finding, exception }): JudgedFinding => {
        if (exception) return { check, finding, required: false, exception };
        return { check, finding, required: required && finding.idle !== true };
      });
  });
  const binding = findings.filter((one) => one.required);
  const failed = binding.filter((one) => one.finding.outcome === 'fail');
  const rebuild = failed.length > 0 && failed.every((one) => one.check.mendedByRebuild);
  const open = binding.some((one) => one.finding.outcome === 'unknown');
  const outcome: Outcome = failed.length > 0 ? 'fail' : open ? 'unknown' : 'pass';
  const exitCode = failed.length > 0 ? (rebuild ? 4 : 1) : open ? 3 : 0;
  return { outcome, rebuild, exitCode, findings, exceptions: exceptions.followed(), policy };
}

/** Exit codes, the worst first (docs/exit-codes.md). */
const worstFirst: readonly number[] = [70, 2, 15, 14, 16, 11, 12, 13, 10, 1, 4, 3, 0];

/** The one code that several images end with; one that is not in the table outranks all. */
export function worstExitCode(codes: readonly number[]): number {
  const strange = codes.find((code) => !worstFirst.includes(code));
  return strange ?? worstFirst.find((code) => codes.includes(code)) ?? 0;
}
