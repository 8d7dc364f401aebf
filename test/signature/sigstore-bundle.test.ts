import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleToJSON } from '@sigstore/bundle';
import {
  DSSEBundleBuilder,
  FulcioSigner,
  MessageSignatureBundleBuilder,
  RekorWitness,
  TSAWitness,
} from '@sigstore/sign';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { digestOf } from '../../src/oci/digest.js';
import { readPublicKeys } from '../../src/signature/public-key.js';
import { cosignSign, inspectBundle, verifyBundle, type BundleTrust } from '../../src/signature/sigstore-bundle.js';
import { readTrustedRoot } from '../../src/signature/trusted-root.js';
import { needShared } from '../support/shared.js';
import { startSigstoreServices, tokenFor, type SigstoreServices } from '../support/sigstore-services.js';
import {
  encode,
  image,
  otherImage,
  signEnvelope,
  signMessage,
  statementOf,
  TestSigstore,
} from '../support/sigstore.js';

interface ConformanceCase {
  readonly case: string;
  readonly expected: 'accept' | 'reject';
  readonly artifact: string;
  readonly trusted_root: string;
  readonly identity?: string;
  readonly issuer?: string;
  readonly key?: string;
}

/** By the suite's own words: what each refused case must be refused for. */
const refusals: Readonly<Record<string, RegExp>> = {
  'bundle-empty-certificate-chain_fail': /^invalid: .*an empty certificate chain/,
  'bundle-invalid-base64-signature_fail': /^invalid: .*signature: it is not base64/,
  'bundle-negative-log-index_fail': /^invalid: .*logIndex is not a whole number of zero or more/,
  'bundle-with-root-cert_fail': /^invalid: it brings its own root certificate/,
  'checkpoint-wrong-roothash_fail': /^invalid: its transparency log entry does not hold/,
  'dsse-mismatch-sig_fail': /^invalid: the log entry is not of this signature: its signature is another/,
  'incorrect-public-key_fail': /^invalid: the log entry is not of this signature: its certificate is another/,
  'intoto-expired-certificate_fail': /^invalid: made at .*, when its certificate was not valid/,
  'intoto-missing-inclusion-proof_fail': /^invalid: .*lacks the inclusion proof that version 0.2 demands/,
  'intoto-tsa-timestamp-outside-cert-validity_fail': /^invalid: its certificate does not hold: .*not valid or expired/,
  'invalid-checkpoint-signature_fail': /^invalid: .*invalid checkpoint signature/,
  'invalid-ct-key_fail': /^invalid: its certificate does not hold: SCT verification failed/,
  'managed-key-no-key_fail': /^not-checked: it was made by a bare key/,
  'managed-key-wrong-key_fail': /^usage: expected PEM public keys/,
  'rekor2-checkpoint-missing-origin_fail': /^invalid: .*too few lines in checkpoint header/,
  'rekor2-checkpoint-missing-size_fail': /^invalid: .*too few lines in checkpoint header/,
  'rekor2-checkpoint-no-matching-signature_fail': /^invalid: .*invalid checkpoint signature/,
  'rekor2-no-inclusion-proof_fail': /^invalid: .*lacks the inclusion proof that version 0.3 demands/,
  'rekor2-timestamp-outside-trust-root-tsa-validity_fail': /^invalid: its time is not vouched for/,
  'rekor2-timestamp-payload-mismatch_fail': /^invalid: its time is not vouched for/,
  'rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail': /^invalid: its time is not vouched for/,
  'rekor2-timestamp-with-incorrect-time_fail': /^invalid: its certificate does not hold: .*not valid or expired/,
  'set-invalid-signature_fail': /^invalid: .*inclusion promise could not be verified/,
  'trust-root-tlog-missing-validity-start_fail': /^usage: .*validFor.start is missing/,
  'wrong-hashedrekord-cert-and-sig_fail': /^invalid: the log entry is not of this signature: its signature is another/,
  'wrong-material_fail': /^invalid: made for another artifact: expected sha256:1fa70528.*, got sha256:a0cfc712/,
};

const now = new Date('2026-11-24T00:00:00Z');

