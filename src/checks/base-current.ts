import type { Examination } from '../examination/examination.js';
import type { BaseVerdict, Freshness } from '../freshness/freshness.js';
import { isOpenBeside, isUncompared, type RebuildAnswer } from '../freshness/rebuild.js';
import type { RebuildWhen } from '../freshness/rebuild-when.js';
import type { Check, Evidence, Finding, Outcome } from './check.js';
import { isWithinDays, usualThresholds, type Thresholds } from './thresholds.js';

export const baseCurrent: Check = {
  id: 'base-current',
  asks: 'Is it built on its base image as that is today?',
  reason:
    'What was mended upstream reaches an image only by a rebuild; the layers tell whether it happened, whatever labels and tags say.',
  remedy: 'Rebuild the image on its base of today.',
  guide: '4.1',
  mendedByRebuild: true,
  evaluate(examination, rebuildWhen = 'layers-differ', thresholds = usualThresholds) {
    const { freshness } = examination;
    if (!freshness) return [{ outcome: 'unknown', message: 'the base was not asked for', evidence: [], idle: true }];
    const open = leavesOpen(freshness, rebuildWhen);
    const findingOf = (base: BaseVerdict): Finding => {
      if (base.outcome === 'stale') return bearing(judgeStale(base, examination, rebuildWhen), base, thresholds);
      const finding = findingByLayers(base);
      return base.outcome === 'unknown' && !open ? { ...finding, idle: true } : finding;
    };
    const [first, ...rest] = freshness.bases.map(findingOf);
    if (first) return [first, ...rest];
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

/** A claim that layers refute does not bind beside a base that they prove; one that nobody could look at does. */
function leavesOpen(freshness: Freshness, rebuildWhen: RebuildWhen): boolean {
  if (freshness.outcome === 'stale' && rebuildWhen !== 'layers-differ') return isOpenBeside(freshness);
  return freshness.outcome === 'unknown';
}

const outcomes = { fresh: 'pass', stale: 'fail', unknown: 'unknown' } as const;

function findingByLayers(base: BaseVerdict): Finding {
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

/** By layers it must be rebuilt; whether that is what is asked for, and what else is known, is said behind it. */
function judgeStale(base: BaseVerdict, examination: Examination, rebuildWhen: RebuildWhen): Finding {
  const finding = findingByLayers(base);
  const answers = isUncompared(base, examination.base) ? undefined : examination.rebuild;
  if (rebuildWhen === 'layers-differ') {
    const packages = answers?.['packages-differ'];
    return packages?.outcome === 'not-needed' ? saying(finding, packages.reason) : finding;
  }
  const unread = { outcome: 'unknown', reason: 'its packages were not compared' } as const;
  return answeredBy(answers?.[rebuildWhen] ?? unread, finding, rebuildWhen);
}

/** What is no further behind than the policy bears does not fail; how far it is stays said. */
function bearing(finding: Finding, base: BaseVerdict, thresholds: Thresholds): Finding {
  if (finding.outcome !== 'fail' || !isWithinDays(base, thresholds)) return finding;
  const { remedy: _remedy, ...rest } = finding;
  const allowed = `${thresholds.maxDaysBehind ?? 0} days behind are allowed (thresholds.maxDaysBehind)`;
  return saying({ ...rest, outcome: 'pass' }, allowed);
}

const byAnswer: Readonly<Record<RebuildAnswer['outcome'], Outcome>> = {
  needed: 'fail',
  'not-needed': 'pass',
  unknown: 'unknown',
};

function answeredBy({ outcome, reason }: RebuildAnswer, finding: Finding, rebuildWhen: RebuildWhen): Finding {
  const { remedy, ...rest } = finding;
  const what = rebuildWhen === 'advisories' ? 'a rebuild closes an advisory' : 'packages differ';
  const words = outcome === 'unknown' ? `whether ${what} is not known: ${reason}` : reason;
  const told = saying({ ...rest, outcome: byAnswer[outcome] }, `${words} (rebuildWhen: ${rebuildWhen})`);
  if (outcome === 'not-needed' || remedy === undefined) return told;
  return { ...told, remedy: outcome === 'unknown' ? `let packages be compared, or ${remedy}` : remedy };
}

function saying(finding: Finding, words: string): Finding {
  return { ...finding, message: `${finding.message}; ${words}` };
}

/** ` (2 releases and 47 days behind)`, or nothing. */
export function behindWords({ behind }: BaseVerdict): string {
  const parts = [
    ...(behind.releases === undefined ? [] : [`${behind.releases} ${behind.releases === 1 ? 'release' : 'releases'}`]),
    ...(behind.days === undefined ? [] : [`${behind.days} ${behind.days === 1 ? 'day' : 'days'}`]),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(' and ')} behind)`;
}
