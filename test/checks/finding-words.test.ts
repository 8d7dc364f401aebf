import { expect } from 'chai';
import { listed, shown } from '../../src/checks/finding-words.js';

describe('checks/finding-words', () => {
  it('names eight of many', () => {
    expect(listed(['a', 'b'])).to.equal('a, b');
    expect(listed('abcdefghij'.split(''))).to.equal('a, b, c, d, e, f, g, h and 2 more');
  });

  it('shows a hundred characters', () => {
    expect(shown('x'.repeat(100))).to.equal('x'.repeat(100));
    expect(shown('x'.repeat(101))).to.equal(`${'x'.repeat(97)}...`);
  });
});