describe('verifyBundle', () => {
  it('agrees with all 35 cases of the sigstore conformance suite, for the reason that each was made for', async function () {
    const folder = needShared(this, 'data/signatures/sigstore-conformance');
    const cases = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as ConformanceCase[];
    expect(cases).to.have.length(35);
    for (const one of cases) {
      const said = await judgeCase(folder, one);
      if (one.expected === 'accept') expect(said, one.case).to.match(/^valid: signed by /);
      else expect(said, one.case).to.match(refusals[one.case] ?? /^never$/);
    }
  });

  it("accepts cosign's own attestation of an image (oci-attestation)", async function () {
    const folder = needShared(this, 'data/signatures/oci-attestation');
    const root = await readTrustedRoot(readFileSync(join(folder, 'trusted_root_pgi.json')), 'trusted_root_pgi.json');
    const bundle = readFileSync(join(folder, 'oci-attestation.sigstore.json'));
    const trust = (exact: string): BundleTrust => ({
      kind: 'identities',
      identities: [{ identity: { exact }, issuer: 'https://github.com/login/oauth' }],
      root,
    });
    const digest = 'sha256:732112270d7e59418a8c080b134b24cabd67d250d0d0147a97ed95ba5c280aa4';
    const judgement = await verifyBundle(bundle, digest, trust('cody@soyland.com'), now);
    expect(judgement).to.deep.include({ outcome: 'valid', identity: 'cody@soyland.com', content: 'dsse' });
    expect(judgement).to.deep.include({ time: '2025-02-28T19:18:11.000Z', timeSource: 'rekor', signed: { digest } });
    expect(judgement.statement?.predicateType).to.equal('https://cosign.sigstore.dev/attestation/v1');
    expect((await verifyBundle(bundle, image, trust('cody@soyland.com'), now)).outcome).to.equal('invalid');
    expect((await verifyBundle(bundle, digest, trust('cody@soyland.co'), now)).outcome).to.equal('untrusted');
  });

  describe('bundles of @sigstore/sign, by services of @sigstore/mock', () => {
    let services: SigstoreServices;
    let trust: BundleTrust;
    before(async () => {
      services = await startSigstoreServices();
      const identities = [{ identity: { exact: 'https://ci.test/app' }, issuer: 'https://issuer.test' }];
      const root = await readTrustedRoot(services.trustedRoot, 'trusted_root.json');
      trust = { kind: 'identities', identities, root };
    });
    after(() => services.close());

    function by(issuer = 'https://issuer.test'): ConstructorParameters<typeof DSSEBundleBuilder>[0] {
      const { origin } = services;
      const token = tokenFor({ iss: issuer, sub: 'https://ci.test/app' });
      const signer = new FulcioSigner({
        fulcioBaseURL: origin,
        identityProvider: { getToken: () => Promise.resolve(token) },
      });
      const witnesses = [
        new RekorWitness({ rekorBaseURL: origin, entryType: 'intoto' }),
        new TSAWitness({ tsaBaseURL: origin }),
      ];
      return { signer, witnesses };
    }

    it('accepts a keyless envelope, of version 0.2 with a chain and of version 0.3', async () => {
      for (const certificateChain of [true, false]) {
        const builder = new DSSEBundleBuilder({ ...by(), certificateChain });
        const bundle = await builder.create({ data: statementOf(), type: 'application/vnd.in-toto+json' });
        expect(bundle.mediaType).to.include(certificateChain ? 'version=0.2' : 'v0.3');
        const bytes = Buffer.from(JSON.stringify(bundleToJSON(bundle)));
        const judgement = await verifyBundle(bytes, image, trust, services.at);
        expect(judgement).to.deep.include({
          outcome: 'valid',
          issuer: 'https://issuer.test',
          signed: { digest: image },
        });
      }
    });

    it('accepts a keyless signature over the bytes of a manifest', async () => {
      const manifest = Buffer.from('{"schemaVersion":2}');
      const bundle = await new MessageSignatureBundleBuilder(by()).create({ data: manifest });
      const bytes = Buffer.from(JSON.stringify(bundleToJSON(bundle)));
      const judgement = await verifyBundle(bytes, digestOf(manifest), trust, services.at, manifest);
      expect(judgement).to.deep.include({ outcome: 'valid', content: 'message' });
    });

    it('does not trust an identity that another issuer vouched for', async () => {
      const builder = new DSSEBundleBuilder(by('https://issuer.test.evil.test'));
      const bundle = await builder.create({ data: statementOf(), type: 'application/vnd.in-toto+json' });
      const bytes = Buffer.from(JSON.stringify(bundleToJSON(bundle)));
      const judgement = await verifyBundle(bytes, image, trust, services.at);
      expect(judgement.outcome).to.equal('untrusted');
      expect(judgement.reason).to.include(
        'vouched for by https://issuer.test.evil.test, which is not the identity given',
      );
    });
  });

  describe('its own rules', () => {
    const sigstore = new TestSigstore();
    const certificate = sigstore.certify();
    const by = { key: certificate.privateKey, certificate };

    for (const version of ['0.1', '0.2', '0.3', 'v0.3'] as const) {
      it(`accepts an image signature of version ${version}`, async () => {
        const bundle = encode(await signEnvelope(sigstore, by, { version }));
        const judgement = await verifyBundle(bundle, image, await sigstore.trust(), sigstore.now);
        expect(judgement).to.deep.include({ outcome: 'valid', signed: { digest: image } });
        expect(judgement.statement?.predicateType).to.equal(cosignSign);
      });
    }

    it('hands up the statement, so that an attestation is not taken for a signature of the image', async () => {
      const statement = statementOf(image, 'https://slsa.dev/provenance/v1');
      const bundle = encode(await signEnvelope(sigstore, by, { statement }));
      const judgement = await verifyBundle(bundle, image, await sigstore.trust(), sigstore.now);
      expect(judgement.statement?.predicateType).to.equal('https://slsa.dev/provenance/v1');
      expect(inspectBundle(bundle)).to.deep.equal({
        content: 'dsse',
        payloadType: 'application/vnd.in-toto+json',
        predicateType: 'https://slsa.dev/provenance/v1',
      });
    });

    it('asks for the bytes of a manifest that were signed, and takes no others', async () => {
      const manifest = Buffer.from('{"schemaVersion":2}');
      const bundle = encode(await signMessage(sigstore, by, manifest));
      const trust = await sigstore.trust();
      const outcome = async (expected: Parameters<typeof verifyBundle>[1], artifact?: Buffer): Promise<string> =>
        (await verifyBundle(bundle, expected, trust, sigstore.now, artifact)).outcome;
      expect(await outcome(digestOf(manifest), manifest)).to.equal('valid');
      expect(await outcome(digestOf(manifest, 'sha512'), manifest)).to.equal('valid');
      expect(await outcome(digestOf(manifest))).to.equal('not-checked');
      expect(await outcome(otherImage, manifest)).to.equal('not-checked');
      const other = Buffer.from('{"schemaVersion":3}');
      expect(await outcome(digestOf(other), other)).to.equal('invalid');
      expect(inspectBundle(bundle)).to.deep.equal({ content: 'message' });
    });

    it('says of what is no bundle that it is invalid, and never throws for it', async () => {
      const trust = await sigstore.trust();
      for (const text of ['', '{}', '[]', 'null', '{"mediaType":"application/json"}', '{"a":1,"a":2}']) {
        const { outcome } = await verifyBundle(Buffer.from(text), image, trust, sigstore.now);
        expect(outcome, text).to.be.oneOf(['invalid', 'unsupported']);
        expect(() => inspectBundle(Buffer.from(text)), text).to.throw(ImgcheckError);
      }
    });
  });
});

async function judgeCase(folder: string, one: ConformanceCase): Promise<string> {
  try {
    const root = await readTrustedRoot(readFileSync(join(folder, one.trusted_root)), one.trusted_root);
    const artifact = readFileSync(join(folder, one.artifact));
    const bundle = readFileSync(join(folder, one.case, 'bundle.sigstore.json'));
    const trust: BundleTrust =
      one.key === undefined
        ? {
            kind: 'identities',
            identities: [{ identity: { exact: one.identity ?? '' }, issuer: one.issuer ?? '' }],
            root,
          }
        : { kind: 'keys', keys: readPublicKeys(readFileSync(join(folder, one.key)), one.key), root };
    const { outcome, reason } = await verifyBundle(bundle, digestOf(artifact), trust, now, artifact);
    return `${outcome}: ${reason}`;
  } catch (error) {
    if (!(error instanceof ImgcheckError)) throw error;
    return `${error.kind}: ${error.message}`;
  }
}
