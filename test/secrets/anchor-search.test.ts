import { expect } from 'chai';
import { AnchorSearch } from '../../src/secrets/anchor-search.js';
import { randomFrom } from '../support/random.js';

function searched(texts: readonly string[], text: string, enough = Infinity): string[] {
  const search = new AnchorSearch(texts.map((one) => ({ text: one, value: one })));
  const found: string[] = [];
  search.search(Buffer.from(text, 'latin1'), (value, at) => found.push(`${value} ${at}`) < enough);
  return found;
}

/** The same by the slow way. */
function expected(texts: readonly string[], text: string): string[] {
  return [...text].flatMap((_, at) => texts.filter((one) => text.startsWith(one, at)).map((one) => `${one} ${at}`));
}

describe('secrets/anchor-search', () => {
  it('finds anchors at even and odd places, at the beginning and at the very end', () => {
    expect(searched(['abcd', 'xyz_1'], 'abcd-abcd--xyz_1')).to.deep.equal(['abcd 0', 'abcd 5', 'xyz_1 11']);
  });

  it('finds anchors that overlap, and those that begin alike', () => {
    expect(searched(['aaaa', 'aaaab'], 'aaaaab')).to.deep.equal(['aaaa 0', 'aaaa 1', 'aaaab 1']);
  });

  it('finds nothing in what is shorter than an anchor', () => {
    for (const text of ['', 'a', 'ab', 'abc']) expect(searched(['abcd'], text)).to.deep.equal([]);
  });

  it('stops when it is told that it is enough', () => {
    expect(searched(['abcd'], 'abcdabcdabcd', 2)).to.deep.equal(['abcd 0', 'abcd 4']);
  });

  it('refuses an anchor of three bytes', () => {
    expect(() => searched(['abc'], '')).to.throw(RangeError, 'less than 4 bytes');
  });

  it('finds what a search place by place finds, in bytes drawn of few letters', () => {
    const random = randomFrom(5);
    const draw = (length: number): string => Array.from({ length }, () => 'abc\xff'[random(4)]).join('');
    for (let round = 0; round < 200; round++) {
      const texts = [...new Set(Array.from({ length: 1 + random(8) }, () => draw(4 + random(3))))];
      const text = draw(random(300));
      expect(searched(texts, text).sort()).to.deep.equal(expected(texts, text).sort());
    }
  });
});
