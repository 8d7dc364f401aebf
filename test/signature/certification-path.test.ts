import { generateKeyPairSync, type X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseChainCertificate } from '../../src/x509/chain-certificate.js';
import { verifyPath, type PathTrust } from '../../src/signature/certification-path.js';
import { debianTool } from '../support/debian.js';
import { ecKey, issue, oids, sequence, tagged, type CertificateForm, type Issued } from '../support/x509.js';

const at = new Date('2025-06-01T00:00:00Z');
const root = issue({ name: 'root', ca: true, keyUsage: [5, 6] });
const middle = issue({ name: 'middle', ca: true, keyUsage: [5], issuer: root });
const leaf = issue({ name: 'leaf', issuer: middle, usages: [oids.codeSigning] });

interface PathForm {
  readonly leaf: Issued;
  readonly intermediates?: readonly Issued[];
  readonly authorities?: readonly Issued[];
  readonly at?: Date;
}

const x509 = (list: readonly Issued[]): X509Certificate[] => list.map((one) => one.x509);

function walk(form: PathForm): string {
  const trust: PathTrust = {
    authorities: x509(form.authorities ?? [root]),
    intermediates: x509(form.intermediates ?? []),
    at: form.at ?? at,
    atIs: 'today',
  };
  const path = verifyPath(parseChainCertificate(form.leaf.der), trust);
  if (!path.ok) return `${path.refusal.outcome}: ${path.refusal.reason}`;
  return path.value.map(({ x509: one }) => (one.subject as string | undefined)?.slice(3) ?? '').join(' < ');
}

/** A leaf below a middle below the root, one of them bent. */
function bent(where: 'leaf' | 'middle' | 'root', change: CertificateForm): PathForm {
  const top = where === 'root' ? issue({ name: 'root', ca: true, ...change }) : root;
  const between = issue({ name: 'middle', ca: true, issuer: top, ...(where === 'middle' ? change : {}) });
  const end = issue({ name: 'leaf', issuer: between, ...(where === 'leaf' ? change : {}) });
  return { leaf: end, intermediates: [between], authorities: [top] };
}

const early = { from: new Date('2020-01-01T00:00:00Z'), to: new Date('2025-05-31T23:59:59Z') };

