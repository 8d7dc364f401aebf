import { expect } from 'chai';
import {
  checkIdentity,
  formatIdentity,
  isIdentity,
  type CertificateIdentity,
} from '../../src/signature/certificate-identity.js';

const issuer = 'https://issuer.test';
const exact = (text: string): CertificateIdentity => ({ identity: { exact: text }, issuer });
const pattern = (text: string): CertificateIdentity => ({ identity: { pattern: text }, issuer });

describe('certificate identities', () => {
  const matches: readonly (readonly [CertificateIdentity, string, boolean])[] = [
    [exact('a@team.test'), 'a@team.test', true],
    [exact('a@team.test'), 'A@team.test', false],
    [exact('a@team.test'), 'a@team.test.evil', false],
    [exact('a.@team.test'), 'ab@team.test', false],
    [pattern('.*@team\\.test'), 'a@team.test', true],
    [pattern('.*@team\\.test'), 'a@team.test.evil', false],
    [pattern('.*@team\\.test'), 'a@teamxtest', false],
    [pattern('.*@team\\.test'), 'a\nb@team.test', false],
    [pattern('a@team\\.test'), 'a@team.test\n', false],
    [pattern('a|b'), 'a', true],
    [pattern('a|b'), 'ax', false],
    [pattern('a|b'), 'xb', false],
    [pattern('^a$|^b$'), 'b', true],
    [pattern('(?:a)'), 'a', true],
  ];
  for (const [identity, name, expected] of matches) {
    it(`${expected ? 'takes' : 'does not take'} ${JSON.stringify(name)} for ${formatIdentity(identity)}`, () => {
      expect(isIdentity(identity, name, issuer)).to.equal(expected);
    });
  }

  it('asks for the very issuer', () => {
    expect(isIdentity(exact('a'), 'a', 'https://issuer.test/')).to.equal(false);
    expect(isIdentity({ identity: { exact: 'a' }, issuer: '' }, 'a', '')).to.equal(false);
  });

  it('takes the empty name for nobody', () => {
    expect(isIdentity(exact(''), '', issuer)).to.equal(false);
    expect(isIdentity(pattern(''), '', issuer)).to.equal(false);
  });

  it('matches no name longer than 2048 characters', () => {
    expect(isIdentity(pattern('a+'), 'a'.repeat(2048), issuer)).to.equal(true);
    expect(isIdentity(pattern('a+'), 'a'.repeat(2049), issuer)).to.equal(false);
  });

  const refused: readonly (readonly [CertificateIdentity, string])[] = [
    [exact(''), 'the identity of a signer is empty'],
    [pattern(''), 'the identity of a signer is empty'],
    [{ identity: { exact: 'a' }, issuer: '' }, 'the issuer of the signer a is empty'],
    [pattern('('), 'the pattern "(" is not a regular expression'],
    [pattern('a)|(?:.*'), 'the pattern "a)|(?:.*" is not a regular expression'],
  ];
  for (const [identity, message] of refused) {
    it(`refuses ${JSON.stringify(identity)}, naming the file`, () => {
      expect(() => checkIdentity(identity, 'signers.yaml'))
        .to.throw(message)
        .that.includes({
          kind: 'usage',
          subject: 'signers.yaml',
        });
    });
  }

  it('hands back an identity that can be checked', () => {
    expect(checkIdentity(pattern('a|b'), 'signers.yaml')).to.deep.equal(pattern('a|b'));
    expect(formatIdentity(exact('a@team.test'))).to.equal('a@team.test, vouched for by https://issuer.test');
    expect(formatIdentity(pattern('a|b'))).to.equal('/a|b/, vouched for by https://issuer.test');
  });
});
