import { expect } from 'chai';
import { parseChainCertificate } from '../../src/x509/chain-certificate.js';
import { readNames } from '../../src/signature/certificate-names.js';
import { verifyCosign, type CosignSignature, type CosignTrust } from '../../src/signature/cosign.js';
import { judgePkiIdentity, type PkiIdentity } from '../../src/signature/pki.js';
import { image, reference, signWithCertificate, TestLog, withAnnotations } from '../support/cosign.js';
import { issue, oids, type CertificateForm, type Issued } from '../support/x509.js';

const authority = issue({ name: 'our authority', ca: true });

function judge(form: CertificateForm, trust: PkiIdentity): string {
  const { der } = issue({ issuer: authority, ...form });
  const found = judgePkiIdentity(parseChainCertificate(der), readNames(der), trust);
  return found.ok
    ? `${found.value.identity} by ${found.value.issuer}`
    : `${found.refusal.outcome}: ${found.refusal.reason}`;
}

const both = { subjectEmail: 'dev@x.test', subjectHostname: 'build.x.test' };
const by = 'by CN=our authority';

describe('signature/pki', () => {
  const cases: readonly (readonly [title: string, form: CertificateForm, trust: PkiIdentity, verdict: string])[] = [
    ['accepts the e-mail address', { emails: ['dev@x.test'] }, { subjectEmail: 'dev@x.test' }, `dev@x.test ${by}`],
    ['accepts the host', { hosts: ['build.x.test'] }, { subjectHostname: 'build.x.test' }, `build.x.test ${by}`],
    [
      'accepts a host by a wildcard',
      { hosts: ['*.x.test'] },
      { subjectHostname: 'build.x.test' },
      `build.x.test ${by}`,
    ],
    ['accepts both', { emails: ['dev@x.test'], hosts: ['build.x.test'] }, both, `dev@x.test, build.x.test ${by}`],
    ['refuses one of two', { emails: ['dev@x.test'] }, both, 'untrusted: expected the host build.x.test, got none'],
    [
      'refuses the other of two',
      { hosts: ['build.x.test'] },
      both,
      'untrusted: expected the e-mail address dev@x.test, got none',
    ],
    [
      'refuses another host',
      { hosts: ['x.test'], addresses: [Buffer.from([192, 0, 2, 1])] },
      { subjectHostname: 'build.x.test' },
      'untrusted: expected the host build.x.test, got x.test, 192.0.2.1',
    ],
    [
      'refuses the host as a subject',
      { name: 'build.x.test' },
      { subjectHostname: 'build.x.test' },
      'untrusted: expected the host build.x.test, got none',
    ],
  ];
  for (const [title, form, trust, verdict] of cases) {
    it(title, () => {
      expect(judge(form, trust)).to.equal(verdict);
    });
  }

  describe('by the signatures made with its certificates', () => {
    const root = issue({ name: 'root', ca: true });
    const middle = issue({ name: 'middle', ca: true, issuer: root });
    const now = new Date('2026-11-24T12:00:00Z');
    const leafOf = (form: CertificateForm = {}): Issued =>
      issue({ name: 'team', issuer: middle, emails: ['dev@x.test'], ...form });
    const trust = { kind: 'pki', roots: [root.x509], intermediates: [], subjectEmail: 'dev@x.test' } as const;
    const verify = (signature: CosignSignature, changes: Partial<Extract<CosignTrust, { kind: 'pki' }>> = {}) =>
      verifyCosign(signature, image, { ...trust, ...changes }, now);
    const chain = [middle, root];

    it('holds with the intermediates of the signature, and says what was not checked', () => {
      expect(verify(signWithCertificate(leafOf(), { chain }))).to.deep.equal({
        outcome: 'valid',
        reason: 'signed by CN=team',
        signer: 'CN=team',
        identity: 'dev@x.test',
        issuer: 'CN=middle',
        notes: ['revocation was not checked'],
        signed: { digest: image, reference },
      });
    });

    it('holds with the intermediates of the policy', () => {
      const { outcome } = verify(signWithCertificate(leafOf()), { intermediates: [middle.x509] });
      expect(outcome).to.equal('valid');
    });

    it('leaves out the last certificate of the chain, which is where the root stands', () => {
      expect(verify(signWithCertificate(leafOf(), { chain: [middle] })).outcome).to.equal('untrusted');
    });

    it('does not believe a root that comes along', () => {
      const own = issue({ name: 'root', ca: true });
      const signature = signWithCertificate(leafOf({ issuer: own }), { chain: [own, own, root] });
      expect(verify(signature).outcome).to.equal('untrusted');
    });

    it('is judged today, whatever a log says of the time', () => {
      const dates = { from: new Date('2024-01-01T00:00:00Z'), to: new Date('2024-12-31T00:00:00Z') };
      const expired = signWithCertificate(leafOf(dates), { chain, log: new TestLog() });
      expect(verify(expired)).to.include({
        outcome: 'invalid',
        reason:
          'the certificate is valid from 2024-01-01T00:00:00Z to 2024-12-31T00:00:00Z, not at 2026-11-24T12:00:00Z (today)',
      });
      expect(verify(withAnnotations(expired, { bundle: undefined })).outcome).to.equal('invalid');
      const early = signWithCertificate(leafOf({ from: new Date('2027-01-01T00:00:00Z') }), { chain });
      expect(verify(early).outcome).to.equal('invalid');
    });

    it('does not hold for a certificate meant for something else', () => {
      const signature = signWithCertificate(leafOf({ usages: [oids.serverAuth] }), { chain });
      expect(verify(signature).reason).to.match(/not meant for code signing/);
    });

    it('does not hold for another person, whose name it gives', () => {
      const other = verify(signWithCertificate(leafOf({ emails: ['x@x.test'] }), { chain }));
      expect(other).to.deep.include({ outcome: 'untrusted', signer: 'CN=team', signed: { digest: image, reference } });
      expect(other.reason).to.equal('expected the e-mail address dev@x.test, got x@x.test');
    });
  });
});
