import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { fingerprintOf, isBundled } from '../../src/registry/fingerprint.js';
import { makeAuthority } from '../support/certificate.js';

describe('registry/fingerprint', () => {
  it('says of every authority that Node brings along what X509Certificate says', () => {
    for (const pem of rootCertificates) expect(fingerprintOf(pem)).to.equal(new X509Certificate(pem).fingerprint256);
  });

  it('does not depend on line ends and breaks', () => {
    const { cert } = makeAuthority('test');
    const expected = new X509Certificate(cert).fingerprint256;
    expect(fingerprintOf(cert)).to.equal(expected);
    expect(fingerprintOf(cert.replaceAll('\n', '\r\n'))).to.equal(expected);
  });

  it('refuses what is no certificate in any form', () => {
    expect(() =>
      fingerprintOf('-----BEGIN TRUSTED CERTIFICATE-----\nAAAA\n-----END TRUSTED CERTIFICATE-----'),
    ).to.throw();
  });

  it('knows Node’s own authorities, and no other', () => {
    expect(isBundled(rootCertificates[0] ?? '')).to.equal(true);
    expect(isBundled(makeAuthority('test').cert)).to.equal(false);
  });
});
