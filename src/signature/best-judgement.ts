import type { Judgement, SignatureOutcome } from './signature.js';

/** Of several verdicts on one signature the one that says most: that it holds, else how far the check came. */
const mostTelling: readonly SignatureOutcome[] = ['valid', 'invalid', 'untrusted', 'unsupported', 'not-checked'];

/** @throws RangeError for none at all, a fault of the caller */
export function bestJudgement(judgements: readonly Judgement[]): Judgement {
  for (const outcome of mostTelling) {
    const found = judgements.find((one) => one.outcome === outcome);
    if (found) return found;
  }
  throw new RangeError('there is no judgement to choose from');
}
