import { expect } from 'chai';
import { StoredSignatures, storedSignatureLimits } from '../../src/registry/stored-signatures.js';
import { failureOf } from '../source/failure.js';

function gather(count: number, bytes: number): Promise<readonly Uint8Array[]> {
  const signatures = new StoredSignatures('https://registry.test/');
  const one = new Uint8Array(bytes);
  return Promise.resolve().then(() => {
    for (let i = 0; i < count; i += 1) signatures.add(one);
    return signatures.all;
  });
}

describe('registry/stored-signatures', () => {
  const { count, bytes, together } = storedSignatureLimits;

  it('gathers as many and as long ones as are allowed, in their order', async () => {
    expect(await gather(count, 1)).to.have.length(128);
    expect(await gather(4, bytes)).to.have.length(4);
    const signatures = new StoredSignatures('x');
    for (const byte of [1, 2]) signatures.add(Uint8Array.of(byte));
    expect(signatures.all.map(([byte]) => byte)).to.deep.equal([1, 2]);
  });

  for (const [what, number, size, message] of [
    ['one too many', count + 1, 1, /^there are more than 128 signatures$/],
    ['one that is too long', 1, bytes + 1, /^a signature exceeds its limit of 4194304 bytes$/],
    ['what is too much together', together / bytes + 1, bytes, /^the signatures together exceed their limit/],
  ] as const) {
    it(`refuses ${what}, naming the place`, async () => {
      const error = await failureOf('hostile', () => gather(number, size));
      expect(error.message).to.match(message);
      expect(error.subject).to.equal('https://registry.test/');
    });
  }
});
