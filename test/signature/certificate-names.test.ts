import { expect } from 'chai';
import { namesHost, readNames } from '../../src/signature/certificate-names.js';
import { issue, oids, sequence, tagged, type CertificateForm } from '../support/x509.js';

function namesOf(form: CertificateForm) {
  return readNames(issue(form).der);
}

describe('signature/certificate-names', () => {
  it('reads each kind of name in its order, and ignores kinds it does not know', () => {
    const other = tagged(0xa0, Buffer.from('other name'));
    const names = [other, tagged(0x81, Buffer.from('b@x.test')), tagged(0x82, Buffer.from('x.test'))];
    const more = [tagged(0x86, Buffer.from('https://x.test/a')), tagged(0x81, Buffer.from('a@x.test'))];
    const found = namesOf({ extensions: [[oids.subjectAltName, sequence(...names, ...more), true]] });
    expect(found).to.deep.equal({
      emails: ['b@x.test', 'a@x.test'],
      hosts: ['x.test'],
      uris: ['https://x.test/a'],
      addresses: [],
    });
  });

  it('takes no name out of the subject', () => {
    expect(namesOf({ name: 'registry.test' })).to.deep.equal({ emails: [], hosts: [], uris: [], addresses: [] });
  });

  it('agrees with Node on the names of a certificate', () => {
    const { x509, der } = issue({ emails: ['a@x.test'], hosts: ['x.test', '*.y.test'], uris: ['https://x.test'] });
    const names = readNames(der);
    const told = [
      ...names.emails.map((name) => `email:${name}`),
      ...names.hosts.map((name) => `DNS:${name}`),
      ...names.uris.map((name) => `URI:${name}`),
    ];
    expect(x509.subjectAltName).to.equal(told.join(', '));
  });

  it('keeps a name with a comma one name, which Node writes as two', () => {
    const { emails } = namesOf({ emails: ['a@x.test, email:b@x.test'] });
    expect(emails).to.deep.equal(['a@x.test, email:b@x.test']);
  });

  for (const [title, name] of [
    ['a byte of zero', 'admin@x.test\0.evil.test'],
    ['a letter that only looks like one', 'аdmin@x.test'],
  ] as const) {
    it(`refuses a name with ${title}`, () => {
      expect(() => namesOf({ emails: [name] })).to.throw('is not ASCII');
    });
  }

  const hosts: readonly (readonly [pattern: string, host: string, matches: boolean])[] = [
    ['host.x.test', 'host.x.test', true],
    ['HOST.x.test', 'host.X.test', true],
    ['host.x.test', 'host.x.test.', true],
    ['host.x.test', 'x.test', false],
    ['x.test', 'host.x.test', false],
    ['*.x.test', 'host.x.test', true],
    ['*.x.test', 'x.test', false],
    ['*.x.test', 'a.host.x.test', false],
    ['h*.x.test', 'host.x.test', false],
    ['host.*.test', 'host.x.test', false],
    ['.x.test', 'host.x.test', false],
    ['*.x.test', '.x.test', false],
    ['192.0.2.1', '192.0.2.1', false],
    ['', '', false],
  ];
  for (const [pattern, host, matches] of hosts) {
    it(`${matches ? 'finds' : 'does not find'} the host '${host}' in a certificate for '${pattern}'`, () => {
      expect(namesHost(namesOf({ hosts: [pattern] }), host)).to.equal(matches);
    });
  }

  it('finds IP addresses among addresses alone, however they are written', () => {
    const v6 = Buffer.from('20010db8000000000000000000000001', 'hex');
    const names = namesOf({ addresses: [Buffer.from([192, 0, 2, 1]), v6] });
    for (const host of ['192.0.2.1', '[192.0.2.1]', '2001:db8::1', '[2001:DB8:0::1]']) {
      expect(namesHost(names, host), host).to.equal(true);
    }
    expect(namesHost(names, '192.0.2.2')).to.equal(false);
    expect(() => namesOf({ addresses: [Buffer.alloc(5)] })).to.throw('an address of 5 bytes');
  });
});
