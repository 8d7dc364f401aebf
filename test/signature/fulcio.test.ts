import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { parseChainCertificate } from '../../src/x509/chain-certificate.js';
import { readNames } from '../../src/signature/certificate-names.js';
import { verifyCosign, type CosignSignature, type CosignTrust } from '../../src/signature/cosign.js';
import { judgeFulcioIdentity, readOidcIssuer } from '../../src/signature/fulcio.js';
import {
  cosignPayload,
  defaultTime,
  image,
  otherImage,
  rawSignature,
  reference,
  signWithCertificate,
  TestLog,
  withAnnotations,
} from '../support/cosign.js';
import { ecKey, issue, oids, publicPem, tagged, type CertificateForm, type ExtensionForm } from '../support/x509.js';

const issuer = 'https://accounts.test';
const first = (text: string): ExtensionForm => [oids.oidcIssuer, Buffer.from(text)];
const second = (text: string): ExtensionForm => [oids.oidcIssuer2, tagged(0x0c, Buffer.from(text))];

function judge(form: CertificateForm): string {
  const { der } = issue({ name: '', extensions: [first(issuer)], ...form });
  const trust = { oidcIssuer: issuer, subjectEmail: 'dev@x.test' };
  const found = judgeFulcioIdentity(parseChainCertificate(der), readNames(der), trust);
  return found.ok
    ? `${found.value.identity} by ${found.value.issuer}`
    : `${found.refusal.outcome}: ${found.refusal.reason}`;
}

