import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { loadNotationTrust } from '../../src/signature/notation-trust-files.js';
import { verifyNotation } from '../../src/signature/notation.js';
import type { Judgement } from '../../src/signature/signature.js';
import { debianTool } from '../support/debian.js';
import {
  byAuthority,
  expiry,
  NotationWorkshop,
  scheme,
  signedAt,
  signEnvelope,
  signingTime,
  statementOf,
  storesOf,
  target,
  type EnvelopeRequest,
  type Identity,
  type KeyKind,
  type StatementRequest,
} from '../support/notation.js';
import { needShared } from '../support/shared.js';

const forms = ['jws', 'cose'] as const;

/** README of the shared signatures: the verdicts of the reference implementation's own tests. */
describe('verifyNotation, on envelopes of the reference implementation', () => {
  const docker = 'application/vnd.docker.distribution.manifest.v2+json';
  const targets = {
    busybox: {
      mediaType: docker,
      digest: 'sha256:60043cf45eaebc4c0867fea485a039b598f52fd09fd5b07b0b2d2f88fad9d74e',
      size: 528,
    },
    stamped: {
      mediaType: docker,
      digest: 'sha256:c0669ef34cdc14332c0f1ab0c2c01acb91d96014b172f1a76f3a39e63d1f0bda',
      size: 528,
    },
    plugged: {
      mediaType: docker,
      digest: 'sha256:fe7e9333395060c2f5e63cf36a38fba10176f183b4163a5794e081a480abba5f',
      size: 942,
    },
    alpine: {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: 'sha256:19dbd2e48e921426ee8ace4dc892edfb2ecdc1d1a72d5416c83670c30acecef0',
      size: 481,
    },
  } as const satisfies Record<string, Descriptor>;
  const usual = ['ca:valid-trust-store', 'signingAuthority:valid-trust-store'];
  const stamps = [...usual, 'tsa:test-timestamp'];
  const root = 'x509.subject:CN=Notation Test Root,O=Notary,L=Seattle,ST=WA,C=US';
  const someone = 'x509.subject:CN=Someone,O=Notary,L=Seattle,ST=WA,C=US';
  const own = { trustStores: usual, trustedIdentities: [root] };
  type Row = readonly [string, keyof typeof targets, StatementRequest, Judgement['outcome'], RegExp];
  const rows: readonly Row[] = [
    ['ca_valid_sig_env.json', 'busybox', own, 'valid', /holds/],
    ['ca_valid_sig_env.json', 'busybox', { ...own, trustedIdentities: ['*'] }, 'valid', /holds/],
    [
      'ca_valid_sig_env.json',
      'busybox',
      { ...own, trustStores: ['ca:valid-trust-store-2'] },
      'untrusted',
      /in a trust store/,
    ],
    [
      'ca_valid_sig_env.json',
      'busybox',
      { ...own, trustStores: ['signingAuthority:valid-trust-store'] },
      'untrusted',
      /ca:NAME/,
    ],
    [
      'ca_valid_sig_env.json',
      'busybox',
      { ...own, trustedIdentities: [someone] },
      'untrusted',
      /expected x509.subject/,
    ],
    [
      'ca_valid_sig_env.json',
      'busybox',
      { ...own, trustedIdentities: [someone], level: 'audit' },
      'untrusted',
      /expected x509/,
    ],
    ['ca_valid_sig_env.json', 'alpine', own, 'invalid', /expected a signature of sha256:19db/],
    ['ca_invalid_sig_env.json', 'busybox', own, 'invalid', /not base64url/],
    ['ca_expired_sig_env.json', 'busybox', own, 'invalid', /expired on 2022-07-29T23:59:00/],
    ['ca_expired_sig_env.json', 'busybox', { ...own, level: 'permissive' }, 'valid', /holds/],
    ['ca_expired_sig_env.json', 'busybox', { ...own, override: { expiry: 'log' } }, 'valid', /holds/],
    ['ca_plugin_sig_env.json', 'busybox', own, 'unsupported', /by the plugin "plugin-name"/],
    ['ca_plugin_sig_env.json', 'busybox', { ...own, level: 'audit' }, 'unsupported', /by the plugin "plugin-name"/],
    ['ca_incompatible_pluginver_sig_env_1.0.1.json', 'plugged', { trustStores: usual }, 'unsupported', /by the plugin/],
    ['jws_signature.sig', 'alpine', { trustStores: usual }, 'untrusted', /in a trust store/],
    ['cose_signature.sig', 'alpine', { trustStores: usual }, 'untrusted', /in a trust store/],
    ['jwsWithTimestamp.sig', 'stamped', { trustStores: stamps }, 'valid', /holds/],
    ['coseWithTimestamp.sig', 'stamped', { trustStores: stamps }, 'valid', /holds/],
    ['jwsWithTimestamp.sig', 'stamped', { trustStores: stamps, verifyTimestamp: 'afterCertExpiry' }, 'valid', /holds/],
    ['withoutTimestamp.sig', 'stamped', { trustStores: usual }, 'valid', /holds/],
    ['withoutTimestamp.sig', 'stamped', { trustStores: stamps }, 'untrusted', /no timestamp/],
    ['withoutTimestamp.sig', 'stamped', { trustStores: stamps, verifyTimestamp: 'afterCertExpiry' }, 'valid', /holds/],
    ['timestampBeforeNotBefore.sig', 'stamped', { trustStores: stamps }, 'untrusted', /valid only from 2099-09-18/],
    ['timestampBeforeNotBefore.sig', 'stamped', { trustStores: stamps, level: 'permissive' }, 'valid', /holds/],
  ];
  for (const [i, [file, image, request, outcome, reason]] of rows.entries()) {
    it(`calls ${file} ${outcome} by ${JSON.stringify(request)} (${i + 1})`, async function () {
      const shared = needShared(this, 'data', 'signatures', 'notation');
      const dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
      try {
        cpSync(join(shared, 'truststore'), join(dir, 'truststore'), { recursive: true });
        const { trustStores, trustedIdentities = ['*'], level = 'strict', ...rest } = request;
        const statement = { name: 'own', registryScopes: ['*'], signatureVerification: { level, ...rest } };
        const policy = { version: '1.0', trustPolicies: [{ ...statement, trustStores, trustedIdentities }] };
        writeFileSync(join(dir, 'trustpolicy.json'), JSON.stringify(policy));
        const trust = await loadNotationTrust(dir);
        const [parsed] = trust?.policy.statements ?? [];
        if (!trust || !parsed) throw new Error('the policy was not read');
        const bytes = readFileSync(join(shared, file));
        const form = bytes[0] === 0xd2 ? 'cose' : 'jws';
        const judged = verifyNotation(
          bytes,
          form,
          targets[image],
          parsed,
          trust.stores,
          new Date('2026-11-24T00:00:00Z'),
        );
        expect(judged.outcome, judged.reason).to.equal(outcome);
        expect(judged.reason).to.match(reason);
        if (file.includes('WithTimestamp') && rest.verifyTimestamp === undefined) {
          expect(judged.time).to.match(/^2024-06-18T06:2[79]:/);
          expect(judged.timeSource).to.equal('tsa');
        }
      } finally {
        rmSync(dir, { recursive: true, force: true });
      }
    });
  }
});

