import { expect } from 'chai';
import { bitLength, fromHex, invertMod, leftmostBits } from '../../src/openpgp/modular.js';

describe('openpgp/modular', () => {
  it('finds the number that times another makes one', () => {
    for (const prime of [7n, 10007n, 2n ** 127n - 1n])
      for (const value of [1n, 2n, 3n, prime - 1n, prime + 2n, -1n])
        expect((((invertMod(value, prime) * value) % prime) + prime) % prime, `${value} of ${prime}`).to.equal(1n);
  });

  it('ends where there is no such number', () => {
    for (const [value, modulus] of [
      [0n, 7n],
      [4n, 8n],
      [6n, 9n],
      [14n, 7n],
    ] as const)
      expect((invertMod(value, modulus) * value) % modulus).to.not.equal(1n);
  });

  it('takes as many bits of a digest, from the left, as the order has', () => {
    expect(leftmostBits('ff00', 0xffn)).to.equal(0xffn);
    expect(leftmostBits('ff00', 0x7fn)).to.equal(0x7fn);
    expect(leftmostBits('0f', 0xffffn)).to.equal(0x0fn);
    expect([bitLength(1n), bitLength(255n), bitLength(256n), fromHex('')]).to.deep.equal([1, 8, 9, 0n]);
  });
});
