import { expect } from 'chai';
import { inspectBundle, verifyBundle } from '../../src/signature/sigstore-bundle.js';
import { encode, image, signEnvelope, TestSigstore, type Loose } from '../support/sigstore.js';

const sigstore = new TestSigstore();

describe('a sigstore bundle of 20 MiB', () => {
  it('is refused, wherever its bytes are', async () => {
    const certificate = sigstore.certify();
    const by = { key: certificate.privateKey, certificate };
    const trust = await sigstore.trust();
    const filler = 'A'.repeat(20 * 1024 ** 2);
    const places: readonly ((bundle: Loose) => void)[] = [
      (bundle) => void (bundle['unknown'] = filler),
      (bundle) => void ((bundle['dsseEnvelope'] as Loose)['payload'] = filler),
      (bundle) => void ((bundle['verificationMaterial'] as Loose)['certificate'] = { rawBytes: filler }),
    ];
    for (const put of places) {
      const bundle = await signEnvelope(sigstore, by);
      put(bundle);
      const bytes = encode(bundle);
      const { outcome, reason } = await verifyBundle(bytes, image, trust, sigstore.now);
      expect(outcome).to.equal('invalid');
      expect(reason).to.match(/^the bundle of \d+ bytes exceeds 16777216$/);
      expect(() => inspectBundle(bytes))
        .to.throw('exceeds')
        .with.property('kind', 'hostile');
    }
  });
});
