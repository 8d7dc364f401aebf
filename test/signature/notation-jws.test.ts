import { expect } from 'chai';
import { parseJwsEnvelope } from '../../src/signature/notation-jws.js';
import { expiry, scheme, signingTime } from '../support/notation.js';
import { failureOf } from '../source/failure.js';

const usual = {
  alg: 'PS384',
  cty: 'application/vnd.cncf.notary.payload.v1+json',
  crit: [scheme],
  [scheme]: 'notary.x509',
  [signingTime]: '2026-01-02T03:04:05Z',
};
const parse = (headers: object, unprotected: object = { x5c: ['MAA='] }) =>
  parseJwsEnvelope(
    Buffer.from(
      JSON.stringify({
        payload: Buffer.from('{}').toString('base64url'),
        protected: Buffer.from(JSON.stringify({ ...usual, ...headers })).toString('base64url'),
        header: unprotected,
        signature: Buffer.from('signature').toString('base64url'),
      }),
    ),
  );

describe('parseJwsEnvelope', () => {
  it('takes an envelope apart, and signs what stands before and after the dot', () => {
    const { signedBytes, payload, signature, chain, algorithm, timestamp } = parse({});
    expect(Buffer.from(signedBytes).toString()).to.match(/^eyJ[\w-]+\.e30$/);
    expect(Buffer.from(payload).toString()).to.equal('{}');
    expect(Buffer.from(signature).toString()).to.equal('signature');
    expect([chain.length, algorithm, timestamp]).to.deep.equal([1, 'PS384', undefined]);
  });

  const times: readonly (readonly [string, string])[] = [
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02t03:04:05z', '2026-01-02T03:04:05.000Z'],
    ['2024-06-18T14:29:33+08:00', '2024-06-18T06:29:33.000Z'],
    ['2023-01-19T12:49:02-08:00', '2023-01-19T20:49:02.000Z'],
    ['2026-01-02T03:04:05.5Z', '2026-01-02T03:04:05.500Z'],
    ['2026-01-02T03:04:05.123456789Z', '2026-01-02T03:04:05.123Z'],
    ['2024-02-29T23:59:59+23:59', '2024-02-29T00:00:59.000Z'],
  ];
  for (const [text, time] of times) {
    it(`reads the time ${text}`, () => {
      expect(parse({ [signingTime]: text }).attributes.signingTime.toISOString()).to.equal(time);
    });
  }

  for (const text of [
    '',
    '2026-01-02',
    '2026-01-02 03:04:05Z',
    '2026-01-02T03:04:05',
    '2025-02-29T00:00:00Z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:04:05+24:00',
    'Fri, 02 Jan 2026 03:04:05 GMT',
  ]) {
    it(`does not take ${JSON.stringify(text)} for a time`, async () => {
      await failureOf('hostile', async () => parse({ [signingTime]: text }));
    });
  }

  it('refuses one that expires before it was signed', async () => {
    const headers = { crit: [scheme, expiry], [expiry]: '2026-01-02T03:04:05Z' };
    expect((await failureOf('hostile', async () => parse(headers))).message).to.include('expires before');
  });

  it('reads a timestamp as base64, and no other way', async () => {
    const name = 'io.cncf.notary.timestampSignature';
    expect([...(parse({}, { [name]: 'AQI=' }).timestamp ?? [])]).to.deep.equal([1, 2]);
    for (const text of ['AQI', 'AQ-_', 'AQI=\n']) await failureOf('hostile', async () => parse({}, { [name]: text }));
  });
});