describe('signature/certification-path', () => {
  it('finds the way over an intermediate to an authority', () => {
    expect(walk({ leaf, intermediates: [middle] })).to.equal('leaf < middle < root');
  });

  it('believes an authority that is no root, and a leaf that is an authority itself', () => {
    expect(walk({ leaf, authorities: [middle] })).to.equal('leaf < middle');
    expect(walk({ leaf, authorities: [leaf] })).to.equal('leaf');
  });

  it('finds no way without the intermediate, and names the issuer', () => {
    expect(walk({ leaf })).to.equal(
      'untrusted: the certificate was issued not by the authority given; its issuer is CN=middle',
    );
    expect(walk({ leaf, authorities: [root, issue({ ca: true })] })).to.match(/by none of the 2 authorities given/);
  });

  it('does not believe a root that the signature brought, nor one with the name and another key', () => {
    const impostor = issue({ name: 'root', ca: true });
    const forged = issue({ name: 'leaf', issuer: impostor });
    expect(walk({ leaf: forged, intermediates: [impostor] })).to.match(/^untrusted/);
    expect(walk({ leaf, intermediates: [middle], authorities: [impostor] })).to.match(/^untrusted/);
  });

  it('takes a certificate that signed itself for what it is', () => {
    expect(walk({ leaf: issue({ name: 'me' }) })).to.match(/^untrusted/);
  });

  it('is valid from its first second to its last', () => {
    const times = { from: new Date('2025-01-01T00:00:00Z'), to: new Date('2025-01-01T00:10:00Z') };
    const form = bent('leaf', times);
    const verdicts = [-1000, 0, 600_000, 600_001].map((offset) =>
      walk({ ...form, at: new Date(times.from.getTime() + offset) }),
    );
    expect(verdicts.map((verdict) => verdict.startsWith('leaf'))).to.deep.equal([false, true, true, false]);
    expect(verdicts[3]).to.equal(
      'invalid: the certificate is valid from 2025-01-01T00:00:00Z to 2025-01-01T00:10:00Z, not at 2025-01-01T00:10:00.001Z (today)',
    );
  });

  const cases: readonly (readonly [title: string, form: PathForm, verdict: RegExp])[] = [
    ['an intermediate that had expired', bent('middle', early), /^invalid: the authority CN=middle is valid from/],
    ['an authority that had expired', bent('root', early), /^invalid: the authority CN=root is valid from/],
    [
      'a leaf for servers',
      bent('leaf', { usages: [oids.serverAuth] }),
      /^invalid: the certificate is not meant for code/,
    ],
    ['a leaf for nothing', bent('leaf', { usages: [] }), /^invalid: the certificate is not meant for code/],
    [
      'an intermediate for servers',
      bent('middle', { usages: [oids.serverAuth] }),
      /^invalid: the authority CN=middle is not/,
    ],
    ['an authority for servers', bent('root', { usages: [oids.serverAuth] }), /^invalid: the authority CN=root is not/],
    [
      'an intermediate that is no authority',
      bent('middle', { ca: false }),
      /^invalid: the authority CN=middle may not issue/,
    ],
    [
      'an intermediate without basic constraints',
      withoutConstraints(),
      /^invalid: the authority CN=middle may not issue/,
    ],
    [
      'an authority whose path length is passed',
      bent('root', { ca: 0 }),
      /^invalid: .*may have 0 authorities below it, not 1/,
    ],
    [
      'an unknown critical extension',
      bent('leaf', critical()),
      /^unsupported: the certificate has a critical extension .*1\.2\.3\.4/,
    ],
    ['one in an authority', bent('root', critical()), /^unsupported: the authority CN=root has a critical extension/],
    ['name constraints', bent('middle', constraints()), /^unsupported: the authority CN=middle has name constraints/],
    [
      'a leaf signed with SHA-1',
      bent('leaf', { hash: 'sha1' }),
      /^unsupported: the certificate of CN=leaf is not signed/,
    ],
    [
      'an intermediate signed with SHA-1',
      bent('middle', { hash: 'sha1' }),
      /^unsupported: the certificate of CN=middle/,
    ],
    [
      'an authority with a key of 512 bits',
      bent('root', { privateKey: smallKey() }),
      /^unsupported: the key is RSA of 512/,
    ],
  ];
  for (const [title, form, verdict] of cases) {
    it(`refuses ${title}`, () => {
      expect(walk(form)).to.match(verdict);
    });
  }

  const good: readonly (readonly [title: string, form: PathForm])[] = [
    ['a leaf not limited in its use', bent('leaf', {})],
    ['a leaf for any use', bent('leaf', { usages: [oids.serverAuth, oids.anyUsage] })],
    ['authorities for code signing', bent('root', { usages: [oids.codeSigning] })],
    ['an authority whose path length is kept', bent('root', { ca: 1 })],
    ['an unknown extension that is not critical', bent('leaf', { extensions: [['1.2.3.4', Buffer.from('x')]] })],
    ['a root signed with SHA-1, which nobody asks', bent('root', { hash: 'sha1' })],
    ['an RSA authority', bent('root', { privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey })],
  ];
  for (const [title, form] of good) {
    it(`accepts ${title}`, () => {
      expect(walk(form)).to.equal('leaf < middle < root');
    });
  }

  it('goes on to another issuer when the first that signed does not do', () => {
    const privateKey = ecKey();
    const old = issue({ name: 'middle', ca: true, issuer: root, privateKey, ...early });
    const fresh = issue({ name: 'middle', ca: true, issuer: root, privateKey });
    const end = issue({ name: 'leaf', issuer: old });
    expect(walk({ leaf: end, intermediates: [old, fresh] })).to.equal('leaf < middle < root');
  });

  it('agrees with openssl verify on every path of these that does not hang on code signing alone', async function () {
    const openssl = await debianTool(this, 'openssl');
    const dir = mkdtempSync(join(tmpdir(), 'imgcheck-path-'));
    try {
      const forms = [...good, ...cases.filter(([title]) => !/servers|nothing|SHA-1|512|constraints$/.test(title))];
      for (const [title, form] of forms) {
        const file = (name: string, list: readonly Issued[]): string => {
          writeFileSync(join(dir, name), list.map(({ pem }) => pem).join(''));
          return join(dir, name);
        };
        const options = ['-no-CApath', '-no-CAstore', '-CAfile', file('ca', form.authorities ?? [])];
        const more = ['-attime', String(at.getTime() / 1000), '-untrusted', file('middle', form.intermediates ?? [])];
        const held = await openssl.run(['verify', ...options, ...more, file('leaf', [form.leaf])]).then(
          () => true,
          () => false,
        );
        expect(walk(form).startsWith('leaf'), title).to.equal(held);
      }
      expect(forms).to.have.length.above(12);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

function withoutConstraints(): PathForm {
  const between = issue({ name: 'middle', issuer: root });
  return { leaf: issue({ name: 'leaf', issuer: between }), intermediates: [between] };
}

function critical(): CertificateForm {
  return { extensions: [['1.2.3.4', Buffer.from('x'), true]] };
}

function constraints(): CertificateForm {
  const permitted = sequence(tagged(0xa0, sequence(tagged(0x82, Buffer.from('x.test')))));
  return { extensions: [[oids.nameConstraints, permitted]] };
}

function smallKey() {
  return generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey;
}
