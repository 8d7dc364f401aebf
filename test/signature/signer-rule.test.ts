import { expect } from 'chai';
import { parseReference } from '../../src/oci/reference.js';
import { cosignPayload, keysOf, signWithKey } from '../support/cosign.js';
import { encode, identity, signEnvelope, statementOf, TestSigstore } from '../support/sigstore.js';
import { ecKey } from '../support/x509.js';
import { bundleType, plainImage, SignedPlace, told, verify } from './rig.js';

const key = ecKey();
const signers = { keys: keysOf(key) };

describe('signerRule', () => {
  it('asks for no name of an image in a layout, which has none, but for its digest', async () => {
    const place = new SignedPlace(plainImage(), parseReference('oci:/srv/layout:1'));
    place.sign([signWithKey(key, { payload: cosignPayload(place.descriptor.digest, 'registry.test/whatever') })]);
    expect(told(await verify(place, { signers }))).to.deep.equal(['cosign valid']);
    place.sign([signWithKey(key, { payload: cosignPayload(`sha256:${'0'.repeat(64)}`, 'registry.test/whatever') })]);
    expect(told(await verify(place, { signers }))).to.deep.equal(['cosign invalid']);
  });

  it('leaves the question open where identities count and there is no root to check them with', async () => {
    const sigstore = new TestSigstore();
    const place = new SignedPlace();
    const certificate = sigstore.certify();
    const by = { key: certificate.privateKey, certificate };
    const statement = statementOf(place.descriptor.digest);
    place.refer(bundleType, bundleType, encode(await signEnvelope(sigstore, by, { statement })));
    const found = await verify(place, { signers: { identities: [identity] }, now: sigstore.now });
    expect(told(found)).to.deep.equal(['sigstore-bundle not-checked']);
    expect(found.results[0]).not.to.have.property('open');
    expect(found.rules[0]).to.include({ outcome: 'unknown', verified: false });
  });
});
