import type { Check, Finding } from './check.js';

export const baseConflict: Check = {
  id: 'base-conflict',
  asks: 'Do all sources name the same base, and do the layers bear them out?',
  reason: 'A label or annotation that names another base than the layers show misleads every tool that believes it.',
  remedy: 'Correct the annotations and labels where the image is built.',
  mendedByRebuild: false,
  evaluate({ freshness }) {
    if (!freshness) return [{ outcome: 'unknown', message: 'the base was not asked for', evidence: [], idle: true }];
    const [first, ...rest] = freshness.conflicts.map((message): Finding => ({
      outcome: 'fail',
      message,
      evidence: freshness.bases.flatMap(({ current }) =>
        current ? [{ type: 'upstream', reference: current.reference, digest: current.digest }] : [],
      ),
      remedy: baseConflict.remedy,
    }));
    if (first) return [first, ...rest];
    const named = freshness.bases.filter(
      (one) => one.level === 1 && one.proof !== 'self' && !one.how.includes('policy'),
    );
    const count = named.reduce((sum, one) => sum + one.how.length, 0);
    if (count === 0) return [{ outcome: 'pass', message: 'no source names a base', evidence: [] }];
    const sources = `${count} ${count === 1 ? 'source names' : 'sources name'} a base`;
    return named.every((one) => one.proof === 'none')
      ? [{ outcome: 'unknown', message: `${sources}, and no layers bear it out`, evidence: [] }]
      : [{ outcome: 'pass', message: `${sources}, no contradiction`, evidence: [] }];
  },
};
