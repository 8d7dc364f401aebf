import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { expect } from 'chai';
import { isIssuedBy, parseChainCertificate } from '../../src/x509/chain-certificate.js';
import { renderDistinguishedName } from '../../src/x509/distinguished-name.js';
import { debianTool } from '../support/debian.js';
import { NotationWorkshop, type Identity } from '../support/notation.js';
import { failureOf } from '../source/failure.js';

describe('parseChainCertificate', () => {
  let workshop: NotationWorkshop;
  let signer: Identity;

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    signer = await workshop.signer(await workshop.root());
  });
  after(() => workshop?.close());

  it('reads every root that Node brings along as Node reads it', () => {
    for (const pem of rootCertificates) {
      const x509 = new X509Certificate(pem);
      const read = parseChainCertificate(x509.raw);
      expect(read.notBefore.getTime()).to.equal(Date.parse(x509.validFrom));
      expect(read.notAfter.getTime()).to.equal(Date.parse(x509.validTo));
      expect(read.basicConstraints?.ca ?? false).to.equal(x509.ca);
      expect(BigInt(`0x${Buffer.from(read.serial).toString('hex')}`)).to.equal(BigInt(`0x${x509.serialNumber}`));
      // Node separates the names by line breaks, in the order of the certificate.
      const values = read.subject.flat().map(({ value }) => value);
      for (const value of values)
        expect(x509.subject).to.include(value.replace(/([,"])/g, '\\$1').replace(/\\"/g, '\\"'));
      expect(isIssuedBy(read, read), renderDistinguishedName(read.subject)).to.equal(true);
    }
    expect(rootCertificates.length).to.be.greaterThan(100);
  });

  it('refuses what is not the DER of one certificate', async () => {
    const [der = Buffer.alloc(0)] = signer.chain;
    const cases = [
      Buffer.alloc(0),
      der.subarray(0, -1),
      Buffer.concat([der, Buffer.from([0])]),
      Buffer.from('3000', 'hex'),
    ];
    for (const bytes of cases) await failureOf('hostile', async () => parseChainCertificate(bytes));
    await failureOf('hostile', async () => parseChainCertificate(Buffer.alloc(70_000, 0x30)));
    await failureOf('hostile', async () => parseChainCertificate(Buffer.from(new X509Certificate(der).toString())));
  });

  it('ends with an error of its own for a certificate of which any one byte was changed, or reads it', () => {
    const [der = Buffer.alloc(0)] = signer.chain;
    for (let at = 0; at < der.byteLength; at++) {
      for (const bit of [0x01, 0x20, 0x80]) {
        const changed = Buffer.from(der);
        changed.writeUInt8(changed.readUInt8(at) ^ bit, at);
        try {
          isIssuedBy(parseChainCertificate(changed), parseChainCertificate(der));
        } catch (error) {
          expect(error, `byte ${at}`).to.have.property('name', 'ImgcheckError');
        }
      }
    }
  });
});
