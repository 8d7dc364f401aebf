import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseCertificates, readCertificates } from '../../src/x509/certificate-chain.js';
import { needShared } from '../support/shared.js';
import { ecKey, issue, pem, publicPem } from '../support/x509.js';

const one = issue({ name: 'one' });
const two = issue({ name: 'two' });

function read(text: string) {
  return readCertificates(Buffer.from(text), 'ca.pem');
}

describe('signature/certificate-chain', () => {
  it('reads every certificate of a file, whatever text stands between', () => {
    const found = read(`# ours\n${one.pem}subject=CN = two\n${two.pem}`);
    expect(found.map(({ subject }) => subject)).to.deep.equal(['CN=one', 'CN=two']);
  });

  it('reads the authorities of containers/image', function () {
    const folder = needShared(this, 'data/containers-image-fixtures/containers-image/signature/fixtures');
    const counts = ['fulcio_v1.crt.pem', 'pki_root_crts.pem', 'pki_intermediate_crts.pem', 'fulcio-chain'].map(
      (name) => readCertificates(readFileSync(join(folder, name)), name).length,
    );
    expect(counts).to.deep.equal([1, 1, 1, 2]);
  });

  const refusals: readonly (readonly [title: string, text: string, message: RegExp])[] = [
    ['a file without any', 'hello', /expected PEM certificates .* got none/],
    ['a public key', publicPem(ecKey()), /expected a PEM block CERTIFICATE, got PUBLIC KEY/],
    ['a private key beside a certificate', one.pem + pem('PRIVATE KEY', one.der), /got PRIVATE KEY/],
    ['bytes that are no certificate', pem('CERTIFICATE', Buffer.from('no')), /certificate 1 cannot be read/],
    ['a certificate with data after it', pem('CERTIFICATE', Buffer.concat([one.der, one.der])), /not the DER of one/],
    ['PEM inside of PEM', pem('CERTIFICATE', Buffer.from(one.pem)), /not the DER of one/],
    ['damaged PEM', one.pem.replace('MII', '!!!'), /not base64/],
  ];
  for (const [title, text, message] of refusals) {
    it(`refuses ${title}, as a mistake of the user who named the file`, () => {
      expect(() => read(text))
        .to.throw(message)
        .that.includes({ kind: 'usage', subject: 'ca.pem' });
    });
  }

  it('refuses more certificates than it was told, as hostile where a signature brought them', () => {
    const parse = () => parseCertificates(one.pem.repeat(4), 'the chain', 3);
    expect(parse).to.throw('the chain has more than 3 PEM blocks').with.property('kind', 'hostile');
  });
});
