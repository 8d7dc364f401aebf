import { expect } from 'chai';
import fc from 'fast-check';
import { BitReader } from '../../src/archive/bit-reader.js';

describe('BitReader', () => {
  it('reads bits as the digits of the bytes, wherever it starts', () => {
    const widths = fc.array(fc.integer({ min: 0, max: 24 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(20), widths, (bytes, start, reads) => {
        const digits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
        const total = start + reads.reduce((sum, width) => sum + width, 0);
        const all = digits.padEnd(total, '0');
        const reader = new BitReader(bytes, start);
        let at = start;
        for (const width of reads) {
          const expected = Number(`0b0${all.slice(at, at + width)}`);
          expect(reader.peek(width)).to.equal(expected);
          expect(reader.read(width)).to.equal(expected);
          at += width;
          expect(reader.position).to.equal(at);
          expect(reader.short).to.equal(at > digits.length);
        }
      }),
    );
  });
});
