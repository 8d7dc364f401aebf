import { expect } from 'chai';
import type { SigningKey } from '../../src/openpgp/keyring.js';
import { dayOf, judgeSigningKey, weaknesses } from '../../src/signature/signing-key.js';

const day = 24 * 60 * 60;
const key: SigningKey = {
  ...{ fingerprint: 'f'.repeat(40), keyId: 'f'.repeat(16), primaryFingerprint: 'f'.repeat(40), userId: 'someone' },
  ...{ parameters: { kind: 'rsa', n: 'ff', e: '03' }, bits: 2048, created: 10 * day, canSign: true, certified: 0 },
};

describe('signature/signing-key', () => {
  it('has nothing against a key that is good when it signs and now', () => {
    expect(judgeSigningKey(20 * day, key, 30 * day)).to.equal(undefined);
    expect(judgeSigningKey(10 * day, { ...key, expires: 30 * day + 1 }, 30 * day)).to.equal(undefined);
  });

  it('says of every refusal whether the key was good when it signed', () => {
    const cases: readonly (readonly [Partial<SigningKey>, string, string])[] = [
      [{ expires: 30 * day }, 'the key expired on 1970-01-31', 'the key was valid when it signed on 1970-01-21'],
      [{ expires: 20 * day }, 'after its key expired on 1970-01-21', 'the key was not valid when it signed'],
      [{ created: 21 * day }, 'before its key of 1970-01-22', 'the key was not valid when it signed'],
      [{ canSign: false }, 'not meant for signatures', 'the key was not valid when it signed'],
      [{ revoked: { at: 21 * day, hard: false } }, 'retired by its owner', 'the key was valid when it signed'],
      [{ revoked: { at: 20 * day, hard: false } }, 'retired by its owner', 'the key was not valid when it signed'],
      [{ revoked: { at: 21 * day, hard: true } }, 'was revoked on 1970-01-22', 'was not yet revoked when it signed'],
      [{ revoked: { at: 20 * day, hard: true } }, 'was revoked on 1970-01-21', 'the key was not valid when it signed'],
      [
        { revoked: { at: 21 * day, hard: false }, expires: 15 * day },
        'retired by its owner on 1970-01-22',
        'the key was not valid when it signed',
      ],
    ];
    for (const [changes, reason, note] of cases) {
      const refusal = judgeSigningKey(20 * day, { ...key, ...changes }, 30 * day);
      expect(refusal?.reason).to.include(reason);
      expect(refusal?.notes.join()).to.include(note);
      expect(refusal?.outcome, reason).to.equal(changes.created === undefined ? 'untrusted' : 'invalid');
    }
  });

  it('trusts no key of less than 1024 bits, and takes one without a size for strong', () => {
    const { bits: _, ...elliptic } = key;
    expect(judgeSigningKey(20 * day, { ...key, bits: 1023 }, 30 * day)?.reason).to.equal(
      'a key of 1023 bits can be broken by anyone',
    );
    expect(judgeSigningKey(20 * day, { ...key, bits: 1024 }, 30 * day)).to.equal(undefined);
    expect(judgeSigningKey(20 * day, elliptic, 30 * day)).to.equal(undefined);
  });

  it('notes hashes and sizes that nobody would choose today', () => {
    expect(weaknesses('sha256', key)).to.deep.equal([]);
    expect(weaknesses('sha1', key)).to.deep.equal(['weak: made with SHA-1']);
    expect(weaknesses('ripemd160', { ...key, bits: 2047 })).to.deep.equal([
      'weak: made with RIPEMD-160',
      'weak: RSA key of 2047 bits',
    ]);
  });

  it('writes a day as reports do', () => expect(dayOf(1717200000)).to.equal('2024-06-01'));
});
