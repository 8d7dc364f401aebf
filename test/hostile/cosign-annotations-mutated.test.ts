import { expect } from 'chai';
import { verifyCosign, type CosignSignature } from '../../src/signature/cosign.js';
import { image, names, signWithCertificate, TestLog, withAnnotations } from '../support/cosign.js';
import { issue, oids, pem } from '../support/x509.js';

const log = new TestLog();
const root = issue({ name: 'root', ca: true });
const middle = issue({ name: 'middle', ca: true, issuer: root });
const leaf = issue({
  name: '',
  issuer: middle,
  emails: ['a@x.test'],
  usages: [oids.codeSigning],
  extensions: [[oids.oidcIssuer, Buffer.from('https://x.test')]],
});
const good = signWithCertificate(leaf, { log, chain: [middle, root] });
const trust = {
  kind: 'fulcio',
  authorities: [root.x509],
  oidcIssuer: 'https://x.test',
  subjectEmail: 'a@x.test',
  rekor: log.keys,
} as const;

function outcome(signature: CosignSignature): string {
  return verifyCosign(signature, image, trust, new Date('2026-11-24T12:00:00Z')).outcome;
}

describe('hostile: cosign annotations with one byte changed', () => {
  it('is a good signature before', () => {
    expect(outcome(good)).to.equal('valid');
  });

  for (const [name, der] of [
    ['certificate', leaf.der],
    ['chain', middle.der],
  ] as const) {
    it(`never holds with a byte of the ${name} changed`, () => {
      for (let at = 0; at < der.byteLength; at++) {
        const changed = Buffer.from(der);
        changed[at] = (changed[at] ?? 0) ^ (at % 2 === 0 ? 0x01 : 0x80);
        const text = pem('CERTIFICATE', changed) + (name === 'chain' ? root.pem : '');
        expect(outcome(withAnnotations(good, { [name]: text })), `byte ${at}`).not.to.equal('valid');
      }
    });
  }

  it('never holds with every other character of the bundle changed, but where the words stay the same', () => {
    const bundle = good.annotations[names.bundle] ?? '';
    for (let at = 0; at < bundle.length; at += 2) {
      const changed = bundle.slice(0, at) + String.fromCharCode(bundle.charCodeAt(at) ^ 0x01) + bundle.slice(at + 1);
      const result = outcome(withAnnotations(good, { bundle: changed }));
      if (result === 'valid') expect(decoded(changed), `character ${at}`).to.deep.equal(decoded(bundle));
    }
  });
});

/** Base64 has spare bits in front of its padding: two texts for the same bytes. */
function decoded(text: string): unknown {
  const { SignedEntryTimestamp, Payload } = JSON.parse(text) as { SignedEntryTimestamp: string; Payload: unknown };
  return [Buffer.from(SignedEntryTimestamp, 'base64').toString('hex'), Payload];
}
