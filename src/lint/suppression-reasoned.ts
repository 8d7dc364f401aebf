import type { LintRule } from './rule.js';

/** Asked of every file with comments, by the part that follows them: see suppression.ts. */
export const suppressionReasoned: LintRule = {
  id: 'suppression-reasoned',
  asks: 'Does every exception say which rule it is from, and why?',
  reason:
    'An exception without a reason cannot be judged by whoever reads it later, and one that fits nothing hides what comes next.',
  remedy: 'Write: # imgcheck ignore=RULE[,RULE] the reason',
};
