import { expect } from 'chai';
import { sniffCodec } from '../../src/archive/sniff.js';

describe('sniffCodec', () => {
  const cases: readonly [codec: string, hex: string][] = [
    ['gzip', '1f8b0800'],
    ['zstd', '28b52ffd04'],
    ['zstd', '502a4d1810000000'],
    ['zstd', '5f2a4d1810000000'],
    ['xz', 'fd377a585a000004'],
    ['bzip2', '425a6839314159265359'],
    ['bzip2', '425a68311772'],
    ['none', '425a68303141'],
    ['none', '425a68396162'],
    ['none', '602a4d18'],
    ['none', 'fd377a585a01'],
    ['none', '1f'],
    ['none', '28b52f'],
    ['none', '504b0304'],
    ['none', ''],
  ];
  for (const [codec, hex] of cases) {
    it(`says ${codec} of '${hex}'`, () => expect(sniffCodec(Buffer.from(hex, 'hex'))).to.equal(codec));
  }
});
