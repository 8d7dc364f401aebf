import { expect } from 'chai';
import { parseNotationPolicy } from '../../src/signature/notation-trust.js';
import { verifyNotation } from '../../src/signature/notation.js';
import type { Judgement } from '../../src/signature/signature.js';
import { encodeCbor, head, tagged, type Encodable } from '../support/cbor.js';
import { growthDuring } from '../support/hostile.js';
import { statementOf, target } from '../support/notation.js';

const judge = (form: 'jws' | 'cose', bytes: Uint8Array): Judgement =>
  verifyNotation(bytes, form, target, statementOf(), new Map(), new Date('2026-01-01T00:00:00Z'));
const jws = (fields: object): Buffer => Buffer.from(JSON.stringify(fields));
const base64url = (text: string): string => Buffer.from(text).toString('base64url');
const protectedHeader = {
  alg: 'ES256',
  cty: 'application/vnd.cncf.notary.payload.v1+json',
  crit: ['io.cncf.notary.signingScheme'],
  'io.cncf.notary.signingScheme': 'notary.x509',
  'io.cncf.notary.signingTime': '2026-01-01T00:00:00Z',
};
const sound = {
  payload: base64url('{}'),
  protected: base64url(JSON.stringify(protectedHeader)),
  header: { x5c: [] as string[] },
  signature: base64url('x'),
};
const withHeader = (change: object): Buffer =>
  jws({ ...sound, protected: base64url(JSON.stringify({ ...protectedHeader, ...change })) });
const cose = (parts: Encodable): Buffer => encodeCbor(tagged(18, parts));
const headers = new Map<number | string, Encodable>([
  [1, -7],
  [2, ['io.cncf.notary.signingScheme']],
  [3, 'application/vnd.cncf.notary.payload.v1+json'],
  ['io.cncf.notary.signingScheme', 'notary.x509'],
  ['io.cncf.notary.signingTime', tagged(1, 1_767_225_600)],
]);
const bytes = Buffer.from('x');
const withMap = (
  change: ReadonlyMap<number | string, Encodable>,
  unprotected: ReadonlyMap<number, Encodable> = new Map(),
) => cose([encodeCbor(new Map([...headers, ...change])), unprotected, bytes, bytes]);