describe('verifyNotation', () => {
  let workshop: NotationWorkshop;
  let root: Identity;
  let signer: Identity;
  let stores: ReturnType<typeof storesOf>;
  const now = new Date(Date.now() + 3_600_000);

  before(async function () {
    this.timeout(300_000);
    workshop = new NotationWorkshop(await debianTool(this, 'openssl'));
    root = await workshop.root();
    signer = await workshop.signer(root);
    stores = storesOf({ 'ca:own': [root], 'signingAuthority:own': [root] });
  });
  after(() => workshop?.close());

  const judge = async (
    form: 'jws' | 'cose',
    by: Identity,
    request: EnvelopeRequest = {},
    statement: StatementRequest = {},
    expected: Descriptor = target,
  ): Promise<Judgement> =>
    verifyNotation(await signEnvelope(form, by, request), form, expected, statementOf(statement), stores, now);

  const kinds: readonly KeyKind[] = ['rsa:2048', 'rsa:3072', 'rsa:4096', 'P-256', 'P-384', 'P-521'];
  for (const kind of kinds) {
    it(`takes a signature of a key of ${kind}, in both forms, and of no other content`, async () => {
      const by = await workshop.signer(root, { kind });
      for (const form of forms) {
        const judged = await judge(form, by);
        expect(judged).to.deep.equal({
          outcome: 'valid',
          reason: 'the signature holds, and the statement "own" trusts its signer',
          signer: 'CN=signer,O=Example,L=Seattle,ST=WA,C=US',
          identity: 'signer',
          issuer: 'CN=root,O=Example,L=Seattle,ST=WA,C=US',
          time: signedAt.toISOString(),
          timeSource: 'signer',
          signed: { digest: target.digest },
          notes: ['revocation was not checked, though the statement "own" enforces it'],
        });
        const other = await judge(form, by, {}, {}, { ...target, digest: `sha256:${'cd'.repeat(32)}` });
        expect(other.outcome).to.equal('invalid');
        expect(other.signed?.digest).to.equal(target.digest);
      }
    });
  }

  for (const form of forms) {
    describe(`in the form of ${form}`, () => {
      const wrong: readonly (readonly [string, EnvelopeRequest, Judgement['outcome'], RegExp])[] = [
        ['another algorithm than the key’s', { headers: { alg: 'PS256' } }, 'invalid', /expected the algorithm ES256/],
        ['a larger hash than the key’s', { headers: { alg: 'ES384' } }, 'invalid', /expected the algorithm ES256/],
        ['no algorithm', { headers: { alg: 'none' } }, 'invalid', /is not one of/],
        ['a secret key’s algorithm', { headers: { alg: 'HS256' } }, 'invalid', /is not one of/],
        ['an unknown critical header', { headers: { x: 1, crit: [scheme, 'x'] } }, 'unsupported', /"x" is not known/],
        ['a plugin', { headers: { 'io.cncf.notary.verificationPlugin': 'p' } }, 'unsupported', /plugin "p"/],
        [
          'a plugin’s version',
          { headers: { 'io.cncf.notary.verificationPluginMinVersion': '1' } },
          'unsupported',
          /plugin/,
        ],
        ['another scheme', { headers: { [scheme]: 'notary.x510' } }, 'unsupported', /scheme "notary.x510"/],
        ['another content', { headers: { cty: 'text/plain' } }, 'unsupported', /"text\/plain"/],
        ['a scheme not marked critical', { headers: { crit: [] } }, 'invalid', /not marked critical/],
        [
          'an absent critical header',
          { headers: { crit: [scheme, 'y'] } },
          'invalid',
          /"y" is marked critical but not there/,
        ],
        ['a header critical twice', { headers: { crit: [scheme, scheme] } }, 'invalid', /critical twice/],
        ['no signing time', { headers: { [signingTime]: undefined } }, 'invalid', /signingTime.* is missing/],
        [
          'an expiry not critical',
          { headers: { [expiry]: new Date('2099-01-01') } },
          'invalid',
          /expiry is not marked critical/,
        ],
        ['no certificate', { chain: [] }, 'invalid', /does not bring the certificate/],
        ['a payload that is no object', { payload: 'x' }, 'invalid', /not an object/],
        ['a payload without target', { payload: {} }, 'invalid', /not an object/],
        [
          'a digest that is none',
          { payload: { targetArtifact: { ...target, digest: 'sha256:AB' } } },
          'invalid',
          /digest/,
        ],
        [
          'its size off by one',
          { payload: { targetArtifact: { ...target, size: 482 } } },
          'invalid',
          /expected a signature of 481 bytes/,
        ],
        [
          'its media type off by one',
          { payload: { targetArtifact: { ...target, mediaType: `${target.mediaType}n` } } },
          'invalid',
          /of the media type/,
        ],
      ];
      for (const [what, request, outcome, reason] of wrong) {
        it(`calls one with ${what} ${outcome}, at every level`, async () => {
          for (const level of ['strict', 'audit']) {
            const judged = await judge(form, signer, request, { level });
            expect(judged.outcome, judged.reason).to.equal(outcome);
            expect(judged.reason).to.match(reason);
          }
        });
      }

      it('takes headers that are neither critical nor known, and annotations of the target', async () => {
        const payload = { targetArtifact: { ...target, annotations: { build: '1' } } };
        const judged = await judge(form, signer, { payload, headers: { extra: 'x' }, unprotected: { other: 'y' } });
        expect(judged.outcome, judged.reason).to.equal('valid');
      });

      it('does not take a certificate that is not the signer’s', async () => {
        const another = await workshop.signer(root);
        const judged = await judge(form, signer, { chain: another.chain });
        expect(judged).to.deep.equal({ outcome: 'invalid', reason: 'the signature does not hold' });
      });

      it('keeps to the expiry, to the second', async () => {
        const until = new Date(Math.floor(now.getTime() / 1000) * 1000);
        const headers = { [expiry]: until, crit: [scheme, expiry] };
        const envelope = await signEnvelope(form, signer, { headers });
        const at = (time: number): Judgement =>
          verifyNotation(envelope, form, target, statementOf(), stores, new Date(time));
        expect(at(until.getTime() - 1).outcome).to.equal('valid');
        expect(at(until.getTime())).to.include({
          outcome: 'invalid',
          reason: `the signature expired on ${until.toISOString()}`,
        });
      });

      it('takes the time of a signing authority only from the stores of such', async () => {
        const at = new Date(Math.floor(now.getTime() / 1000) * 1000);
        const request = { headers: byAuthority(at) };
        const trusted = await judge(form, signer, request, { trustStores: ['signingAuthority:own'] });
        expect(trusted).to.include({ outcome: 'valid', time: at.toISOString(), timeSource: 'signing-authority' });
        const untrusted = await judge(form, signer, request, { trustStores: ['ca:own'] });
        expect(untrusted).to.include({ outcome: 'untrusted', timeSource: 'signer' });
      });
    });
  }

  it('says of a statement that skips that nothing was checked', () => {
    const statement = { ...statementOf(), level: 'skip' } as const;
    const judged = verifyNotation(Buffer.from('{}'), 'jws', target, statement, stores, now);
    expect(judged.outcome).to.equal('not-checked');
  });

  it('makes a note of what its level only logs', async () => {
    const headers = { [expiry]: new Date('2026-01-03T00:00:00Z'), crit: [scheme, expiry] };
    const judged = await judge('jws', signer, { headers }, { level: 'permissive' });
    expect(judged.outcome).to.equal('valid');
    expect(judged.notes).to.deep.equal([
      'the signature expired on 2026-01-03T00:00:00.000Z',
      'revocation was not checked',
    ]);
  });

  it('names a signer without a common name by its first other name', async () => {
    const extra = ['keyUsage=critical,digitalSignature', 'subjectAltName=email:builds@example.org,DNS:example.org'];
    const by = await workshop.signer(root, { subject: '/C=US/ST=WA/O=Example', extensions: extra });
    expect((await judge('jws', by)).identity).to.equal('builds@example.org');
  });
});
