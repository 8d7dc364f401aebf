import { expect } from 'chai';
import { parseNotationPolicy, selectStatement } from '../../src/signature/notation-trust.js';
import { failureOf } from '../source/failure.js';

const statement = {
  name: 'images',
  registryScopes: ['registry.example.com/software/net-monitor'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:acme'],
  trustedIdentities: ['x509.subject: C=US, ST=WA, O=acme'],
} as const;

const skip = { name: 'unsigned', registryScopes: ['r.example.com/x'], signatureVerification: { level: 'skip' } };
const everywhere = { ...statement, name: 'all', registryScopes: ['*'] };

const parse = (...trustPolicies: readonly object[]) =>
  parseNotationPolicy(Buffer.from(JSON.stringify({ version: '1.0', trustPolicies })), 'trustpolicy.json');

describe('parseNotationPolicy', () => {
  it('reads a statement with what its level makes of each validation', () => {
    const [parsed] = parse(statement).statements;
    expect(parsed?.actions).to.deep.equal({
      authenticity: 'enforce',
      authenticTimestamp: 'enforce',
      expiry: 'enforce',
      revocation: 'enforce',
    });
    expect(parsed?.verifyTimestamp).to.equal('always');
    expect(parsed?.subjects).to.have.length(1);
  });

  const levels: readonly (readonly [object, string])[] = [
    [{ level: 'strict' }, 'enforce enforce enforce enforce'],
    [{ level: 'permissive' }, 'enforce log log log'],
    [{ level: 'audit' }, 'log log log log'],
    [{ level: 'strict', override: { expiry: 'log', revocation: 'skip' } }, 'enforce enforce log skip'],
    [{ level: 'audit', override: { authenticity: 'enforce' } }, 'enforce log log log'],
    [{ level: 'permissive', override: { authenticTimestamp: 'enforce' } }, 'enforce enforce log log'],
  ];
  for (const [signatureVerification, actions] of levels) {
    it(`takes ${JSON.stringify(signatureVerification)} for ${actions}`, () => {
      const [parsed] = parse({ ...statement, signatureVerification }).statements;
      const { authenticity, authenticTimestamp, expiry, revocation } = parsed?.actions ?? {};
      expect([authenticity, authenticTimestamp, expiry, revocation].join(' ')).to.equal(actions);
    });
  }

  it('takes everyone, by *, and identities of kinds that only plugins know', () => {
    expect(parse({ ...statement, trustedIdentities: ['*'] }).statements[0]?.subjects).to.equal(undefined);
    const other = { ...statement, trustedIdentities: ['aws.kms: some:arn'] };
    expect(parse(other).statements[0]?.subjects).to.deep.equal([]);
  });

  it('takes every form of scope and store that notation takes', () => {
    const registryScopes = [
      'localhost:5000/a',
      'docker.io/library/registry',
      'local/oci-layout',
      'r.example.com/a/b__c/d-e.f',
    ];
    const trustStores = ['ca:a.b_c-1', 'signingAuthority:..a', 'tsa:x'];
    expect(parse({ ...statement, registryScopes, trustStores }, skip).statements).to.have.length(2);
  });

  const own = (change: object): readonly object[] => [{ ...statement, ...change }];
  const level = (change: object): readonly object[] => own({ signatureVerification: { level: 'strict', ...change } });
  const refused: readonly (readonly [string, readonly object[], RegExp])[] = [
    ['no statement', [], /has no statement/],
    ['an unknown key', own({ extra: 1 }), /"images": unknown key "extra"/],
    ['an unknown key of the verification', level({ extra: 1 }), /"images": unknown key "extra"/],
    ['a name twice', [statement, { ...everywhere, name: 'images' }], /the statement "images" is there twice/],
    ['no name', own({ name: '' }), /trustPolicies\[0\] has no name/],
    ['a scope in two statements', [statement, { ...statement, name: 'other' }], /scope "registry.*" is there twice/],
    ['a scope twice in one', own({ registryScopes: ['a.b/c', 'a.b/c'] }), /twice/],
    ['two statements for all', [everywhere, { ...everywhere, name: 'other' }], /scope "\*" is there twice/],
    ['no scope', own({ registryScopes: [] }), /no registryScopes/],
    ['* beside another scope', own({ registryScopes: ['*', 'a.b/c'] }), /\* beside others/],
    ['a scope with a wildcard', own({ registryScopes: ['r.example.com/*'] }), /expected a scope/],
    ['a scope without a repository', own({ registryScopes: ['r.example.com'] }), /expected a scope/],
    ['a scope with a tag', own({ registryScopes: ['r.example.com/a:1'] }), /expected a scope/],
    ['a scope with a scheme', own({ registryScopes: ['https://r.example.com/a'] }), /expected a scope/],
    ['an unknown level', level({ level: 'lax' }), /level must be one of strict, permissive, audit, skip/],
    ['no level', own({ signatureVerification: {} }), /level is missing/],
    ['integrity overridden', level({ override: { integrity: 'log' } }), /override must be one of/],
    ['expiry skipped', level({ override: { expiry: 'skip' } }), /override.expiry must be one of enforce, log/],
    ['an unknown time to verify timestamps', level({ verifyTimestamp: 'never' }), /verifyTimestamp must be one of/],
    ['skip for everything', [{ ...skip, registryScopes: ['*'] }], /skips verification for the scope \*/],
    [
      'skip overridden',
      [{ ...skip, signatureVerification: { level: 'skip', override: { expiry: 'log' } } }],
      /cannot be overridden/,
    ],
    ['skip with a store', [{ ...skip, trustStores: ['ca:x'] }], /skips verification, yet names/],
    ['no store', own({ trustStores: [] }), /needs trustStores and trustedIdentities/],
    ['no identity', own({ trustedIdentities: undefined }), /needs trustStores and trustedIdentities/],
    ['a store of an unknown type', own({ trustStores: ['root:x'] }), /expected a trust store/],
    ['a store outside the folder', own({ trustStores: ['ca:..'] }), /expected a trust store/],
    ['a store with a slash', own({ trustStores: ['ca:../x'] }), /expected a trust store/],
    ['a store twice', own({ trustStores: ['ca:x', 'ca:x'] }), /trust store "ca:x" is there twice/],
    [
      '* beside another identity',
      own({ trustedIdentities: ['*', statement.trustedIdentities[0]] }),
      /\* beside others/,
    ],
    ['an identity without a kind', own({ trustedIdentities: ['C=US'] }), /expected an identity/],
    ['an identity without a name', own({ trustedIdentities: ['x509.subject:'] }), /expected an identity/],
    ['an identity without O', own({ trustedIdentities: ['x509.subject:C=US,ST=WA'] }), /lacks O/],
    [
      'an identity that is no name',
      own({ trustedIdentities: ['x509.subject:C=US,ST=WA,O=x+OU=y'] }),
      /one relative name/,
    ],
    [
      'identities that overlap',
      own({ trustedIdentities: ['x509.subject:C=US,ST=WA,O=a', 'x509.subject:O=a,C=US,ST=WA,CN=b'] }),
      /overlaps/,
    ],
    [
      'an identity twice',
      own({ trustedIdentities: ['x509.subject:C=US,ST=WA,O=a', 'x509.subject:C=US,ST=WA,O=a'] }),
      /overlaps/,
    ],
  ];
  for (const [what, statements, message] of refused) {
    it(`refuses ${what}, naming the file`, async () => {
      const error = await failureOf('usage', async () => parse(...statements));
      expect(error.message).to.match(message);
      expect(error.subject).to.equal('trustpolicy.json');
    });
  }

  for (const [what, text] of [
    ['another version', '{"version":"2.0","trustPolicies":[]}'],
    ['a version that is a number', '{"version":1.0,"trustPolicies":[]}'],
    ['a member twice', '{"version":"1.0","version":"1.0","trustPolicies":[]}'],
    ['what is not JSON', 'version: 1.0'],
    ['a list', '[]'],
    ['an unknown key', '{"version":"1.0","trustPolicies":[],"x":1}'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const error = await failureOf('usage', async () => parseNotationPolicy(Buffer.from(text), 'trustpolicy.json'));
      expect(error.subject).to.equal('trustpolicy.json');
    });
  }
});

describe('selectStatement', () => {
  const policy = parse(everywhere, statement, skip);

  it('prefers the statement of the very repository to the one for all', () => {
    expect(selectStatement(policy, 'registry.example.com/software/net-monitor')?.name).to.equal('images');
    expect(selectStatement(policy, 'r.example.com/x')?.name).to.equal('unsigned');
  });

  it('never takes a part of a scope for the scope', () => {
    for (const repository of [
      'registry.example.com/software',
      'registry.example.com/software/net-monitor/x',
      'r.example.com/X',
    ]) {
      expect(selectStatement(policy, repository)?.name).to.equal('all');
      expect(selectStatement(parse(statement), repository)).to.equal(undefined);
    }
  });
});
