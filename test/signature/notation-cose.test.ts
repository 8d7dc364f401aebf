import { expect } from 'chai';
import { parseCoseEnvelope } from '../../src/signature/notation-cose.js';
import { encodeCbor, tagged, type Encodable } from '../support/cbor.js';
import { scheme, signingTime } from '../support/notation.js';

const usual = new Map<number | string, Encodable>([
  [1, -37],
  [2, [scheme]],
  [3, 'application/vnd.cncf.notary.payload.v1+json'],
  [scheme, 'notary.x509'],
  [signingTime, tagged(1, 1_767_323_045)],
]);
const certificate = Buffer.from('3000', 'hex');

const parse = (
  more: readonly (readonly [number | string, Encodable])[] = [],
  unprotected: readonly (readonly [number | string, Encodable])[] = [],
  payload = Buffer.from('{}'),
) => {
  const wrapped = encodeCbor(new Map([...usual, ...more]));
  const parts = [wrapped, new Map(unprotected), payload, Buffer.from('signature')];
  return { ...parseCoseEnvelope(encodeCbor(tagged(18, parts))), wrapped };
};

describe('parseCoseEnvelope', () => {
  it('takes an envelope apart', () => {
    const { algorithm, attributes, payload, signature } = parse();
    expect(algorithm).to.equal('PS256');
    expect(attributes).to.deep.equal({ scheme: 'notary.x509', signingTime: new Date('2026-01-02T03:04:05Z') });
    expect(Buffer.from(payload).toString()).to.equal('{}');
    expect(Buffer.from(signature).toString()).to.equal('signature');
  });

  for (const size of [0, 23, 24, 255, 256, 65_535, 65_536]) {
    it(`signs the structure of RFC 9052 around a payload of ${size} bytes`, () => {
      const payload = Buffer.alloc(size, 'x');
      const { signedBytes, wrapped } = parse([], [], payload);
      const expected = encodeCbor(['Signature1', wrapped, Buffer.alloc(0), payload]);
      expect(Buffer.from(signedBytes).equals(expected)).to.equal(true);
    });
  }

  it('finds the chain in either headers, and a single certificate without a list', () => {
    for (const value of [[certificate], certificate]) {
      expect(parse([[33, value]]).chain).to.have.length(1);
      expect(parse([], [[33, value]]).chain).to.have.length(1);
    }
    expect(() => parse([[33, certificate]], [[33, certificate]])).to.throw('must not be unprotected');
    expect(parse().chain).to.have.length(0);
  });

  it('takes labels of COSE itself among the critical ones for known, and no others', () => {
    expect(parse([[2, [3, scheme]]]).attributes.beyond).to.equal(undefined);
    const beyond = parse([
      [2, [scheme, 99]],
      [99, 'x'],
    ]).attributes.beyond;
    expect(beyond).to.equal('its critical header "label 99" is not known');
  });
});
