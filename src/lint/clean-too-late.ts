import type { RuleFinding } from './finding.js';
import { packageRuns } from './package-run.js';
import type { PackageFamily } from '../analyzers/package-step.js';
import type { LintRule } from './rule.js';

export const cleanTooLate: LintRule = {
  id: 'clean-too-late',
  asks: 'Is every clean-up in the RUN that made what it removes?',
  reason:
    'A layer cannot make a lower one smaller: what is removed in a later RUN is hidden, and shipped all the same.',
  remedy: 'Move the clean-up to the end of the RUN that installs or updates.',
  guide: '3.2',
  dockerfile(dockerfile) {
    const findings: RuleFinding[] = [];
    const left = new Map<PackageFamily, number>();
    for (const run of packageRuns(dockerfile)) {
      const works = new Set(run.steps.filter(({ action }) => action !== 'clean').map(({ family }) => family));
      const cleaned = new Map(run.steps.filter(({ action }) => action === 'clean').map((step) => [step.family, step]));
      for (const [family, { offset }] of cleaned) {
        // Another program in the same RUN may have installed something: then nothing can be said.
        const before = left.get(family);
        if (works.has(family) || (before === undefined && !run.cleansOnly)) continue;
        const since =
          before === undefined
            ? 'what lower layers hold'
            : `what the RUN in line ${dockerfile.source.place(before).line} left`;
        findings.push({
          offset,
          severity: 'warning',
          message: `a clean-up in a layer of its own frees nothing: ${since} is shipped all the same`,
        });
        break;
      }
      for (const family of run.left.keys()) left.set(family, run.run.offset);
    }
    return findings;
  },
};
