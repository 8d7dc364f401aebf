import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import { preAuthEncoding } from '../../src/attestation/dsse.js';
import { ImgcheckError } from '../../src/core/error.js';
import { digestOf } from '../../src/oci/digest.js';
import type { BundleTrust } from '../../src/signature/bundle-signer.js';
import type { CertificateIdentity } from '../../src/signature/certificate-identity.js';
import { readPublicKeys, type SignerKey } from '../../src/signature/public-key.js';
import { verifyBundle, type BundleJudgement } from '../../src/signature/sigstore-bundle.js';
import { readTrustedRoot } from '../../src/signature/trusted-root.js';
import {
  encode,
  hashedBody,
  hashedBody2,
  image,
  oidcIssuer,
  signEnvelope,
  signerName,
  signMessage,
  statementOf,
  TestSigstore,
  type Loose,
  type Proven,
} from '../support/sigstore.js';
import { ecKey, issue, oids, publicPem, tagged, type CertificateForm } from '../support/x509.js';

const manifest = Buffer.from('{"schemaVersion":2}');
const sigstore = new TestSigstore();

const keyForms: readonly (readonly [string, () => KeyObject])[] = [
  ['P-256', () => ecKey('P-256')],
  ['P-384', () => ecKey('P-384')],
  ['P-521', () => ecKey('P-521')],
  ['RSA of 2048 bits', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey],
  ['Ed25519', () => generateKeyPairSync('ed25519').privateKey],
];

function publicOf(...keys: readonly KeyObject[]): readonly SignerKey[] {
  return readPublicKeys(Buffer.from(keys.map(publicPem).join('')), 'cosign.pub');
}

const unlogged = { prove: () => ({ entries: [] }) };

describe('judgeSigner by keys', () => {
  for (const [name, make] of keyForms) {
    it(`verifies envelope and message by a key of ${name} itself, where the library cannot (pitfall 6)`, async () => {
      const key = make();
      const trust: BundleTrust = { kind: 'keys', keys: publicOf(key) };
      const envelope = encode(await signEnvelope(sigstore, { key }, unlogged));
      expect((await verifyBundle(envelope, image, trust, sigstore.now)).outcome).to.equal('valid');
      const message = encode(await signMessage(sigstore, { key }, manifest, unlogged));
      const judgement = await verifyBundle(message, digestOf(manifest), trust, sigstore.now, manifest);
      expect(judgement).to.deep.include({ outcome: 'valid', signer: trust.keys[0]?.id });
    });
  }

  it('verifies P-384 with the SHA-256 of older signers', async () => {
    const key = ecKey('P-384');
    const bundle = await signEnvelope(sigstore, { key }, unlogged);
    const signed = preAuthEncoding('application/vnd.in-toto+json', statementOf());
    (bundle['dsseEnvelope'] as Loose)['signatures'] = [{ sig: sign('sha256', signed, key).toString('base64') }];
    const judgement = await verifyBundle(encode(bundle), image, { kind: 'keys', keys: publicOf(key) }, sigstore.now);
    expect(judgement.outcome).to.equal('valid');
  });

  it('tries every key whatever the hint says, and says that another key and damage look alike', async () => {
    const key = ecKey();
    const bundle = encode(await signEnvelope(sigstore, { key }, unlogged));
    const judge = (...keys: KeyObject[]): Promise<BundleJudgement> =>
      verifyBundle(bundle, image, { kind: 'keys', keys: publicOf(...keys) }, sigstore.now);
    expect((await judge(ecKey(), key)).outcome).to.equal('valid');
    expect(await judge(ecKey(), ecKey())).to.deep.include({
      outcome: 'untrusted',
      reason: 'made by none of the 2 keys given, or damaged',
    });
    expect((await verifyBundle(bundle, image, { kind: 'keys', keys: [] }, sigstore.now)).outcome).to.equal(
      'not-checked',
    );
  });

  it('never takes the key from a certificate in the bundle (GHSA-fx35-mq7g-6g98)', async () => {
    const certificate = issue({ name: 'anybody' });
    const by = { key: certificate.privateKey, certificate };
    const bundle = encode(await signEnvelope(sigstore, by));
    const judgement = await verifyBundle(bundle, image, { kind: 'keys', keys: publicOf(ecKey()) }, sigstore.now);
    expect(judgement.outcome).to.equal('untrusted');
    expect(judgement.reason).to.include('it names a certificate, which takes an identity to check');
  });

  it('says when the log entry was not looked at, because there is no trusted root', async () => {
    const key = ecKey();
    const bundle = encode(await signEnvelope(sigstore, { key }));
    const judgement = await verifyBundle(bundle, image, { kind: 'keys', keys: publicOf(key) }, sigstore.now);
    expect(judgement.outcome).to.equal('valid');
    expect(judgement.time).to.equal(undefined);
    expect(judgement.notes).to.deep.equal(['its transparency log entry was not checked: there is no trusted root']);
  });

  it('with a trusted root verifies the log entries that came with it, demands none, and takes the time from them', async () => {
    const key = ecKey();
    const root = await readTrustedRoot(await sigstore.trustedRoot(), 'root.json');
    const trust: BundleTrust = { kind: 'keys', keys: publicOf(key), root };
    const judge = async (form = {}): Promise<BundleJudgement> =>
      verifyBundle(encode(await signEnvelope(sigstore, { key }, form)), image, trust, sigstore.now);
    expect(await judge()).to.deep.include({ outcome: 'valid', time: sigstore.at.toISOString(), timeSource: 'rekor' });
    const prove = (signature: Buffer, signed: Buffer): { entries: Loose[] } => ({
      entries: [sigstore.logged2(hashedBody2(signature, signed, { key }))],
    });
    const second = await judge({ prove });
    expect(second.outcome, 'Rekor v2 needs no time for a key').to.equal('valid');
    expect(second.time).to.equal(undefined);
    expect(await judge(unlogged)).to.deep.include({
      outcome: 'valid',
      notes: ['no transparency log entry came with it'],
    });
    const stamped = async (signature: Buffer): Promise<Proven> => ({
      entries: [],
      timestamps: [await sigstore.timestamp(signature)],
    });
    expect(await judge({ prove: stamped })).to.deep.include({ outcome: 'valid', timeSource: 'tsa' });
    const ofAnother = (signature: Buffer, signed: Buffer): { entries: Loose[] } => ({
      entries: [sigstore.logged(hashedBody(signature, signed, publicPem(ecKey())))],
    });
    expect((await judge({ prove: ofAnother })).reason).to.equal(
      'the log entry is not of this signature: its key is another',
    );
  });

  it('calls Ed25519 unsupported where the log asks for its prehashed form', async () => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const bundle = await signMessage(sigstore, { key }, manifest, {
      prove: (signature) => ({ entries: [sigstore.logged(hashedBody(signature, manifest, publicPem(key)))] }),
    });
    (bundle['messageSignature'] as Loose)['signature'] = Buffer.alloc(64, 7).toString('base64');
    const trust: BundleTrust = { kind: 'keys', keys: publicOf(key) };
    const judgement = await verifyBundle(encode(bundle), digestOf(manifest), trust, sigstore.now, manifest);
    expect(judgement.outcome).to.equal('unsupported');
    expect(judgement.reason).to.include('Ed25519ph');
  });
});

