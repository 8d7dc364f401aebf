import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import { dsaVerifier } from '../../src/openpgp/dsa.js';
import { derNumbers } from '../support/der.js';

describe('openpgp/dsa', () => {
  for (const [modulusLength, divisorLength] of [
    [1024, 160],
    [2048, 224],
    [2048, 256],
  ] as const) {
    it(`verifies what node:crypto signs with ${modulusLength} bits and ${divisorLength}, whatever the hash`, () => {
      const { publicKey, privateKey } = generateKeyPairSync('dsa', { modulusLength, divisorLength });
      const [p = '', q = '', g = '', y = ''] = derNumbers(publicKey.export({ type: 'spki', format: 'der' }));
      const verify = dsaVerifier({ kind: 'dsa', p, q, g, y });
      for (const hash of ['sha1', 'sha224', 'sha256', 'sha512'])
        for (let i = 0; i < 5; i++) {
          const value = sign(hash, Buffer.of(i), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex');
          const [r, s] = [value.slice(0, value.length / 2), value.slice(value.length / 2)];
          const digest = createHash(hash).update(Buffer.of(i)).digest('hex');
          expect(verify(digest, r, s), hash).to.equal(true);
          expect(verify(createHash(hash).update('other').digest('hex'), r, s), hash).to.equal(false);
          expect(verify(digest, s, r), hash).to.equal(false);
          const higher = (BigInt(`0x${r}`) + BigInt(`0x${q}`)).toString(16);
          for (const wrong of ['', '00', q, higher]) {
            expect(verify(digest, wrong, s), wrong).to.equal(false);
            expect(verify(digest, r, wrong), wrong).to.equal(false);
          }
        }
    });
  }
});