describe('signature/fulcio', () => {
  const issuers: readonly (readonly [title: string, extensions: readonly ExtensionForm[], found: string | RegExp])[] = [
    ['the first extension', [first(issuer)], issuer],
    ['the second extension', [second(issuer)], issuer],
    ['both when they agree', [first(issuer), second(issuer)], issuer],
    ['neither when they differ', [first(issuer), second('https://evil.test')], /names two OIDC issuers/],
    ['none', [], /names no OIDC issuer/],
    ['no number', [[oids.oidcIssuer2, tagged(0x02, Buffer.from([1]))]], /expected DER tag 12, got 2/],
    ['no text without its tag', [[oids.oidcIssuer2, Buffer.from(issuer)]], /the OIDC issuer/],
    [
      'nothing with data after it',
      [[oids.oidcIssuer2, Buffer.concat([second('https://')[1], second('x.test')[1]])]],
      /got more/,
    ],
    ['nothing that is not UTF-8', [[oids.oidcIssuer, Buffer.from([0xff])]], /is not UTF-8/],
  ];
  for (const [title, extensions, found] of issuers) {
    it(`reads ${title} for the OIDC issuer`, () => {
      const read = () => readOidcIssuer(issue({ extensions }).der);
      if (typeof found === 'string') expect(read()).to.equal(found);
      else expect(read).to.throw(found);
    });
  }

  const cases: readonly (readonly [title: string, form: CertificateForm, verdict: string])[] = [
    ['accepts the e-mail address', { emails: ['dev@x.test'] }, `dev@x.test by ${issuer}`],
    ['accepts one of several', { emails: ['a@x.test', 'dev@x.test'] }, `dev@x.test by ${issuer}`],
    ['refuses another', { emails: ['a@x.test'] }, 'untrusted: expected the e-mail address dev@x.test, got a@x.test'],
    [
      'refuses another case',
      { emails: ['Dev@x.test'] },
      'untrusted: expected the e-mail address dev@x.test, got Dev@x.test',
    ],
    [
      'refuses one that ends alike',
      { emails: ['a-dev@x.test'] },
      'untrusted: expected the e-mail address dev@x.test, got a-dev@x.test',
    ],
    [
      'refuses one that goes on',
      { emails: ['dev@x.test.evil.test'] },
      'untrusted: expected the e-mail address dev@x.test, got dev@x.test.evil.test',
    ],
    ['refuses none', {}, 'untrusted: expected the e-mail address dev@x.test, got none'],
    ['refuses it as a URI', { uris: ['dev@x.test'] }, 'untrusted: expected the e-mail address dev@x.test, got none'],
    [
      'refuses it as the subject',
      { name: 'dev@x.test' },
      'untrusted: expected the e-mail address dev@x.test, got none',
    ],
    [
      'refuses five others, naming three',
      { emails: ['1@x', '2@x', '3@x', '4@x', '5@x'] },
      'untrusted: expected the e-mail address dev@x.test, got 1@x, 2@x, 3@x and 2 more',
    ],
    [
      'refuses another issuer',
      { emails: ['dev@x.test'], extensions: [second(`${issuer}/`)] },
      `untrusted: expected the OIDC issuer ${issuer}, got ${issuer}/`,
    ],
    [
      'finds a certificate without an issuer invalid',
      { emails: ['dev@x.test'], extensions: [] },
      'invalid: the certificate names no OIDC issuer, as Fulcio has them do',
    ],
  ];
  for (const [title, form, verdict] of cases) {
    it(title, () => {
      expect(judge(form)).to.equal(verdict);
    });
  }

  describe('by the signatures made with its certificates', () => {
    const log = new TestLog();
    const root = issue({ name: 'root', ca: true });
    const middle = issue({ name: 'middle', ca: 0, usages: [oids.codeSigning], issuer: root });
    const trust: CosignTrust = {
      kind: 'fulcio',
      authorities: [root.x509],
      oidcIssuer: issuer,
      subjectEmail: 'dev@x.test',
      rekor: log.keys,
    };
    const chain = [middle, root];
    /** Ten minutes around the time of the log, as Fulcio gives them. */
    const shortly = (form: CertificateForm = {}) =>
      issue({
        name: '',
        issuer: middle,
        usages: [oids.codeSigning],
        emails: ['dev@x.test'],
        from: new Date((defaultTime - 60) * 1000),
        to: new Date((defaultTime + 540) * 1000),
        extensions: [first(issuer), second(issuer)],
        ...form,
      });
    const leaf = shortly();
    const good = signWithCertificate(leaf, { log, chain });
    const muchLater = new Date('2026-11-24T12:00:00Z');
    const verify = (signature: CosignSignature, changes: Partial<typeof trust> = {}) =>
      verifyCosign(signature, image, { ...trust, ...changes } as CosignTrust, muchLater);

    it('holds years after the certificate expired, by the time of the log', () => {
      expect(verify(good)).to.deep.equal({
        outcome: 'valid',
        reason: 'signed by dev@x.test',
        signer: 'dev@x.test',
        identity: 'dev@x.test',
        issuer,
        time: '2024-05-06T07:08:09Z',
        timeSource: 'rekor',
        notes: ['certificate transparency (SCT) was not checked'],
        signed: { digest: image, reference },
      });
    });

    for (const [title, privateKey] of [
      ['P-384', ecKey('P-384')],
      ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
      ['Ed25519', generateKeyPairSync('ed25519').privateKey],
    ] as const) {
      it(`holds with a certificate for a key of ${title}`, () => {
        expect(verify(signWithCertificate(shortly({ privateKey }), { log, chain })).outcome).to.equal('valid');
      });
    }

    const without = (name: 'bundle' | 'certificate' | 'chain') => withAnnotations(good, { [name]: undefined });
    const payload = cosignPayload();
    const reissued = shortly({ privateKey: leaf.privateKey });
    const entryOf = (maker: string, of: Uint8Array = payload) =>
      log.promise({ maker, signature: rawSignature(leaf.privateKey, of), payload: of });
    const own = issue({ name: 'root', ca: true });
    const forged = shortly({ issuer: own });
    const verdicts: readonly (readonly [title: string, signature: CosignSignature, verdict: RegExp])[] = [
      [
        'before the certificate was valid',
        signed({ time: defaultTime - 61 }),
        /^invalid: .*\(the time of its Rekor entry\)$/,
      ],
      [
        'after the certificate had expired',
        signed({ time: defaultTime + 541 }),
        /^invalid: the certificate is valid from/,
      ],
      ['for the code of servers', signed({}, { usages: [oids.serverAuth] }), /^invalid: .*not meant for code signing/],
      ['of another person', signed({}, { emails: ['x@x.test'] }), /^untrusted: expected the e-mail address dev@x.test/],
      ['by another issuer', signed({}, { extensions: [first('https://x')] }), /^untrusted: expected the OIDC issuer/],
      [
        'by two issuers',
        signed({}, { extensions: [first(issuer), second('https://x')] }),
        /^invalid: .*two OIDC issuers/,
      ],
      ['without a log entry', without('bundle'), /^invalid: it lacks .*bundle: the promise of a Rekor log is required/],
      ['without a certificate', without('certificate'), /^invalid: it lacks the annotation .*certificate/],
      [
        'without the intermediate',
        without('chain'),
        /^untrusted: .*not by the authority given; its issuer is CN=middle/,
      ],
      [
        'with the root alone in its chain',
        withAnnotations(good, { chain: middle.pem }),
        /^untrusted: .*not by the authority/,
      ],
      ['with a chain that is no PEM', withAnnotations(good, { chain: '-----END X-----' }), /^invalid: .*out of place/],
      [
        'with a root of its own',
        signWithCertificate(forged, { log, chain: [own, own] }),
        /^untrusted: .*not by the authority/,
      ],
      ['logged by another log', signWithCertificate(leaf, { log: new TestLog(), chain }), /^untrusted: .*another log/],
      [
        'whose entry is of another certificate',
        withAnnotations(good, { bundle: entryOf(reissued.pem) }),
        /is another$/,
      ],
      [
        'whose entry is of its bare key',
        withAnnotations(good, { bundle: entryOf(publicPem(leaf.privateKey)) }),
        /is another$/,
      ],
      [
        'with a key for a certificate',
        withAnnotations(good, { certificate: publicPem(leaf.privateKey) }),
        /got PUBLIC KEY/,
      ],
      [
        'with a certificate of another key',
        withAnnotations(good, { certificate: shortly().pem }),
        /^invalid: .*the key of its/,
      ],
      ['of another image', signed({ payload: cosignPayload(otherImage) }), /^invalid: expected a signature of/],
      [
        'with a certificate on secp256k1',
        signed({}, { privateKey: ecKey('secp256k1') }),
        /^unsupported: the key is EC on/,
      ],
    ];
    function signed(form: Parameters<typeof signWithCertificate>[1], certificate: CertificateForm = {}) {
      return signWithCertificate(shortly(certificate), { log, chain, ...form });
    }
    for (const [title, signature, verdict] of verdicts) {
      it(`does not hold ${title}`, () => {
        const { outcome, reason } = verify(signature);
        expect(`${outcome}: ${reason}`).to.match(verdict);
      });
    }

    it('names the maker and the image of a signature by a person who does not count', () => {
      const other = signWithCertificate(shortly({ emails: ['x@x.test'] }), { log, chain });
      expect(verify(other)).to.deep.include({ signer: 'x@x.test', signed: { digest: image, reference } });
    });

    it('needs no chain when the authority given issued the certificate itself', () => {
      expect(verify(without('chain'), { authorities: [middle.x509] }).outcome).to.equal('valid');
    });
  });
});
