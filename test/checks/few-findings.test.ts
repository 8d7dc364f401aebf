import { expect } from 'chai';
import type { Finding } from '../../src/checks/check.js';
import { fewFindings } from '../../src/checks/few-findings.js';

function findings(count: number, outcome: Finding['outcome']): Finding[] {
  return Array.from({ length: count }, (_, i) => ({
    outcome,
    message: `${outcome} ${i}`,
    evidence: [{ type: 'package', name: String(i) }],
    remedy: 'Mend it.',
  }));
}

describe('checks/few-findings', () => {
  it('leaves twenty as they are', () => {
    const all = findings(20, 'fail');
    expect(fewFindings(all, 'labels')).to.deep.equal(all);
    expect(fewFindings([], 'labels')).to.deep.equal([]);
  });

  it('counts the others in one more, of the worst outcome, with some of their evidence', () => {
    const all = [...findings(20, 'unknown'), ...findings(300, 'unknown'), ...findings(1, 'fail')];
    const few = fewFindings(all, 'labels');
    expect(few).to.have.length(21);
    expect(few.at(-1)).to.include({ outcome: 'fail', message: '301 more labels', remedy: 'Mend it.' });
    expect(few.at(-1)?.evidence).to.have.length(200);
  });
});
