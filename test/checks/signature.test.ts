import { expect } from 'chai';
import { signature } from '../../src/checks/signature.js';
import { signer } from '../../src/checks/signer.js';
import { ImgcheckError } from '../../src/core/error.js';
import type { SignatureDemand } from '../../src/examination/examination.js';
import type { RuleResult, SignatureResult } from '../../src/signature/evaluate.js';
import type { SignatureFindings } from '../../src/signature/verify-signatures.js';
import { answer, examinationOf } from './rig.js';

const digest = `sha256:${'a'.repeat(64)}`;

function result(outcome: SignatureResult['outcome'], reason = 'because'): SignatureResult {
  return { mechanism: 'cosign', outcome, reason, from: 'tag', subject: digest, bound: [], signer: 'sha256:ab' };
}

function rule(outcome: RuleResult['outcome'], verified = outcome === 'satisfied'): RuleResult {
  return { name: 'signedBy', from: 'policy.json', outcome, reason: 'so it is', verified };
}

const looked = { kind: 'referrers', name: 'referrers of it', outcome: 'none', notes: [] } as const;
const down = { ...looked, outcome: 'failed', error: new ImgcheckError('network', 'down') } as const;

async function said(
  found: Partial<SignatureFindings> | undefined,
  demand?: SignatureDemand,
): Promise<{ signature: string[]; signer: string[] }> {
  const signatures = found && {
    results: [],
    rules: [],
    attestations: [],
    places: [looked],
    selected: undefined,
    covered: false,
    ...found,
  };
  const also = { signatures, ...(demand ? { signatureDemand: demand } : {}) };
  const examination = await examinationOf({ also });
  return { signature: answer(signature, examination), signer: answer(signer, examination) };
}

describe('the checks signature and signer', () => {
  it('say nothing where signatures were not looked for', async () => {
    const both = await said(undefined);
    expect([...both.signature, ...both.signer]).to.deep.equal([
      'unknown idle: signatures were not looked for',
      'unknown idle: signatures were not looked for',
    ]);
  });

  it('pass for one valid signature that the rules accept, whatever lies beside it', async () => {
    const results = [result('invalid'), result('valid')];
    const both = await said({ results, rules: [rule('satisfied')], covered: true });
    expect(both.signature).to.deep.equal(['pass: signed by sha256:ab (cosign); 1 more signature']);
    expect(both.signer).to.deep.equal(['pass: accepted by signedBy (policy.json)']);
  });

  it('fail for an unsigned image where a rule covers it, and only show it where none does', async () => {
    const covered = await said({ rules: [rule('refused')], covered: true });
    expect(covered.signature).to.deep.equal(['fail: the image is not signed; looked at: referrers of it']);
    expect(covered.signer).to.deep.equal(['fail: signedBy (policy.json): so it is']);
    const open = await said({});
    expect(open.signature[0]).to.match(/^fail idle: the image is not signed/);
    expect(open.signer).to.deep.equal(['unknown idle: whose signature would count is not said: no policy names one']);
  });

  it('bind where that is the very question, and fail where a signature is required and nobody’s would count', async () => {
    const asked = await said({ results: [result('not-checked')] }, 'asked');
    expect(asked.signature).to.deep.equal(['unknown: not-checked: because']);
    expect(asked.signer[0]).to.match(/^unknown: whose signature would count is not said/);
    const required = await said({ rules: [rule('satisfied', false)] }, 'required');
    expect(required.signature[0]).to.match(/^fail: the image is not signed/);
    expect(required.signer).to.deep.equal([
      'fail: a signature is required, and nobody says whose would count: policy.json accepts anything',
    ]);
  });

  it('cannot tell where a place could not be looked into, or a signature not be checked', async () => {
    const failed = await said({ places: [down], rules: [rule('unknown')], covered: true });
    expect(failed.signature[0]).to.match(/^unknown: no valid signature was found, and referrers of it could not be/);
    expect(failed.signer).to.deep.equal(['unknown: signedBy (policy.json): so it is']);
    const strange = await said({ results: [result('unsupported')], rules: [rule('unknown')], covered: true });
    expect(strange.signature).to.deep.equal(['unknown: unsupported: because']);
  });

  it('give each reason of a refusal once', async () => {
    const results = [result('untrusted', 'no key'), result('untrusted', 'no key'), result('invalid', 'bent')];
    const both = await said({ results, rules: [rule('refused')], covered: true });
    expect(both.signature).to.deep.equal(['fail: untrusted: no key; invalid: bent']);
  });
});
