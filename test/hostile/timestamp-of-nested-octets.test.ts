import { expect } from 'chai';
import { verifyBundle } from '../../src/signature/sigstore-bundle.js';
import { dsseBody, encode, image, signEnvelope, statementOf, TestSigstore } from '../support/sigstore.js';
import { tagged } from '../support/x509.js';

const sigstore = new TestSigstore();

/** Octet strings and sequences inside each other, as deep as their lengths in two bytes allow. */
function nested(tag: number): Buffer {
  let inner: Buffer = Buffer.from([0x05, 0x00]);
  while (inner.byteLength < 65_000) inner = tagged(tag, inner);
  return inner;
}

describe('a timestamp of nested octet strings', () => {
  for (const [name, tag] of [
    ['octet strings', 0x04],
    ['sequences', 0x30],
  ] as const) {
    it(`of ${name} ends in a verdict, not in a stack overflow`, async () => {
      const certificate = sigstore.certify();
      const bundle = await signEnvelope(
        sigstore,
        { key: certificate.privateKey, certificate },
        {
          prove: (signature) => ({
            entries: [sigstore.logged(dsseBody(signature, statementOf(), certificate.pem))],
            timestamps: [nested(tag).toString('base64')],
          }),
        },
      );
      const judgement = await verifyBundle(encode(bundle), image, await sigstore.trust(), sigstore.now);
      expect(judgement).to.include({ outcome: 'invalid', reason: 'the RFC 3161 timestamp cannot be read' });
    });
  }
});
