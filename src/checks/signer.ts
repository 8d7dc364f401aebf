import type { Check, Finding } from './check.js';
import { evidenceLimit } from './check.js';
import { evidenceOf } from './signature.js';

export const signer: Check = {
  id: 'signer',
  asks: 'Do the rules that cover the image accept who signed it?',
  reason: 'A signature by anybody proves nothing: the policy says whose signatures count for which images.',
  remedy: 'Read the reason given for each rule; `imgcheck policy show IMAGE` prints the rules and keys that apply.',
  guide: '3.4',
  mendedByRebuild: false,
  evaluate({ signatures, signatureDemand = 'shown' }) {
    if (!signatures) {
      return [{ outcome: 'unknown', message: 'signatures were not looked for', evidence: [], idle: true }];
    }
    const { rules, covered, results } = signatures;
    const evidence = results.slice(0, evidenceLimit).map(evidenceOf);
    if (!covered) {
      const [accepting] = rules;
      const why = accepting ? `${accepting.from} accepts anything` : 'no policy names one';
      const { remedy } = signer;
      if (signatureDemand === 'required') {
        const message = `a signature is required, and nobody says whose would count: ${why}`;
        return [{ outcome: 'fail', message, evidence, remedy }];
      }
      const message = `whose signature would count is not said: ${why}`;
      return [
        { outcome: 'unknown', message, evidence, remedy, ...(signatureDemand === 'shown' ? { idle: true } : {}) },
      ];
    }
    const open = rules.filter((rule) => rule.outcome !== 'satisfied');
    const findings = open.map((rule): Finding => ({
      outcome: rule.outcome === 'refused' ? 'fail' : 'unknown',
      message: `${rule.name} (${rule.from}): ${rule.reason}`,
      evidence,
      remedy: signer.remedy,
    }));
    const [first, ...rest] = findings;
    if (first) return [first, ...rest];
    const words = rules
      .filter((rule) => rule.verified)
      .map((rule) => `${rule.name} (${rule.from})${rule.signer === undefined ? '' : `: ${rule.signer}`}`);
    return [{ outcome: 'pass', message: `accepted by ${words.join('; ')}`, evidence }];
  },
};
