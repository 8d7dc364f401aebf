import { expect } from 'chai';
import { parseChallenges } from '../../src/registry/challenge.js';

const cases: readonly [string, string, readonly [string, Record<string, string>][]][] = [
  ['a Basic challenge', 'Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
  [
    'a Bearer challenge with commas in its scope',
    'Bearer realm="https://auth.test/token",service="registry.test",scope="repository:a/b:pull,push"',
    [['bearer', { realm: 'https://auth.test/token', service: 'registry.test', scope: 'repository:a/b:pull,push' }]],
  ],
  [
    'several challenges in one header',
    'Basic realm="a, b", Bearer realm="https://auth.test/t" , service=plain',
    [
      ['basic', { realm: 'a, b' }],
      ['bearer', { realm: 'https://auth.test/t', service: 'plain' }],
    ],
  ],
  [
    'a scheme without parameters before another',
    'Negotiate, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }],
    ],
  ],
  ['escapes in quoted strings', 'Basic realm="say \\"hi\\""', [['basic', { realm: 'say "hi"' }]]],
  ['names in any case', 'BEARER Realm="r",SERVICE="s"', [['bearer', { realm: 'r', service: 's' }]]],
  ['the first of two equal parameters', 'Basic realm="a",realm="b"', [['basic', { realm: 'a' }]]],
  ['spaces around the equals sign', 'Bearer realm = "r", service = "s"', [['bearer', { realm: 'r', service: 's' }]]],
  ['nothing in an empty header', '', []],
  [
    'what comes before an unterminated string',
    'Basic realm="x", Bearer realm="y',
    [
      ['basic', { realm: 'x' }],
      ['bearer', {}],
    ],
  ],
];

describe('registry/challenge', () => {
  for (const [title, header, expected] of cases) {
    it(`reads ${title}`, () => {
      const got = parseChallenges(header).map(({ scheme, parameters }) => [scheme, { ...parameters }]);
      expect(got).to.deep.equal(expected);
    });
  }

  it('ends with a header of 100,000 commas, spaces and backslashes', () => {
    for (const text of [',', ' ', 'a="\\', '\\"', 'a ', 'a=b,']) parseChallenges(text.repeat(100_000 / text.length));
    expect(parseChallenges('x,'.repeat(50_000))).to.have.length(16);
  });
});
