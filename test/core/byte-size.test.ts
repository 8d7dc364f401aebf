import { expect } from 'chai';
import { formatBytes } from '../../src/core/byte-size.js';

describe('formatBytes', () => {
  const cases: readonly [bytes: number, text: string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [14_100_000, '14.1 MB'],
    [5e15, '5000.0 TB'],
  ];
  for (const [bytes, text] of cases) {
    it(`writes ${bytes} as ${text}`, () => {
      expect(formatBytes(bytes)).to.equal(text);
    });
  }
});
