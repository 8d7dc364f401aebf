import { expect } from 'chai';
import { announces, parseOnePassSignature } from '../../src/openpgp/one-pass-signature.js';
import type { SignaturePacket } from '../../src/openpgp/signature-packet.js';

const body = (version = 3, last = 1): Buffer => Buffer.of(version, 0, 8, 1, 1, 2, 3, 4, 5, 6, 7, 8, last);
const keyId = '0102030405060708';
const signature: SignaturePacket = {
  ...{ version: 4, keyId, algorithm: 'rsa', hash: 'sha256', left16: '0000' },
  ...{ trailer: Buffer.of(), values: [] },
};

describe('openpgp/one-pass-signature', () => {
  it('reads what it announces', () => {
    const expected = { algorithm: 'rsa', hash: 'sha256', keyId };
    expect(parseOnePassSignature(body())).to.deep.equal({ ...expected, last: true });
    expect(parseOnePassSignature(body(3, 0)).last).to.equal(false);
  });

  it('reads algorithms that it does not know, which the signature then tells', () => {
    expect(parseOnePassSignature(Buffer.concat([Buffer.of(3, 0, 99, 98), body().subarray(4)]))).to.deep.include({
      algorithm: 'unknown:98',
      hash: 'unknown:99',
    });
  });

  it('does not support another version', () => {
    expect(() => parseOnePassSignature(body(6)))
      .to.throw('expected a one-pass signature of version 3, got 6')
      .with.property('kind', 'unsupported');
  });

  for (const [what, bytes] of [
    ['nothing', Buffer.of()],
    ['one cut off', body().subarray(0, 12)],
    ['one with something behind it', Buffer.concat([body(), Buffer.of(0)])],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => parseOnePassSignature(bytes))
        .to.throw()
        .with.property('kind', 'hostile');
    });
  }

  it('announces the signature of the same key, algorithm and hash, or of a key that the signature leaves out', () => {
    const onePass = parseOnePassSignature(body());
    const { keyId: _, ...anonymous } = signature;
    expect(announces(onePass, signature)).to.equal(true);
    expect(announces(onePass, anonymous)).to.equal(true);
    for (const other of [{ keyId: 'f'.repeat(16) }, { algorithm: 'dsa' }, { hash: 'sha1' }] as const)
      expect(announces(onePass, { ...signature, ...other }), JSON.stringify(other)).to.equal(false);
  });
});
