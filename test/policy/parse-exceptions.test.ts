import { expect } from 'chai';
import { parsePolicy } from '../../src/policy/parse-policy.js';
import { failureOf } from '../source/failure.js';

const whole = {
  check: 'setuid',
  match: '{ path: /usr/bin/* }',
  reason: 'needed',
  owner: 'me',
  expiry: '2030-12-31',
};

/** A policy of one exception, each key on its line from the third. */
function policyOf(more: Readonly<Record<string, string | undefined>>): string {
  const rows = Object.entries({ ...whole, ...more }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return ['version: 1', 'exceptions:', ...rows.map((row, i) => `${i === 0 ? '  - ' : '    '}${row}`)].join('\n');
}

describe('exceptions in a policy file', () => {
  it('are read with the line on which each begins', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const text = `${policyOf({ digest })}\n  - {check: tls, match: {image: 'r.test/**'}, reason: ' b ', owner: c, expiry: '2028-02-29'}\n`;
    expect((await parsePolicy(text, 'p.yaml')).exceptions).to.deep.equal([
      {
        check: 'setuid',
        match: { path: '/usr/bin/*' },
        digest,
        reason: 'needed',
        owner: 'me',
        expiry: '2030-12-31',
        from: 'p.yaml:3',
      },
      {
        check: 'tls',
        match: { image: 'r.test/**' },
        reason: 'b',
        owner: 'c',
        expiry: '2028-02-29',
        from: 'p.yaml:9',
      },
    ]);
  });

  it('need no match where a digest is given', async () => {
    const text = policyOf({ match: undefined, digest: `sha256:${'0'.repeat(64)}` });
    expect((await parsePolicy(text, 'p.yaml')).exceptions[0]?.match).to.deep.equal({});
  });

  const day = /^expiry must be a day, as 2030-12-31: /;
  const wrong: readonly [what: string, text: string, at: string, message: RegExp][] = [
    ['that are a map', 'version: 1\nexceptions: {}', '2:13', /^exceptions must be a list$/],
    ['of which one is a word', 'version: 1\nexceptions:\n  - setuid', '3:5', /^an exception must be a map$/],
    ['without a check', policyOf({ check: undefined }), '3:5', /^an exception needs a check$/],
    ['without a reason', policyOf({ reason: undefined }), '3:5', /^an exception needs a reason$/],
    ['without an owner', policyOf({ owner: undefined }), '3:5', /^an exception needs an owner$/],
    ['without an expiry', policyOf({ expiry: undefined }), '3:5', /^an exception needs an expiry$/],
    ['without match and digest', policyOf({ match: undefined }), '3:5', /set checks\.setuid to advisory$/],
    ['of an unknown check', policyOf({ check: 'setiud' }), '3:12', /^there is no check setiud$/],
    ['with an unknown key', policyOf({ expires: 'x' }), '8:5', /^unknown key expires of an exception; known: check, /],
    ['with an empty match', policyOf({ match: '{}' }), '4:12', /^match must name a path, a package or an image$/],
    [
      'that match a message',
      policyOf({ match: '{ message: x }' }),
      '4:14',
      /^unknown key message of match; known: path, package, image$/,
    ],
    ['that match a list', policyOf({ match: '{ path: [/a] }' }), '4:20', /^match\.path must be text, in quotes$/],
    ['with a relative path', policyOf({ match: '{ path: usr/bin/* }' }), '4:20', /^match\.path must begin with \/$/],
    [
      'that match a path and a package',
      policyOf({ match: '{ package: a, path: /b }' }),
      '4:14',
      /^a match names a path or a package, not both: write two exceptions$/,
    ],
    ['with an empty reason', policyOf({ reason: "' '" }), '5:13', /^reason must say something$/],
    ['with a reason that is a number', policyOf({ reason: '1' }), '5:13', /^reason must be text, in quotes$/],
    ['with a long reason', policyOf({ reason: 'x'.repeat(501) }), '5:13', /^reason exceeds 500 characters$/],
    ['with a day that is none', policyOf({ expiry: '2030-02-30' }), '7:13', day],
    ['with a month that is none', policyOf({ expiry: '2030-13-01' }), '7:13', day],
    ['with a time', policyOf({ expiry: '2030-12-31T00:00:00Z' }), '7:13', day],
    ['with a day written otherwise', policyOf({ expiry: '31.12.2030' }), '7:13', day],
    ['that never expire', policyOf({ expiry: 'never' }), '7:13', day],
    ['with a year as a number', policyOf({ expiry: '2030' }), '7:13', /^expiry must be text, in quotes$/],
    ['with a short digest', policyOf({ digest: 'sha256:00' }), '8:13', /^digest must be sha256: and 64/],
  ];
  for (const [what, text, at, message] of wrong) {
    it(`are refused ${what}, with line and column`, async () => {
      const error = await failureOf('usage', () => parsePolicy(text, 'p.yaml'));
      expect(error.message).to.match(message);
      expect(error.subject).to.equal(`p.yaml:${at}`);
    });
  }

  it('are refused past a thousand', async () => {
    const row = "  - {check: tls, match: {image: a}, reason: b, owner: c, expiry: '2028-02-29'}\n";
    const text = (count: number): string => `version: 1\nexceptions:\n${row.repeat(count)}`;
    expect((await parsePolicy(text(1000), 'p.yaml')).exceptions).to.have.length(1000);
    const error = await failureOf('usage', () => parsePolicy(text(1001), 'p.yaml'));
    expect(error.message).to.equal('more than 1000 exceptions');
  });
});
