import { expect } from 'chai';
import type { BaseClaim, ClaimSource } from '../../src/freshness/claims.js';
import type { Proof } from '../../src/freshness/freshness.js';
import { sourcesOf, withSource } from '../../src/freshness/sources.js';
import type { Digest } from '../../src/oci/digest.js';
import { parseReference } from '../../src/oci/reference.js';
import { digestOfZeros } from './rig.js';

const digest = digestOfZeros();

function claimOf(...how: readonly ClaimSource[]): BaseClaim {
  return { reference: parseReference('r.test/base:9'), how };
}

const trusts = (claim: BaseClaim, proof: Proof = 'none'): string =>
  sourcesOf(claim, proof)
    .map(({ source, trust }) => `${source} ${trust}`)
    .join(', ');

describe('sourcesOf', () => {
  const cases: readonly [how: readonly ClaimSource[], proof: Proof, expected: string][] = [
    [['annotation'], 'none', 'annotation claimed'],
    [['annotation', 'label', 'history'], 'none', 'annotation claimed, label claimed, history claimed'],
    [['signed-provenance', 'provenance'], 'none', 'signed-provenance claimed, provenance claimed'],
    [['provenance', 'annotation'], 'none', 'provenance corroborated, annotation corroborated'],
    [['option', 'label'], 'none', 'option corroborated, label corroborated'],
    [['option', 'policy'], 'none', 'option claimed, policy claimed'],
    [['annotation'], 'layers', 'annotation proved'],
    [['provenance', 'annotation'], 'diff-ids', 'provenance proved, annotation proved'],
  ];
  for (const [how, proof, expected] of cases) {
    it(`trusts ${how.join(' and ')} with proof ${proof} as ${expected}`, () => {
      expect(trusts(claimOf(...how), proof)).to.equal(expected);
    });
  }

  it('gives each source its own words', () => {
    const said = [
      { source: 'annotation', says: `r.test/base:9@${digest}`, digest },
      { source: 'label', says: 'r.test/base:9' },
    ] as const;
    const claim: BaseClaim = { ...claimOf('annotation', 'label'), digest, said };
    expect(sourcesOf(claim, 'layers').map(({ says }) => says)).to.deep.equal([
      `r.test/base:9@${digest}`,
      'r.test/base:9',
    ]);
    expect(sourcesOf({ ...claimOf('option'), digest }, 'none')[0]?.says).to.equal(`r.test/base:9@${digest}`);
  });

  it('does not prove a digest by the name beside it', () => {
    const said = [
      { source: 'annotation', says: 'x', digest },
      { source: 'label', says: 'y' },
    ] as const;
    const claim: BaseClaim = { ...claimOf('annotation', 'label'), digest, said };
    const trust = (...known: readonly Digest[]) => sourcesOf(claim, 'layers', known).map((one) => one.trust);
    expect(trust()).to.deep.equal(['claimed', 'proved']);
    expect(trust(`sha256:${'1'.repeat(64)}`)).to.deep.equal(['claimed', 'proved']);
    expect(trust(digest)).to.deep.equal(['proved', 'proved']);
  });

  it('is corroborated by a witness that comes later', () => {
    const more = { source: 'build-info', trust: 'claimed', says: 'ubi9 9.4-1123 in layer 1' } as const;
    const sources = withSource(sourcesOf(claimOf('annotation'), 'none'), more);
    expect(sources.map(({ trust }) => trust)).to.deep.equal(['corroborated', 'corroborated']);
  });
});
