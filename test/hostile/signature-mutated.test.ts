import { expect } from 'chai';
import { compressed, signedMessage } from '../support/openpgp-message.js';
import { mutate, randomFrom } from '../support/random.js';
import { makeTrustedSigner, signedDigest, signedPayload, signedReference } from '../support/simple-signing.js';

describe('twenty thousand signatures with bytes changed at random', () => {
  it('are judged, every one, and hold for nothing but what was signed', async () => {
    const { signer, judge } = await makeTrustedSigner();
    const message = await signedMessage(signer, signedPayload());
    const zip = compressed(1, message);
    const seeds = [message, zip, message, zip, message, message, message, message, message, compressed(3, message)];
    const random = randomFrom(20_261_124);
    const counts = new Map<string, number>();
    for (let round = 0; round < 20_000; round++) {
      const { outcome, signed } = judge(mutate(seeds[round % seeds.length] ?? message, random));
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      if (signed) expect(signed).to.deep.equal({ digest: signedDigest, reference: signedReference });
      expect(signed !== undefined).to.equal(outcome === 'valid');
    }
    expect([...counts.keys()].sort()).to.deep.equal(['invalid', 'unsupported', 'untrusted', 'valid']);
    expect(counts.get('invalid')).to.be.greaterThan(10_000);
  });
});
