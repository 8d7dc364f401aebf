import { expect } from 'chai';
import { formatChecksum, parseChecksum } from '../../src/repodata/checksum.js';

describe('parseChecksum', () => {
  const cases: readonly [type: string | undefined, text: string, expected: string | undefined][] = [
    ['sha', 'a'.repeat(40), `sha1:${'a'.repeat(40)}`],
    ['sha1', 'A'.repeat(40), `sha1:${'a'.repeat(40)}`],
    ['sha224', '0'.repeat(56), `sha224:${'0'.repeat(56)}`],
    ['sha256', '1'.repeat(64), `sha256:${'1'.repeat(64)}`],
    ['sha384', '2'.repeat(96), `sha384:${'2'.repeat(96)}`],
    ['sha512', 'f'.repeat(128), `sha512:${'f'.repeat(128)}`],
    ['sha256', '1'.repeat(63), undefined],
    ['sha256', 'g'.repeat(64), undefined],
    ['md5', '1'.repeat(32), undefined],
    ['constructor', '', undefined],
    [undefined, '1'.repeat(64), undefined],
  ];
  for (const [type, text, expected] of cases) {
    it(`reads ${expected?.slice(0, 10) ?? 'nothing'} from ${type} and ${text.length} characters`, () => {
      const parsed = parseChecksum(type, text);
      expect(parsed && formatChecksum(parsed)).to.equal(expected);
    });
  }
});
