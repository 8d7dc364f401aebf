import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { envelopeContent, hasDigest, isSignedBy, messageContent } from '../../src/signature/signed-content.js';
import { signWith } from '../support/sigstore.js';
import { ecKey } from '../support/x509.js';

const payload = Buffer.from('{}');
const sig = Buffer.from('signature');

describe('signed content', () => {
  it('is of an envelope the encoding that binds the type, and of one signature', () => {
    const content = envelopeContent({ payloadType: 't', payload, signatures: [{ sig }] });
    expect(Buffer.from(content.signed).toString()).to.equal('DSSEv1 1 t 2 {}');
    expect(() => envelopeContent({ payloadType: 't', payload, signatures: [{ sig }, { sig }] })).to.throw(
      'the envelope has 2 signatures: expected exactly one',
    );
  });

  it('has the digests of what was signed and of what is in the envelope', () => {
    const content = envelopeContent({ payloadType: 't', payload, signatures: [{ sig }] });
    const digest = (bytes: Uint8Array, hash = 'sha256'): Buffer => createHash(hash).update(bytes).digest();
    expect(hasDigest(content, digest(payload))).to.equal(true);
    expect(hasDigest(content, digest(content.signed, 'sha512'))).to.equal(true);
    expect(hasDigest(content, digest(sig))).to.equal(false);
    expect(hasDigest(content, digest(payload, 'sha1'))).to.equal(false);
    expect(hasDigest(content, Buffer.alloc(0))).to.equal(false);
  });

  it('is signed by the key that signed it, and not by a key that nobody should use', () => {
    const key = ecKey();
    const content = messageContent(payload, signWith(key, payload));
    expect(isSignedBy(content, createPublicKey(key))).to.equal(true);
    expect(isSignedBy(content, createPublicKey(ecKey()))).to.equal(false);
    expect(isSignedBy({ ...content, signature: Buffer.from('x') }, createPublicKey(key))).to.equal(false);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    expect(() => isSignedBy(content, publicKey))
      .to.throw('EC on secp256k1')
      .with.property('kind', 'unsupported');
  });
});
