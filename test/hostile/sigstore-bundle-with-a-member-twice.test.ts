import { expect } from 'chai';
import { verifyBundle } from '../../src/signature/sigstore-bundle.js';
import { encode, image, signEnvelope, statementOf, TestSigstore } from '../support/sigstore.js';

const sigstore = new TestSigstore();

describe('a sigstore bundle with a member twice', () => {
  it('is refused: one reader would take the first, another the last', async () => {
    const certificate = sigstore.certify();
    const text = encode(await signEnvelope(sigstore, { key: certificate.privateKey, certificate })).toString();
    const trust = await sigstore.trust();
    const other = statementOf(image, 'https://evil.test').toString('base64');
    for (const member of [`"payload":"${other}"`, '"certificate":{}', '"tlogEntries":[]', '"mediaType":"x"']) {
      const name = member.slice(0, member.indexOf(':') + 1);
      const twice = Buffer.from(text.replace(name, `${member},${name}`));
      const { outcome, reason } = await verifyBundle(twice, image, trust, sigstore.now);
      expect(outcome).to.equal('invalid');
      expect(reason).to.match(/^the bundle has the member ".*" twice$/);
    }
  });
});
