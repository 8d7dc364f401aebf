import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import { coordinateBytes, ecdsaVerifier } from '../../src/openpgp/ecdsa.js';

const orders = {
  'P-256': 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  'P-384': 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  'P-521': `01${'f'.repeat(65)}a51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
} as const;
const curves = ['P-256', 'P-384', 'P-521'] as const;

describe('openpgp/ecdsa', () => {
  for (const curve of curves) {
    it(`verifies what node:crypto signs on ${curve} with random keys, whatever the hash`, () => {
      for (let round = 0; round < 3; round++) {
        const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
        const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
        const hex = (text: string): string => Buffer.from(text, 'base64url').toString('hex');
        const verify = ecdsaVerifier({ kind: 'ecdsa', curve, x: hex(x), y: hex(y) });
        for (const hash of ['sha1', 'sha256', 'sha384', 'sha512']) {
          const message = Buffer.of(round);
          const value = sign(hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex');
          const digits = 2 * coordinateBytes[curve];
          const [r, s] = [value.slice(0, digits), value.slice(digits)];
          const digest = createHash(hash).update(message).digest('hex');
          expect(verify(digest, r, s), hash).to.equal(true);
          expect(verify(createHash(hash).update('other').digest('hex'), r, s), hash).to.equal(false);
          expect(verify(digest, s, r), hash).to.equal(false);
          const higher = (BigInt(`0x${r}`) + BigInt(`0x${orders[curve]}`)).toString(16);
          for (const wrong of ['', '00', orders[curve], higher]) {
            expect(verify(digest, wrong, s), wrong).to.equal(false);
            expect(verify(digest, r, wrong), wrong).to.equal(false);
          }
        }
      }
    });
  }

  it('verifies nothing with a key that is no point of its curve', () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const [xHex, yHex] = [x, y].map((one) => Buffer.from(one, 'base64url').toString('hex'));
    const value = sign('sha256', Buffer.of(1), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex');
    const digest = createHash('sha256').update(Buffer.of(1)).digest('hex');
    const [r, s] = [value.slice(0, 64), value.slice(64)];
    const wrong: readonly (readonly [string, string])[] = [
      [yHex ?? '', xHex ?? ''],
      ['00', '00'],
      ['f'.repeat(64), 'f'.repeat(64)],
    ];
    for (const [a, b] of wrong)
      expect(ecdsaVerifier({ kind: 'ecdsa', curve: 'P-256', x: a, y: b })(digest, r, s)).to.equal(false);
    expect(ecdsaVerifier({ kind: 'ecdsa', curve: 'P-256', x: xHex ?? '', y: yHex ?? '' })(digest, r, s)).to.equal(true);
  });
});
