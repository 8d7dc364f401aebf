import type { Examination } from '../examination/examination.js';
import type { SignatureResult } from '../signature/evaluate.js';
import type { Check, Evidence, Finding } from './check.js';
import { evidenceLimit } from './check.js';

export const signature: Check = {
  id: 'signature',
  asks: 'Is the image signed, and does a signature hold?',
  reason: 'A digest says that the bytes did not change on their way; only a signature says who stands behind them.',
  remedy: 'Sign the image where it is built, and give the public key or identity that counts: policy.json, or --key.',
  guide: '3.4',
  mendedByRebuild: false,
  evaluate(examination) {
    const { signatures } = examination;
    if (!signatures) {
      return [{ outcome: 'unknown', message: 'signatures were not looked for', evidence: [], idle: true }];
    }
    const finding = judge(examination, signatures.results);
    const { signatureDemand = 'shown' } = examination;
    return [signatures.covered || signatureDemand !== 'shown' ? finding : { ...finding, idle: true }];
  },
};

function judge({ signatures }: Examination, results: readonly SignatureResult[]): Finding {
  const evidence = results.slice(0, evidenceLimit).map(evidenceOf);
  const valid = results.filter((one) => one.outcome === 'valid');
  const [first] = valid;
  if (first) {
    const others = results.length - 1;
    const more = others === 0 ? '' : `; ${others} more ${others === 1 ? 'signature' : 'signatures'}`;
    return { outcome: 'pass', message: `signed by ${signerOf(first)} (${first.mechanism})${more}`, evidence };
  }
  const failed = signatures?.places.find((place) => place.outcome === 'failed');
  if (failed) {
    const message = `no valid signature was found, and ${failed.name} could not be looked into: ${failed.error?.message ?? ''}`;
    return { outcome: 'unknown', message, evidence };
  }
  if (results.length === 0) {
    const where = signatures?.places.map((place) => place.name).join(', ') ?? '';
    return {
      outcome: 'fail',
      message: `the image is not signed; looked at: ${where}`,
      evidence,
      remedy: signature.remedy,
    };
  }
  const reasons = [...new Set(results.map((one) => `${one.outcome}: ${one.reason}`))].join('; ');
  // What could not be checked may be a good signature; what was checked and fails is none.
  const open = results.some((one) => one.outcome === 'unsupported' || one.outcome === 'not-checked');
  const remedy = 'Read the reason: it names the one thing that would have to change.';
  return { outcome: open ? 'unknown' : 'fail', message: reasons, evidence, remedy };
}

function signerOf({ identity, signer }: SignatureResult): string {
  return [identity, signer].filter((one) => one !== undefined).join(', ') || 'a key that counts';
}

export function evidenceOf(one: SignatureResult): Evidence {
  return {
    type: 'signature',
    mechanism: one.mechanism,
    from: one.from,
    digest: one.subject,
    outcome: one.outcome,
    ...(one.signer === undefined ? {} : { signer: one.signer }),
  };
}