describe('a notation envelope made to do harm', () => {
  type Row = readonly [string, 'jws' | 'cose', Uint8Array, RegExp];
  const rows: readonly Row[] = [
    ['is empty (JWS)', 'jws', Buffer.alloc(0), /is not JSON/],
    ['is empty (COSE)', 'cose', Buffer.alloc(0), /outside/],
    ['has more than a mebibyte', 'jws', Buffer.alloc(2 ** 20 + 1, ' '), /1048577 bytes exceeds 1048576/],
    ['has a member twice', 'jws', Buffer.from('{"payload":"","payload":""}'), /"payload" twice/],
    ['has a member that is not of it', 'jws', jws({ ...sound, signatures: [] }), /"signatures" does not belong/],
    ['is nested a thousand deep', 'jws', Buffer.from(`${'['.repeat(1000)}${']'.repeat(1000)}`), /nested more than 64/],
    ['is nested half a million deep', 'jws', Buffer.from(`${'['.repeat(500_000)}${']'.repeat(500_000)}`), /./],
    [
      'has a header twice',
      'jws',
      jws({ ...sound, protected: base64url('{"alg":"ES256","alg":"none"}') }),
      /"alg" twice/,
    ],
    ['has line breaks in its base64url', 'jws', jws({ ...sound, payload: 'e30\n' }), /payload is not base64url/],
    ['has padding in its base64url', 'jws', jws({ ...sound, payload: 'e30=' }), /payload is not base64url/],
    ['has base64 instead of base64url', 'jws', jws({ ...sound, signature: '+/+/' }), /signature is not base64url/],
    ['has bits to spare in its base64url', 'jws', jws({ ...sound, payload: 'e31' }), /payload is not base64url/],
    [
      'has its algorithm unprotected',
      'jws',
      jws({ ...sound, header: { x5c: [], alg: 'ES256' } }),
      /"alg" must not be unprotected/,
    ],
    [
      'has an unprotected scheme too',
      'jws',
      jws({ ...sound, header: { 'io.cncf.notary.signingScheme': 'x' } }),
      /must not be unprot/,
    ],
    [
      'has a certificate that is not base64',
      'jws',
      jws({ ...sound, header: { x5c: ['%%%%'] } }),
      /x5c: it is not base64/,
    ],
    [
      'brings 100 certificates (JWS)',
      'jws',
      jws({ ...sound, header: { x5c: Array(100).fill('MAA=') } }),
      /100 items, more than 10/,
    ],
    [
      'brings a certificate that is none',
      'jws',
      jws({ ...sound, header: { x5c: ['MAA='] } }),
      /field missing|certificate/,
    ],
    [
      'marks alg critical',
      'jws',
      withHeader({ crit: ['io.cncf.notary.signingScheme', 'alg'] }),
      /alg must not be marked critical/,
    ],
    [
      'was signed on the 31st of February',
      'jws',
      withHeader({ 'io.cncf.notary.signingTime': '2026-02-31T00:00:00Z' }),
      /RFC 3339/,
    ],
    ['was signed at no hour', 'jws', withHeader({ 'io.cncf.notary.signingTime': '2026-02-01' }), /RFC 3339/],
    [
      'was signed in milliseconds',
      'jws',
      withHeader({ 'io.cncf.notary.signingTime': 1_767_225_600_000 }),
      /not a string/,
    ],
    ['is JSON where COSE was promised', 'cose', jws(sound), /./],
    ['is COSE where JSON was promised', 'jws', withMap(new Map()), /not UTF-8|not JSON/],
    ['has no tag', 'cose', encodeCbor([bytes, new Map(), bytes, bytes]), /with its tag/],
    ['has another tag', 'cose', encodeCbor(tagged(98, [bytes, new Map(), bytes, bytes])), /with its tag/],
    ['has three parts', 'cose', cose([bytes, new Map(), bytes]), /headers, headers, payload and signature/],
    ['has its payload elsewhere', 'cose', cose([encodeCbor(headers), new Map(), null, bytes]), /payload and signature/],
    ['has headers that are no map', 'cose', cose([encodeCbor([1]), new Map(), bytes, bytes]), /not a map/],
    [
      'has a header twice (COSE)',
      'cose',
      cose([Buffer.from('a201260126', 'hex'), new Map(), bytes, bytes]),
      /key 1 is there twice/,
    ],
    ['has its algorithm unprotected (COSE)', 'cose', withMap(new Map(), new Map([[1, -7]])), /must not be unprotected/],
    ['has a time without tag', 'cose', withMap(new Map([['io.cncf.notary.signingTime', 1]])), /is not a time/],
    [
      'was signed in the year 300000',
      'cose',
      withMap(new Map([['io.cncf.notary.signingTime', tagged(1, 2 ** 43)]])),
      /is not a time/,
    ],
    [
      'was signed before 1970',
      'cose',
      withMap(new Map([['io.cncf.notary.signingTime', tagged(1, -1)]])),
      /is not a time/,
    ],
    ['names a critical header by bytes', 'cose', withMap(new Map([[2, [bytes]]])), /neither number nor text/],
    [
      'brings 100 certificates (COSE)',
      'cose',
      withMap(new Map(), new Map([[33, Array(100).fill(bytes)]])),
      /chain of 100/,
    ],
    [
      'brings a certificate that is a number',
      'cose',
      withMap(new Map(), new Map([[33, [7]]])),
      /certificate is not bytes/,
    ],
    ['claims an array of 2^40 values', 'cose', head(4, 2 ** 40), /outside/],
    ['claims a byte string of 2^40 bytes', 'cose', head(2, 2 ** 40), /outside/],
    ['is nested a hundred thousand deep', 'cose', Buffer.alloc(100_000, 0x81), /nested more than 16/],
  ];
  for (const [what, form, envelope, reason] of rows) {
    it(`is invalid when it ${what}`, () => {
      const judged = judge(form, envelope);
      expect(judged.outcome, judged.reason).to.equal('invalid');
      expect(judged.reason).to.match(reason);
    });
  }

  it('of a kind that hashes what it signs is unsupported', () => {
    expect(judge('cose', withMap(new Map([[258, -16]])))).to.include({ outcome: 'unsupported' });
  });

  it('costs no memory beyond its size for what it claims to hold', async () => {
    const claims = Buffer.concat([Buffer.from('d284', 'hex'), head(2, 2 ** 31)]);
    const growth = await growthDuring(async () => {
      for (let i = 0; i < 100; i++) judge('cose', claims);
      for (let i = 0; i < 100; i++) judge('cose', head(4, 2 ** 31));
    });
    expect(growth / 2 ** 20).to.be.lessThan(50);
  });
});

describe('a trust policy of 1001 statements', () => {
  it('is refused', () => {
    const statement = { name: 'x', registryScopes: ['a/b'], signatureVerification: { level: 'skip' } };
    const policy = Buffer.from(JSON.stringify({ version: '1.0', trustPolicies: Array(1001).fill(statement) }));
    expect(() => parseNotationPolicy(policy, 'trustpolicy.json')).to.throw('more than 1000');
  });
});
