import { expect } from 'chai';
import { verifyCosign } from '../../src/signature/cosign.js';
import { image, keysOf, names, signWithCertificate, TestLog, withAnnotations } from '../support/cosign.js';
import { issue, oids } from '../support/x509.js';

const log = new TestLog();
const root = issue({ name: 'root', ca: true });
const leaf = issue({ issuer: root, emails: ['a@x.test'], extensions: [[oids.oidcIssuer, Buffer.from('https://x')]] });
const good = signWithCertificate(leaf, { log });
const now = new Date('2026-11-24T12:00:00Z');
const fulcio = {
  kind: 'fulcio',
  authorities: [root.x509],
  oidcIssuer: 'https://x',
  subjectEmail: 'a@x.test',
  rekor: log.keys,
} as const;

describe('hostile: a cosign annotation of 4 MiB', () => {
  it('is a good signature before', () => {
    expect(verifyCosign(good, image, fulcio, now).outcome).to.equal('valid');
  });

  for (const name of ['signature', 'certificate', 'chain', 'bundle'] as const) {
    it(`refuses the ${name} unread, and does not repeat it`, () => {
      const huge = withAnnotations(good, { [name]: '-----BEGIN A-----\n'.repeat(233_017) });
      const { outcome, reason } = verifyCosign(huge, image, fulcio, now);
      expect(outcome).to.equal('invalid');
      expect(reason).to.equal(
        `the annotation ${names[name]} of 4194306 characters exceeds 131072${name === 'bundle' ? ': the promise of a Rekor log is required' : ''}`,
      );
    });
  }

  it('does not mind one that is not asked for', () => {
    const keys = keysOf(leaf.privateKey);
    const huge = withAnnotations(good, { chain: 'x'.repeat(4 << 20), certificate: 'x'.repeat(4 << 20) });
    expect(verifyCosign(huge, image, { kind: 'keys', keys }, now).outcome).to.equal('valid');
  });
});
