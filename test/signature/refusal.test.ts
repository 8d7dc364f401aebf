import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { clip, passed, refused, step } from '../../src/signature/refusal.js';

describe('signature/refusal', () => {
  it('turns what a malformed signature throws into a refusal of that signature', () => {
    const of = (kind: 'hostile' | 'unsupported') =>
      step(() => {
        throw new ImgcheckError(kind, 'no');
      });
    expect(of('hostile')).to.deep.equal(refused('invalid', 'no'));
    expect(of('unsupported')).to.deep.equal(refused('unsupported', 'no'));
    expect(step(() => 1)).to.deep.equal(passed(1));
  });

  it('throws on what is not the fault of the signature', () => {
    const mistake = new ImgcheckError('usage', 'a key file');
    for (const error of [mistake, new TypeError('a bug')]) {
      expect(() =>
        step(() => {
          throw error;
        }),
      ).to.throw(error);
    }
  });

  it('shortens long text and says so', () => {
    expect(clip('abcdef', 4)).to.equal('abcd...');
    expect(clip('abcd', 4)).to.equal('abcd');
  });
});