describe('judgeSigner by identities', () => {
  async function judge(
    form: CertificateForm = {},
    identities?: readonly CertificateIdentity[],
    options: { now?: Date; bend?: (root: Loose) => void; bendBundle?: (bundle: Loose) => void; loggedAt?: Date } = {},
  ): Promise<BundleJudgement> {
    const certificate = sigstore.certify(form);
    const by = { key: certificate.privateKey, certificate };
    const bundle = await signEnvelope(sigstore, by, {
      version: '0.2',
      prove: (signature, signed) => ({
        entries: [sigstore.logged(hashedBody(signature, signed, certificate.pem), options.loggedAt)],
      }),
    });
    options.bendBundle?.(bundle);
    const root = await readTrustedRoot(await sigstore.trustedRoot(options.bend), 'root.json');
    const trust = { ...(await sigstore.trust(identities)), root };
    return verifyBundle(encode(bundle), image, trust, options.now ?? sigstore.now);
  }

  function named(exact: string, issuer = oidcIssuer): CertificateIdentity {
    return { identity: { exact }, issuer };
  }

  it('accepts the name and issuer given, one of several', async () => {
    expect(await judge()).to.deep.include({ outcome: 'valid', identity: signerName, issuer: oidcIssuer });
    expect((await judge({}, [named('https://other.test'), named(signerName)])).outcome).to.equal('valid');
    expect((await judge({ emails: ['a@team.test'] }, [named('a@team.test')])).outcome).to.equal('valid');
  });

  const strangers: readonly (readonly [string, CertificateIdentity])[] = [
    ['a name that begins like it', named(signerName.slice(0, -1))],
    ['a name with a dot where it has a letter', named(signerName.replace('.', 'x'))],
    ['another issuer', named(signerName, 'https://issuer.test')],
    ['an issuer with a slash more', named(signerName, `${oidcIssuer}/`)],
    ['a pattern for a part of it (pitfall 1)', { identity: { pattern: 'https://ci\\.test' }, issuer: oidcIssuer }],
    ['a pattern for its end', { identity: { pattern: 'refs/heads/main' }, issuer: oidcIssuer }],
    ['a pattern with two alternatives of parts', { identity: { pattern: 'https|main' }, issuer: oidcIssuer }],
  ];
  for (const [what, identity] of strangers) {
    it(`does not trust it when asked for ${what}`, async () => {
      const judgement = await judge({}, [identity]);
      expect(judgement.outcome).to.equal('untrusted');
      expect(judgement.statement, 'a stranger states nothing').to.equal(undefined);
      expect(judgement.signed).to.deep.equal({ digest: image });
    });
  }

  it('does not take a host that goes on behind the pattern, as evil.test does', async () => {
    const pattern = 'https://ci\\.test/team/[a-z]+';
    const wanted = { identity: { pattern }, issuer: oidcIssuer };
    expect((await judge({ uris: ['https://ci.test/team/app'] }, [wanted])).outcome).to.equal('valid');
    expect((await judge({ uris: ['https://ci.test/team/app.evil.test'] }, [wanted])).outcome).to.equal('untrusted');
    expect((await judge({ uris: ['https://evil.test/https://ci.test/team/app'] }, [wanted])).outcome).to.equal(
      'untrusted',
    );
  });

  it('refuses an identity that would be satisfied by anybody, and the lack of any (pitfall 1)', async () => {
    for (const identity of [named(''), named(signerName, ''), { identity: { pattern: '' }, issuer: oidcIssuer }]) {
      const error = await judge({}, [identity]).catch((one: unknown) => one);
      expect(error).to.be.instanceOf(ImgcheckError).with.property('kind', 'usage');
    }
    expect((await judge({}, [])).outcome).to.equal('not-checked');
  });

  it('refuses a certificate whose two issuers differ', async () => {
    const extensions = [
      [oids.oidcIssuer, Buffer.from('https://evil.test')],
      [oids.oidcIssuer2, tagged(0x0c, Buffer.from(oidcIssuer))],
    ] as const;
    const judgement = await judge({ extensions });
    expect(judgement).to.deep.include({ outcome: 'invalid', reason: 'the certificate names two OIDC issuers' });
    const same = [[oids.oidcIssuer, Buffer.from(oidcIssuer)] as const, extensions[1]];
    expect((await judge({ extensions: same })).outcome).to.equal('valid');
    expect((await judge({ extensions: same.slice(0, 1) })).outcome).to.equal('valid');
  });

  it('refuses a certificate that is not for code signing (pitfall 5)', async () => {
    for (const usages of [[oids.serverAuth], []]) {
      const judgement = await judge({ usages });
      expect(judgement).to.deep.include({
        outcome: 'invalid',
        reason: 'the signing certificate is not for code signing',
      });
    }
  });

  it('refuses a signature logged after its certificate expired, or before it began', async () => {
    for (const minutes of [20, -20]) {
      const loggedAt = new Date(sigstore.at.getTime() + minutes * 60_000);
      const judgement = await judge({}, undefined, { loggedAt, now: new Date(loggedAt.getTime() + 86_400_000) });
      expect(judgement.outcome).to.equal('invalid');
      expect(judgement.reason).to.match(/^made at .*, when its certificate was not valid: it is from .* to /);
    }
  });

  it('refuses a time that lies ahead, but lets clocks differ by five minutes', async () => {
    const ahead = (minutes: number): Date => new Date(sigstore.at.getTime() - minutes * 60_000);
    expect((await judge({}, undefined, { now: ahead(4) })).outcome).to.equal('valid');
    const judgement = await judge({}, undefined, { now: ahead(6) });
    expect(judgement.outcome).to.equal('invalid');
    expect(judgement.reason).to.include('which lies ahead of the time here');
  });

  it('reads of a chain the leaf alone: an authority in between must be in the trusted root (pitfall 5)', async () => {
    const between = issue({ name: 'between', ca: true, keyUsage: [5], issuer: sigstore.authority });
    const addChain = (bundle: Loose): void => {
      const material = bundle['verificationMaterial'] as Loose;
      const chain = material['x509CertificateChain'] as { certificates: Loose[] };
      chain.certificates.push({ rawBytes: between.der.toString('base64') });
    };
    const chainIs =
      (...ders: readonly Buffer[]) =>
      (root: Loose): void => {
        const [authority] = root['certificateAuthorities'] as { certChain: Loose }[];
        if (authority)
          authority.certChain = { certificates: ders.map((der) => ({ rawBytes: der.toString('base64') })) };
      };
    const form = { issuer: between };
    expect((await judge(form, undefined, { bendBundle: addChain })).outcome).to.equal('untrusted');
    const whole = chainIs(between.der, sigstore.authority.der);
    expect((await judge(form, undefined, { bend: whole })).outcome).to.equal('valid');
    expect((await judge(form, undefined, { bend: chainIs(between.der) })).outcome, 'no root').to.equal('untrusted');
  });

  it('does not trust a certificate of an authority that is not in the trusted root', async () => {
    const stranger = issue({ name: 'test sigstore', ca: true, keyUsage: [5] });
    expect(await judge({ issuer: stranger })).to.deep.include({
      outcome: 'untrusted',
      reason: 'its certificate comes from no authority of the trusted root',
    });
  });

  it('checks nothing without a certificate log in the trusted root (pitfall 7)', async () => {
    const judgement = await judge({}, undefined, { bend: (root) => void (root['ctlogs'] = []) });
    expect(judgement.outcome).to.equal('not-checked');
  });
});
