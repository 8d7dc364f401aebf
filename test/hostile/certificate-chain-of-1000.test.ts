import { expect } from 'chai';
import { verifyCosign } from '../../src/signature/cosign.js';
import { image, names, signWithCertificate } from '../support/cosign.js';
import { issue, type Issued } from '../support/x509.js';

const now = new Date('2026-11-24T12:00:00Z');
const root = issue({ name: 'root', ca: true });
const leaf = issue({ issuer: root, emails: ['a@x.test'] });
const pki = { kind: 'pki', roots: [root.x509], intermediates: [], subjectEmail: 'a@x.test' } as const;

describe('hostile: a certificate chain of 1000', () => {
  it('refuses it, where it fits the annotation, by the count', () => {
    const tiny = '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n';
    const chain = tiny.repeat(1000);
    const { payload, annotations } = signWithCertificate(leaf);
    const { outcome, reason } = verifyCosign(
      { payload, annotations: { ...annotations, [names.chain]: chain } },
      image,
      pki,
      now,
    );
    expect(outcome).to.equal('invalid');
    expect(reason).to.equal('the annotation dev.sigstore.cosign/chain has more than 10 PEM blocks');
  });

  it('refuses it, where it does not, by its size', () => {
    const chain = Array<Issued>(1000).fill(root);
    expect(verifyCosign(signWithCertificate(leaf, { chain }), image, pki, now).reason).to.match(/exceeds 131072$/);
  });

  it('reads ten', () => {
    const chain = Array<Issued>(10).fill(root);
    expect(verifyCosign(signWithCertificate(leaf, { chain }), image, pki, now).outcome).to.equal('valid');
  });
});
