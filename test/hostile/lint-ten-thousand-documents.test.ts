import { expect } from 'chai';
import { faultOf, lintText } from '../lint/rig.js';

const pod = '---\napiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, securityContext: {privileged: true}}]}\n';

describe('a manifest of 10,000 documents', () => {
  it('is read whole, its findings counted and the gravest of them listed', async () => {
    const { findings, omitted } = await lintText('a.yaml', pod.repeat(10_000));
    expect(findings).to.have.length(10_000);
    expect(omitted).to.be.greaterThan(10_000);
    expect(new Set(findings.map(({ rule }) => rule))).to.deep.equal(new Set(['privileged-container']));
    expect(findings.at(-1)?.line).to.equal(40_000);
  });

  it('is refused with one more, where that begins', async () => {
    expect(await faultOf('a.yaml', pod.repeat(10_001))).to.equal(
      'a.yaml:40001:1: the file holds more than 10000 documents',
    );
  });

  it('is refused without content as well', async () => {
    expect(await faultOf('a.yaml', '---\n'.repeat(1_000_000))).to.include('more than 10000 documents');
  });
});
