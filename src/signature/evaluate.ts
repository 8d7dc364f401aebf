import { bestJudgement } from './best-judgement.js';
import type { Discovery } from './discovery.js';
import type { Rule, RuleSubject } from './rule.js';
import type { Candidate, Judgement, Mechanism, SignatureOutcome } from './signature.js';

/** One signature that was found, and what became of it. */
export interface SignatureResult extends Omit<Judgement, 'outcome' | 'signed' | 'open'> {
  readonly mechanism: Mechanism;
  readonly outcome: SignatureOutcome;
  readonly from: string;
  /** The manifest or index that it was found for. */
  readonly subject: string;
  readonly bound: readonly ('digest' | 'reference')[];
  /** The name it binds, when it holds and binds one. */
  readonly reference?: string;
}

export interface RuleResult {
  readonly name: string;
  readonly from: string;
  readonly outcome: 'satisfied' | 'refused' | 'unknown';
  readonly reason: string;
  /** Whether a signature was really verified: `insecureAcceptAnything` is satisfied without. */
  readonly verified: boolean;
  /** Of a satisfied rule: whose signature it was. */
  readonly signer?: string;
}

/** Decides a rule about the base's own signature; the caller knows about bases. */
export type BaseJudge = (rule: Extract<Rule, { kind: 'base' }>) => Promise<Omit<RuleResult, 'name' | 'from'>>;

export interface Evaluation {
  readonly results: readonly SignatureResult[];
  readonly rules: readonly RuleResult[];
}

/** Puts every signature to every rule: what the rules say of each, and whether each rule is satisfied. */
export async function evaluate(
  discovery: Discovery,
  rules: readonly Rule[],
  subject: RuleSubject,
  judgeBase: BaseJudge,
): Promise<Evaluation> {
  const verdicts = new Map<Candidate, Judgement[]>(discovery.candidates.map((one) => [one, []]));
  const outcomes: RuleResult[] = [];
  for (const rule of rules) {
    const judged: Judgement[] = [];
    if (rule.kind === 'verify') {
      for (const candidate of discovery.candidates) {
        const judgement = await rule.judge(candidate, subject);
        if (!judgement) continue;
        judged.push(judgement);
        verdicts.get(candidate)?.push(judgement);
      }
    }
    const { name, from } = rule;
    const decided = rule.kind === 'base' ? await judgeBase(rule) : decide(rule, judged, discovery);
    outcomes.push({ name, from, ...decided });
  }
  return { results: [...verdicts].map(([candidate, judged]) => resultOf(candidate, judged)), rules: outcomes };
}

function decide(
  rule: Exclude<Rule, { kind: 'base' }>,
  judged: readonly Judgement[],
  discovery: Discovery,
): Omit<RuleResult, 'name' | 'from'> {
  if (rule.kind === 'accept')
    return { outcome: 'satisfied', verified: false, reason: 'it accepts anything, unverified' };
  if (rule.kind === 'reject') return { outcome: 'refused', verified: false, reason: 'it rejects every image' };
  if (rule.kind === 'broken') return { outcome: 'refused', verified: false, reason: rule.reason };
  const valid = judged.find((one) => one.outcome === 'valid');
  if (valid) {
    const { signer, reason } = valid;
    return { outcome: 'satisfied', verified: true, reason, ...(signer === undefined ? {} : { signer }) };
  }
  // What could not be looked at, or not be checked, may have been the signature that counts.
  const failed = discovery.places.find((place) => place.outcome === 'failed');
  if (failed) {
    const reason = `${failed.name} could not be looked into: ${failed.error?.message ?? 'no answer'}`;
    return { outcome: 'unknown', verified: false, reason };
  }
  const counting = judged.filter((one) => one.outcome !== 'not-checked');
  if (judged.length === 0) return { outcome: 'refused', verified: false, reason: 'no signature of its kind was found' };
  const reasons = [...new Set((counting.length > 0 ? counting : judged).map((one) => one.reason))].join('; ');
  const open = judged.some((one) => one.outcome === 'unsupported' || one.open);
  return { outcome: open ? 'unknown' : 'refused', verified: false, reason: reasons };
}

const unasked: Judgement = {
  outcome: 'not-checked',
  reason: 'no rule names keys or identities that would count for it',
};

function resultOf({ mechanism, origin }: Candidate, judged: readonly Judgement[]): SignatureResult {
  const { signed, open: _open, ...judgement } = judged.length === 0 ? unasked : bestJudgement(judged);
  const bound = signed
    ? signed.reference === undefined
      ? ['digest' as const]
      : (['digest', 'reference'] as const)
    : [];
  return {
    mechanism,
    ...judgement,
    from: origin.from,
    subject: origin.subject.digest,
    bound,
    ...(signed?.reference === undefined ? {} : { reference: signed.reference }),
  };
}
