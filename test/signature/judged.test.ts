import { expect } from 'chai';
import { ImgcheckError, type ErrorKind } from '../../src/core/error.js';
import { judged } from '../../src/signature/judged.js';

const fail = (kind: ErrorKind): Promise<never> => Promise.reject(new ImgcheckError(kind, 'why'));

describe('judged', () => {
  it('takes what is wrong with a signature for a verdict on it', async () => {
    expect(await judged(() => fail('hostile'))).to.deep.equal({ outcome: 'invalid', reason: 'why' });
    expect(await judged(() => fail('integrity'))).to.deep.equal({ outcome: 'invalid', reason: 'why' });
    expect(await judged(() => fail('unsupported'))).to.deep.equal({ outcome: 'unsupported', reason: 'why' });
  });

  it('throws on what is no fault of the signature', async () => {
    for (const work of [() => fail('usage'), () => Promise.reject(new TypeError('a bug'))]) {
      const error = await judged(work).catch((one: unknown) => one);
      expect(error).to.be.instanceOf(Error);
    }
  });
});
