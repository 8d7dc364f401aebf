import type { BaseVerdict } from '../freshness/freshness.js';
import type { Check, Evidence, Finding } from './check.js';

export const baseCurrent: Check = {
  id: 'base-current',
  asks: 'Is it built on its base image as that is today?',
  reason:
    'What was mended upstream reaches an image only by a rebuild; the layers tell whether it happened, whatever labels and tags say.',
  remedy: 'Rebuild the image on its base of today.',
  guide: '4.1',
  mendedByRebuild: true,
  evaluate({ freshness }) {
    if (!freshness) return [{ outcome: 'unknown', message: 'the base was not asked for', evidence: [], idle: true }];
    const [first, ...rest] = freshness.bases.map(findingOf);
    if (first) return counting([first, ...rest], freshness.outcome);
    return [
      {
        outcome: 'unknown',
        message: freshness.remarks.join('; ') || 'no base is known',
        evidence: [],
        remedy: 'name the base with --base, or list it under bases in the policy file',
      },
    ];
  },
};

const outcomes = { fresh: 'pass', stale: 'fail', unknown: 'unknown' } as const;

function findingOf(base: BaseVerdict): Finding {
  const evidence: Evidence[] = [base.builtFrom, base.current].flatMap((release) =>
    release ? [{ type: 'upstream', reference: release.reference, digest: release.digest }] : [],
  );
  return {
    outcome: outcomes[base.outcome],
    message: `${base.reference}: ${base.reason}${behindWords(base)}`,
    evidence,
    ...(base.remedy && base.outcome !== 'fresh' ? { remedy: base.remedy } : {}),
  };
}

/** ` (2 releases and 47 days behind)`, or nothing. */
export function behindWords({ behind }: BaseVerdict): string {
  const parts = [
    ...(behind.releases === undefined ? [] : [`${behind.releases} ${behind.releases === 1 ? 'release' : 'releases'}`]),
    ...(behind.days === undefined ? [] : [`${behind.days} ${behind.days === 1 ? 'day' : 'days'}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(' and ')} behind)`;
}

/** A claim that layers refute does not bind beside a base that they prove. */
function counting(findings: [Finding, ...Finding[]], outcome: keyof typeof outcomes): readonly [Finding, ...Finding[]] {
  if (outcome === 'unknown') return findings;
  const [first, ...rest] = findings.map((one): Finding => (one.outcome === 'unknown' ? { ...one, idle: true } : one));
  return first ? [first, ...rest] : findings;
}
