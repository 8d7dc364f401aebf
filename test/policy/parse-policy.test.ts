import { expect } from 'chai';
import { formatReference } from '../../src/oci/reference.js';
import { parsePolicy } from '../../src/policy/parse-policy.js';
import { failureOf } from '../source/failure.js';

describe('parsePolicy', () => {
  it('reads every key', async () => {
    const policy = await parsePolicy(
      [
        'version: 1',
        'profile: nightly',
        'checks:',
        '  setuid: required',
        '  device-nodes: advisory',
        "  world-writable: 'off'",
        '  file-capabilities: off',
        'bases:',
        '  - r.test/ubi9:latest',
        '  - docker://r.test/python',
        `  - r.test/pinned@sha256:${'0'.repeat(64)}`,
        'rebuildWhen: packages-differ',
        'rpmKeys: [keys, /etc/pki/rpm-gpg]',
        'repositories:',
        '  - https://r.test/all',
        '  - { location: https://r.test/9, id: almalinux, version: "9" }',
        'signers:',
        '  - key: cosign.pub',
        '  - { identity: build@example.com, issuer: "https://login.example.com" }',
        "  - { identityPattern: 'https://ci[.]example[.]com/.*', issuer: https://ci.example.com }",
        'trustedRoot: trusted_root.json',
        'policyJson: policy.json',
        'registriesD: /etc/r.d',
        'registriesConf: r.conf',
        'thresholds: { certificateDays: 30, maxDaysBehind: 0 }',
      ].join('\n'),
      'imgcheck.yaml',
    );
    expect(policy.from).to.equal('imgcheck.yaml');
    expect(policy.profile).to.equal('nightly');
    expect([...policy.checks]).to.deep.equal([
      ['setuid', 'required'],
      ['device-nodes', 'advisory'],
      ['world-writable', 'off'],
      ['file-capabilities', 'off'],
    ]);
    expect(policy.rebuildWhen).to.equal('packages-differ');
    expect(policy.rpmKeys).to.deep.equal(['keys', '/etc/pki/rpm-gpg']);
    expect(policy.repositories).to.deep.equal([
      { location: 'https://r.test/all' },
      { location: 'https://r.test/9', id: 'almalinux', version: '9' },
    ]);
    expect(policy.signers).to.deep.equal([
      { key: 'cosign.pub' },
      { identity: 'build@example.com', issuer: 'https://login.example.com' },
      { identityPattern: 'https://ci[.]example[.]com/.*', issuer: 'https://ci.example.com' },
    ]);
    expect(policy.trustedRoot).to.equal('trusted_root.json');
    expect([policy.policyJson, policy.registriesD, policy.registriesConf]).to.deep.equal([
      'policy.json',
      '/etc/r.d',
      'r.conf',
    ]);
    expect(policy.thresholds).to.deep.equal({ certificateDays: 30, exceptionDays: 14, maxDaysBehind: 0 });
    expect(policy.bases.map(formatReference)).to.deep.equal([
      'r.test/ubi9:latest',
      'r.test/python:latest',
      `r.test/pinned@sha256:${'0'.repeat(64)}`,
    ]);
  });

  it('is a developer’s without bases unless it says otherwise', async () => {
    const policy = await parsePolicy('version: 1\n', 'x');
    expect({ ...policy, checks: [...policy.checks] }).to.deep.equal({
      from: 'x',
      profile: 'developer',
      checks: [],
      bases: [],
      rpmKeys: [],
      repositories: [],
      rebuildWhen: 'layers-differ',
      signers: [],
      thresholds: { certificateDays: 14, exceptionDays: 14 },
      exceptions: [],
    });
  });

  const wrong: readonly [what: string, text: string, at: string, message: RegExp][] = [
    ['nothing', '', '1:1', /^the policy must be a map$/],
    ['a list', '- version: 1', '1:1', /^the policy must be a map$/],
    ['a word', 'version', '1:1', /^the policy must be a map$/],
    ['what is no YAML', 'version: 1\nchecks: {', '2:10', /./],
    ['a key twice', 'version: 1\nprofile: nightly\nprofile: developer', '3:1', /unique/],
    ['two documents', 'version: 1\n---\nversion: 1', '2:1', /./],
    ['no version', 'profile: nightly', '1:1', /^version must be 1$/],
    ['another version', 'profile: nightly\nversion: 2', '2:10', /^version must be 1$/],
    ['a version that is text', 'version: "1"', '1:10', /^version must be a whole number$/],
    [
      'an unknown key',
      'version: 1\nchecks: {}\nrebulidWhen: x',
      '3:1',
      /^unknown key rebulidWhen of the policy; known: version, profile, checks, bases, repositories, rpmKeys/,
    ],
    ['a key that is no word', 'version: 1\n1: x', '2:1', /^a key must be a word$/],
    ['a key that is a list', 'version: 1\n? [a]\n: x', '2:3', /^a key must be a word$/],
    [
      'an unknown reason for rebuilds',
      'version: 1\nrebuildWhen: always',
      '2:14',
      /^rebuildWhen must be one of layers-differ, packages-differ, advisories$/,
    ],
    [
      'an unknown profile',
      'version: 1\nprofile: weekly',
      '2:10',
      /^profile must be one of developer, nightly, promotion$/,
    ],
    ['an unknown check', 'version: 1\nchecks:\n  setiud: off', '3:3', /^there is no check setiud$/],
    [
      'an unknown requirement',
      'version: 1\nchecks:\n  setuid: maybe',
      '3:11',
      /^checks\.setuid must be one of required, advisory, off$/,
    ],
    ['a requirement that is true', 'version: 1\nchecks:\n  setuid: true', '3:11', /^checks\.setuid must be one of/],
    ['checks that are a list', 'version: 1\nchecks: [setuid]', '2:9', /^checks must be a map/],
    ['bases that are a word', 'version: 1\nbases: r.test/ubi9', '2:8', /^bases must be a list/],
    ['a base that is a number', 'version: 1\nbases:\n  - 9', '3:5', /^each of bases must be text, in quotes$/],
    [
      'a base without registry',
      'version: 1\nbases:\n  - r.test/a\n  - ubi9',
      '4:5',
      /does not say which registry .*: ubi9$/,
    ],
    ['a base that is no reference', 'version: 1\nbases:\n  - r.test/UBI9', '3:5', /lower case.*: r\.test\/UBI9$/],
    ['a base in a folder', 'version: 1\nbases:\n  - oci:folder', '3:5', /^a base must lie in a registry: oci:folder$/],
    ['keys that are a word', 'version: 1\nrpmKeys: keys', '2:10', /^rpmKeys must be a list$/],
    [
      'a repository without a place',
      'version: 1\nrepositories:\n  - id: fedora',
      '3:5',
      /^a repository needs a location$/,
    ],
    [
      'an unknown key of a repository',
      'version: 1\nrepositories:\n  - url: x',
      '3:5',
      /^unknown key url of a repository; known: location, id, version$/,
    ],
    [
      'a version that is a number',
      'version: 1\nrepositories:\n  - { location: x, version: 9 }',
      '3:29',
      /^version must be text, in quotes$/,
    ],
    [
      'a signer of two kinds',
      'version: 1\nsigners:\n  - { key: a, identity: b, issuer: c }',
      '3:5',
      /^a signer is a key, an/,
    ],
    ['a signer of none', 'version: 1\nsigners:\n  - issuer: c', '3:5', /^a signer is a key, an identity or/],
    ['an identity without issuer', 'version: 1\nsigners:\n  - identity: b', '3:5', /^an identity needs the issuer/],
    ['a key with an issuer', 'version: 1\nsigners:\n  - { key: a, issuer: c }', '3:5', /^a key has no issuer$/],
    ['a threshold that is text', 'version: 1\nthresholds:\n  maxDaysBehind: seven', '3:18', /must be a whole number$/],
    ['a threshold below 0', 'version: 1\nthresholds:\n  maxDaysBehind: -1', '3:18', /must be 0 to 3660$/],
    [
      'an unknown threshold',
      'version: 1\nthresholds:\n  daysBehind: 1',
      '3:3',
      /^unknown key daysBehind of thresholds; known: certificateDays, exceptionDays, maxDaysBehind$/,
    ],
    ['a file that is a list', 'version: 1\npolicyJson: [a]', '2:13', /^policyJson must be text, in quotes$/],
    ['an alias in the place of a value', 'version: &v 1\nprofile: *v', '2:10', /^profile must be one of/],
  ];
  for (const [what, text, at, message] of wrong) {
    it(`refuses ${what}, with line and column`, async () => {
      const error = await failureOf('usage', () => parsePolicy(text, 'imgcheck.yaml'));
      expect(error.message).to.match(message);
      expect(error.subject).to.equal(`imgcheck.yaml:${at}`);
    });
  }

  it('refuses a file past its limit, and aliases of aliases, at once', async () => {
    const error = await failureOf('usage', () => parsePolicy(`# ${'x'.repeat(2 ** 20)}`, 'big.yaml'));
    expect(error.message).to.equal('the file exceeds 1048576 bytes');
    const names = 'abcdefghijklmnopqrstuvwxyz'.split('');
    const bomb = names.map(
      (name, i) =>
        `${name}: &${name} [${
          i === 0
            ? 'x'
            : Array(9)
                .fill(`*${names[i - 1] ?? ''}`)
                .join(',')
        }]`,
    );
    await failureOf('usage', () => parsePolicy(`version: 1\n${bomb.join('\n')}`, 'bomb.yaml'));
  });
});
