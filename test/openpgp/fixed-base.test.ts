import { expect } from 'chai';
import { FixedBase } from '../../src/openpgp/fixed-base.js';
import { randomFrom } from '../support/random.js';

describe('openpgp/fixed-base', () => {
  it('multiplies as plain numbers do', () => {
    const multiples = new FixedBase({ identity: 0n, add: (a: bigint, b: bigint) => a + b }, 7n, 32);
    const random = randomFrom(1);
    const factors = [0, 1, 15, 16, 17, 255, 256, 0xffffffff, ...Array.from({ length: 50 }, () => random(2 ** 32))];
    for (const factor of factors) expect(multiples.times(BigInt(factor))).to.equal(7n * BigInt(factor));
  });

  it('raises to powers where the operation is multiplication', () => {
    const powers = new FixedBase({ identity: 1n, add: (a: bigint, b: bigint) => (a * b) % 1_000_003n }, 5n, 13);
    for (const factor of [0n, 1n, 2n, 4097n, 8191n]) expect(powers.times(factor)).to.equal(5n ** factor % 1_000_003n);
  });
});
