import { expect } from 'chai';
import { isSelfIssued, readSigningCertificate } from '../../src/signature/signing-certificate.js';
import { issue, oids, tagged, type CertificateForm } from '../support/x509.js';

const issuer = 'https://issuer.test';

function certificate(form: CertificateForm): Buffer {
  const extensions = [[oids.oidcIssuer2, tagged(0x0c, Buffer.from(issuer))] as const];
  return issue({ name: '', usages: [oids.codeSigning], extensions, ...form }).der;
}

describe('readSigningCertificate', () => {
  it('reads every e-mail address and URI, and the issuer', () => {
    const der = certificate({ emails: ['a@team.test'], uris: ['https://ci.test'], hosts: ['ci.test'] });
    expect(readSigningCertificate(der)).to.deep.include({ names: ['a@team.test', 'https://ci.test'], issuer });
  });

  const refusals: readonly (readonly [string, Buffer, RegExp])[] = [
    [
      'a certificate of a server',
      certificate({ uris: ['https://ci.test'], usages: [oids.serverAuth] }),
      /not for code signing/,
    ],
    [
      'one for any purpose',
      certificate({ uris: ['https://ci.test'], usages: [oids.anyUsage] }),
      /not for code signing/,
    ],
    ['one without a purpose', certificate({ uris: ['https://ci.test'], usages: [] }), /not for code signing/],
    ['one that names a host alone', certificate({ hosts: ['ci.test'] }), /names nobody by e-mail address or URI/],
    ['one without an issuer', certificate({ uris: ['https://ci.test'], extensions: [] }), /names no OIDC issuer/],
    [
      'one with something behind it',
      Buffer.concat([certificate({ uris: ['https://ci.test'] }), Buffer.from([0x30, 0])]),
      /DER value/,
    ],
    ['what is no certificate', Buffer.from([0x30, 0]), /certificate/],
  ];
  for (const [what, der, reason] of refusals) {
    it(`refuses ${what}`, () => {
      expect(() => readSigningCertificate(der)).to.throw(reason);
    });
  }

  it('knows a certificate that vouches for itself', () => {
    const root = issue({ name: 'root', ca: true });
    expect(isSelfIssued(root.der)).to.equal(true);
    expect(isSelfIssued(issue({ name: 'leaf', issuer: root }).der)).to.equal(false);
  });
});
