import { expect } from 'chai';
import { parseTarNumber } from '../../src/archive/tar-number.js';
import { base256 } from '../support/build-tar.js';

describe('parseTarNumber', () => {
  const cases: readonly [field: string, value: number][] = [
    ['0000644\0', 0o644],
    ['000644 \0', 0o644],
    ['   644 \0', 0o644],
    ['\0\0 644  ', 0o644],
    ['00000644', 0o644],
    ['77777777', 0o77777777],
    ['\0\0\0\0\0\0\0\0', 0],
    ['        ', 0],
    ['644\0zzzz', 0o644],
    ['0000008\0', NaN],
    ['-000001\0', NaN],
    ['64 4\0   ', NaN],
    ['0x1F\0   ', NaN],
    ['garbage!', NaN],
  ];
  for (const [field, value] of cases) {
    it(`reads ${JSON.stringify(field)} as ${value}`, () => {
      const block = Buffer.concat([Buffer.from('99'), Buffer.from(field), Buffer.from('99')]);
      expect(parseTarNumber(block, 2, 8)).to.deep.equal(value);
    });
  }

  for (const value of [0, 1, 255, 2 ** 31, 2 ** 40 + 3, Number.MAX_SAFE_INTEGER, -1, -86400, -(2 ** 40)]) {
    it(`reads GNU's binary ${value}`, () => expect(parseTarNumber(base256(value, 12), 0, 12)).to.equal(value));
  }

  it('tells binary numbers beyond 2^53 from all others', () => {
    const huge = new Uint8Array(12).fill(0xff);
    huge[0] = 0x80;
    expect(parseTarNumber(huge, 0, 12)).to.equal(Infinity);
    huge.fill(0);
    huge[0] = 0xc0;
    expect(parseTarNumber(huge, 0, 12)).to.equal(-Infinity);
  });
});
