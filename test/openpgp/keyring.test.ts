import { expect } from 'chai';
import { joinKeyrings, Keyring, type SigningKey } from '../../src/openpgp/keyring.js';

function key(fingerprint: string, more: Partial<SigningKey> = {}): SigningKey {
  return {
    fingerprint,
    keyId: fingerprint.slice(-16),
    primaryFingerprint: fingerprint,
    userId: 'someone',
    parameters: { kind: 'ed25519', point: '00' },
    created: 100,
    canSign: true,
    certified: 100,
    ...more,
  };
}

const a = `${'a'.repeat(24)}1234567812345678`;
const b = `${'b'.repeat(24)}1234567812345678`;
const c = `${'c'.repeat(24)}00000000000000cc`;

describe('openpgp/keyring', () => {
  it('finds keys by id, all that share it, and by fingerprint in either case', () => {
    const ring = new Keyring([key(a), key(b), key(c)]);
    expect(ring.find('1234567812345678').map((one) => one.fingerprint)).to.deep.equal([a, b]);
    expect(ring.find(c.toUpperCase()).map((one) => one.fingerprint)).to.deep.equal([c]);
    expect(ring.find('0000000000000000')).to.deep.equal([]);
  });

  it('has the same digest for the same keys in any order and grouping', () => {
    const one = joinKeyrings(new Keyring([key(a)]), new Keyring([key(b), key(c)]), new Keyring([key(a)]));
    expect(one.keys).to.have.length(3);
    expect(one.digest).to.equal(new Keyring([key(c), key(a), key(b)]).digest);
  });

  const changes: readonly Partial<SigningKey>[] = [
    { expires: 200 },
    { revoked: { at: 150, hard: true } },
    { revoked: { at: 150, hard: false } },
    { canSign: false },
    { userId: 'another' },
    { created: 99 },
  ];
  it('has another digest when anything differs that a verdict depends on', () => {
    const digests = [{}, ...changes].map((change) => new Keyring([key(a, change)]).digest);
    expect(new Set([...digests, new Keyring([]).digest])).to.have.property('size', changes.length + 2);
  });

  it('takes of two copies the one certified last, whichever comes first', () => {
    const copies = [key(a, { expires: 200 }), key(a, { expires: 900, certified: 150 })] as const;
    for (const ring of [new Keyring([...copies]), new Keyring([...copies].reverse())])
      expect(ring.keys.map((one) => one.expires)).to.deep.equal([900]);
  });

  it('keeps a revocation that only one copy has, and the hard one of two', () => {
    const copies = [
      key(a, { revoked: { at: 110, hard: false } }),
      key(a, { certified: 200 }),
      key(a, { revoked: { at: 150, hard: true } }),
    ];
    expect(new Keyring(copies).keys[0]).to.deep.include({ certified: 200, revoked: { at: 150, hard: true } });
  });

  it('carries along what was skipped', () => {
    const skipped = [{ from: 'file', what: 'certificate 1', reason: 'why' }];
    expect(joinKeyrings(new Keyring([], skipped), new Keyring([], skipped)).skipped).to.have.length(2);
  });
});
