import { spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { inTemporaryDirectory } from '../source/failure.js';
import { issueCertificate, makeAuthority, selfSignedCertificate } from './certificate.js';

const authority = makeAuthority('Authority');

describe('support/certificate', () => {
  it('issues certificates that Node verifies and matches to their names', () => {
    const { cert, key } = issueCertificate(authority, { names: ['a.test'], ips: ['127.0.0.1', '::1', 'fe80::1:2'] });
    const certificate = new X509Certificate(cert);
    const issuer = new X509Certificate(authority.cert);
    expect(certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)).to.equal(true);
    expect(certificate.checkHost('a.test')).to.equal('a.test');
    expect(certificate.checkHost('b.test')).to.equal(undefined);
    for (const ip of ['127.0.0.1', '::1', 'fe80::1:2']) expect(certificate.checkIP(ip)).to.equal(ip);
    expect(key).to.match(/^-----BEGIN PRIVATE KEY-----/);
    expect([issuer.ca, certificate.ca]).to.deep.equal([true, false]);
  });

  it('keeps to the dates asked for, on both sides of 2050', () => {
    const dates = { notBefore: new Date('2001-02-03T04:05:06Z'), notAfter: new Date('2060-07-08T09:10:11Z') };
    const certificate = new X509Certificate(selfSignedCertificate({ names: ['a.test'], ...dates }).cert);
    expect(new Date(certificate.validFrom)).to.deep.equal(dates.notBefore);
    expect(new Date(certificate.validTo)).to.deep.equal(dates.notAfter);
  });

  it('makes what OpenSSL finds in order, strictly', function () {
    if (spawnSync('openssl', ['version']).status !== 0) this.skip();
    return inTemporaryDirectory((dir) => {
      const cases = [
        { purpose: 'sslserver', cert: issueCertificate(authority, { names: ['a.test'], ips: ['::1'] }).cert },
        { purpose: 'sslclient', cert: issueCertificate(authority, { commonName: 'me', client: true }).cert },
      ];
      writeFileSync(join(dir, 'ca.pem'), authority.cert);
      for (const { purpose, cert } of cases) {
        writeFileSync(join(dir, 'cert.pem'), cert);
        const args = [
          'verify',
          '-x509_strict',
          '-purpose',
          purpose,
          '-CAfile',
          join(dir, 'ca.pem'),
          join(dir, 'cert.pem'),
        ];
        const { status, stderr } = spawnSync('openssl', args, { encoding: 'utf8' });
        expect([status, stderr], purpose).to.deep.equal([0, '']);
      }
      return Promise.resolve();
    });
  });
});
