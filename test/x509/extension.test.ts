import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { extensionOf, readExtensions } from '../../src/x509/extension.js';
import { needShared } from '../support/shared.js';
import { issue, oids, sequence, tagged } from '../support/x509.js';

describe('signature/x509-extension', () => {
  it('reads the extensions of a real certificate of Fulcio, and which are critical', function () {
    const folder = needShared(this, 'data/containers-image-fixtures/containers-image/signature/fixtures');
    const { raw } = new X509Certificate(readFileSync(join(folder, 'fulcio-cert')));
    const critical = [...readExtensions(raw)].map(([oid, extension]) => [oid, extension.critical]);
    expect(critical).to.deep.equal([
      ['2.5.29.15', true],
      ['2.5.29.37', false],
      ['2.5.29.14', false],
      ['2.5.29.35', false],
      ['2.5.29.17', true],
      ['1.3.6.1.4.1.57264.1.1', false],
      ['1.3.6.1.4.1.11129.2.4.2', false],
    ]);
    expect(Buffer.from(extensionOf(raw, oids.oidcIssuer) ?? []).toString()).to.equal('https://github.com/login/oauth');
    expect(extensionOf(raw, oids.oidcIssuer2)).to.equal(undefined);
  });

  it('refuses a certificate with an extension twice', () => {
    const extension = [oids.oidcIssuer, Buffer.from('a')] as const;
    const { der } = issue({ extensions: [extension, extension] });
    expect(() => readExtensions(der)).to.throw(`it has the extension ${oids.oidcIssuer} twice`);
  });

  it('refuses a certificate with more than 100 extensions', () => {
    const many = Array.from({ length: 101 }, (_, i) => [`1.2.3.${i}`, Buffer.from('a')] as const);
    expect(() => readExtensions(issue({ extensions: many }).der)).to.throw('it has more than 100 extensions');
  });

  const bent: readonly (readonly [title: string, der: Buffer])[] = [
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['an element that ends early', sequence(tagged(0x04, Buffer.alloc(20))).subarray(0, 10)],
    ['data after the certificate', Buffer.concat([issue({}).der, Buffer.from([0])])],
    ['a length of 4 GiB', Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0])],
  ];
  for (const [title, der] of bent) {
    it(`refuses ${title}`, () => {
      expect(() => readExtensions(der))
        .to.throw()
        .with.property('kind', 'hostile');
    });
  }

  it('reads or refuses a certificate with any one byte changed, and never crashes', () => {
    const { der } = issue({ emails: ['a@b.test'], extensions: [[oids.oidcIssuer, Buffer.from('issuer')]] });
    for (let at = 0; at < der.byteLength; at++) {
      const changed = Buffer.from(der);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      try {
        expect(readExtensions(changed).size).to.be.at.most(4);
      } catch (error) {
        expect(error, `byte ${at}`).to.have.property('name', 'ImgcheckError');
      }
    }
  });
});
