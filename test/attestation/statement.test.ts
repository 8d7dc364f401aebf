import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parseEnvelope } from '../../src/attestation/dsse.js';
import { parseStatement, statementLimit, statementNames } from '../../src/attestation/statement.js';
import type { ErrorKind } from '../../src/core/error.js';
import type { Digest } from '../../src/oci/digest.js';
import { failureOf } from '../source/failure.js';
import { jsonBytes } from '../support/build-image.js';
import { needShared } from '../support/shared.js';

const hex = 'ab'.repeat(32);
const whole = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'app', digest: { sha256: hex } }],
  predicateType: 'https://example.test/p',
  predicate: { a: 1 },
};

function parse(change: object): ReturnType<typeof parseStatement> {
  return parseStatement(jsonBytes({ ...whole, ...change }));
}

describe('attestation/statement', () => {
  it('reads subjects, type and predicate, and passes over what it does not know', () => {
    const statement = parse({ somethingNew: true });
    expect(statement.subjects.map(({ name, digests }) => [name, ...digests])).to.deep.equal([['app', ['sha256', hex]]]);
    expect(statement.predicateType).to.equal('https://example.test/p');
    expect(statement.predicate).to.deep.equal({ a: 1 });
  });

  for (const version of ['v0.1', 'v1']) {
    it(`reads a statement of version ${version}`, () => {
      expect(parse({ _type: `https://in-toto.io/Statement/${version}` }).type).to.match(/Statement\/v/);
    });
  }

  it('reads a statement without predicate or subject, which then names nothing', () => {
    const statement = parse({ subject: undefined, predicate: undefined });
    expect([statement.predicate, statement.subjects]).to.deep.equal([null, []]);
    expect(statementNames(statement, `sha256:${hex}`)).to.equal(false);
  });

  const refused: readonly [what: string, change: object, kind: ErrorKind, words: RegExp][] = [
    ['of another version', { _type: 'https://in-toto.io/Statement/v9' }, 'unsupported', /expected .*\/v1, got .*\/v9$/],
    ['without a type', { _type: undefined }, 'hostile', /_type is missing/],
    ['without a predicate type', { predicateType: undefined }, 'hostile', /predicateType is missing/],
    ['with a subject that is no object', { subject: ['app'] }, 'hostile', /subject\[0\] is not an object/],
    ['with a digest that is no text', { subject: [{ digest: { sha256: 1 } }] }, 'hostile', /sha256 is not a string/],
    ['with 10,001 subjects', { subject: Array(10_001).fill({}) }, 'hostile', /more than 10000/],
    ['larger than its limit', { predicate: 'x'.repeat(statementLimit) }, 'hostile', /exceeds its limit/],
  ];
  for (const [what, change, kind, words] of refused) {
    it(`refuses one ${what}`, async () => {
      const error = await failureOf(kind, () => Promise.resolve().then(() => parse(change)));
      expect(error.message).to.match(words);
    });
  }

  it('refuses two members of one name, which two readers would read differently', () => {
    const text = JSON.stringify(whole).replace('{', '{"predicateType":"https://example.test/other",');
    expect(() => parseStatement(Buffer.from(text))).to.throw(/"predicateType" twice/);
  });

  it('names a digest by algorithm and exact hex in any of its subjects', () => {
    const subjects = [{ digest: { sha1: 'ab'.repeat(20) } }, { digest: { sha512: hex.repeat(2), sha256: hex } }];
    const statement = parse({ subject: subjects });
    const cases: readonly [digest: Digest, named: boolean][] = [
      [`sha256:${hex}`, true],
      [`sha512:${hex.repeat(2)}`, true],
      [`sha512:${hex}`, false],
      [`sha256:${hex.toUpperCase()}`, false],
      [`sha256:${'cd'.repeat(32)}`, false],
    ];
    for (const [digest, named] of cases) expect(statementNames(statement, digest), digest).to.equal(named);
  });

  it('reads the statement that cosign signed for an image', function () {
    const bundle = JSON.parse(
      readFileSync(needShared(this, 'data/signatures/oci-attestation/oci-attestation.sigstore.json'), 'utf8'),
    ) as { dsseEnvelope: object };
    const statement = parseStatement(parseEnvelope(jsonBytes(bundle.dsseEnvelope)).payload);
    expect(statement.predicateType).to.equal('https://cosign.sigstore.dev/attestation/v1');
    const digest = 'sha256:732112270d7e59418a8c080b134b24cabd67d250d0d0147a97ed95ba5c280aa4';
    expect(statementNames(statement, digest)).to.equal(true);
  });
});
