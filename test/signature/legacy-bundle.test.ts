import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import type { IdentityTrust } from '../../src/signature/bundle-signer.js';
import { verifyLegacyAttestation, verifyLegacyKeyless } from '../../src/signature/legacy-bundle.js';
import { readPublicKeys } from '../../src/signature/public-key.js';
import { readSignatureBlob } from '../../src/signature/signature-blob.js';
import type { Judgement } from '../../src/signature/signature.js';
import { readTrustedRoot } from '../../src/signature/trusted-root.js';
import { cosignPayload, reference } from '../support/cosign.js';
import { needShared } from '../support/shared.js';
import {
  dsseBody,
  hashedBody,
  image,
  makerPem,
  oidcIssuer,
  otherImage,
  signEnvelope,
  signerName,
  signWith,
  statementOf,
  TestSigstore,
  type Loose,
  type Signing,
} from '../support/sigstore.js';
import { ecKey, publicPem } from '../support/x509.js';

type Annotations = Record<string, string>;

const names = {
  signature: 'dev.cosignproject.cosign/signature',
  certificate: 'dev.sigstore.cosign/certificate',
  chain: 'dev.sigstore.cosign/chain',
  bundle: 'dev.sigstore.cosign/bundle',
  timestamp: 'dev.sigstore.cosign/rfc3161timestamp',
} as const;

const sigstore = new TestSigstore();
const certificate = sigstore.certify();
const by = { key: certificate.privateKey, certificate };

/** cosign's annotation with the promise of the log. */
function bundleAnnotation(entry: Loose): string {
  const { keyId } = entry['logId'] as { keyId: string };
  return JSON.stringify({
    SignedEntryTimestamp: (entry['inclusionPromise'] as Loose)['signedEntryTimestamp'],
    Payload: {
      body: entry['canonicalizedBody'],
      integratedTime: Number(entry['integratedTime']),
      logIndex: Number(entry['logIndex']),
      logID: Buffer.from(keyId, 'base64').toString('hex'),
    },
  });
}

function annotate(signature: Buffer, body: Loose, { certificate: leaf }: Signing = by): Annotations {
  return {
    [names.signature]: signature.toString('base64'),
    ...(leaf ? { [names.certificate]: leaf.pem } : {}),
    [names.bundle]: bundleAnnotation(sigstore.logged(body)),
  };
}

interface Changes {
  readonly expected?: Digest;
  readonly trust?: Omit<IdentityTrust, 'kind'>;
  readonly bend?: (annotations: Annotations) => void;
}

async function judge(payload: Buffer = cosignPayload(image), changes: Changes = {}): Promise<Judgement> {
  const signature = signWith(by.key, payload);
  const annotations = annotate(signature, hashedBody(signature, payload, certificate.pem));
  changes.bend?.(annotations);
  const trust = changes.trust ?? (await sigstore.trust());
  return verifyLegacyKeyless({ payload, annotations }, changes.expected ?? image, trust, sigstore.now);
}

describe('verifyLegacyKeyless', () => {
  it('accepts a signature whose annotations hold certificate and promise, and reports what it binds', async () => {
    expect(await judge()).to.deep.equal({
      outcome: 'valid',
      reason: `signed by ${signerName}, vouched for by ${oidcIssuer}`,
      signer: signerName,
      identity: signerName,
      issuer: oidcIssuer,
      time: sigstore.at.toISOString(),
      timeSource: 'rekor',
      signed: { digest: image, reference },
    });
  });

  it('accepts the keyless signature of a real image by the public root (containers/image)', async function () {
    const folder = needShared(this, 'data/containers-image-fixtures/containers-image/signature/fixtures');
    const path = needShared(this, 'data/signatures/sigstore-conformance/public-good-trusted_root.json');
    const root = await readTrustedRoot(readFileSync(path), 'public.json');
    const place = join(folder, 'dir-img-cosign-fulcio-rekor-valid');
    const blob = readSignatureBlob(readFileSync(join(place, 'signature-1')));
    if (blob.kind !== 'cosign') throw new Error('not a cosign signature');
    const digest = digestOf(readFileSync(join(place, 'manifest.json')));
    const trust = (pattern: string): Omit<IdentityTrust, 'kind'> => ({
      identities: [{ identity: { pattern }, issuer: 'https://github.com/login/oauth' }],
      root,
    });
    const now = new Date('2026-11-24T00:00:00Z');
    expect(await verifyLegacyKeyless(blob, digest, trust('mitr@redhat\\.com'), now)).to.deep.include({
      outcome: 'valid',
      identity: 'mitr@redhat.com',
      timeSource: 'rekor',
      signed: { digest, reference: '192.168.64.2:5000/cosign-signed/fulcio-rekor-1' },
    });
    expect((await verifyLegacyKeyless(blob, digest, trust('mitr@redhat'), now)).outcome).to.equal('untrusted');
    expect((await verifyLegacyKeyless(blob, image, trust('mitr@redhat\\.com'), now)).outcome).to.equal('invalid');
    const payload = Buffer.from(blob.payload).fill(0x20, 0, 1);
    expect((await verifyLegacyKeyless({ ...blob, payload }, digest, trust('.*'), now)).outcome).to.equal('invalid');
  });

  it('accepts the time of a timestamp authority beside that of the log', async () => {
    const payload = cosignPayload(image);
    const signature = signWith(by.key, payload);
    const stamp = await sigstore.timestamp(signature);
    const bend = (annotations: Annotations): void => {
      annotations[names.timestamp] = JSON.stringify({ SignedRFC3161Timestamp: stamp });
      Object.assign(annotations, annotate(signature, hashedBody(signature, payload, certificate.pem)));
    };
    expect((await judge(payload, { bend })).outcome).to.equal('valid');
    const foreign = await sigstore.timestamp(Buffer.from('another'));
    const stray = (annotations: Annotations): void => {
      annotations[names.timestamp] = JSON.stringify({ SignedRFC3161Timestamp: foreign });
    };
    expect((await judge(payload, { bend: stray })).reason).to.include('its time is not vouched for');
  });

  it('refuses a payload for another image, saying which was expected', async () => {
    const judgement = await judge(cosignPayload(otherImage));
    expect(judgement).to.deep.include({ outcome: 'invalid', signed: { digest: otherImage, reference } });
    expect(judgement.reason).to.equal(`signed for another image: expected ${image}, got ${otherImage}`);
  });

  it('reads the payload only after the signature held', async () => {
    const text = cosignPayload(image).toString();
    const twice = Buffer.from(text.replace('"critical":', '"critical":{},"critical":'));
    expect((await judge(twice)).reason).to.include('has the member "critical" twice');
    const unknown: Omit<IdentityTrust, 'kind'> = { ...(await sigstore.trust()), identities: [] };
    expect((await judge(twice, { trust: unknown })).outcome, 'nothing was checked').to.equal('not-checked');
  });

  const refusals: readonly (readonly [string, (annotations: Annotations) => void, string, RegExp])[] = [
    ['no signature', (a) => void delete a[names.signature], 'invalid', /annotation .*signature is missing/],
    ['a signature that is not base64', (a) => void (a[names.signature] = '!!!!'), 'invalid', /is not base64/],
    ['no certificate', (a) => void delete a[names.certificate], 'not-checked', /made by a bare key/],
    [
      'a bare key for a certificate (GHSA-fx35-mq7g-6g98)',
      (a) => void (a[names.certificate] = publicPem(by.key)),
      'invalid',
      /has a PUBLIC KEY/,
    ],
    ['two certificates', (a) => void (a[names.certificate] += certificate.pem), 'invalid', /more than 1 PEM/],
    ['no promise of a log', (a) => void delete a[names.bundle], 'invalid', /no transparency log entry/],
    ['a promise that is not JSON', (a) => void (a[names.bundle] = '{'), 'invalid', /is not JSON/],
    [
      'a time past the year 9999',
      (a) => void (a[names.bundle] = bentBundle(a, 'integratedTime', 9_999_999_999_999)),
      'invalid',
      /integratedTime is not a time/,
    ],
    [
      'an index that is negative',
      (a) => void (a[names.bundle] = bentBundle(a, 'logIndex', -1)),
      'invalid',
      /logIndex is not a whole number/,
    ],
    [
      'another time than the log signed',
      (a) => void (a[names.bundle] = bentBundle(a, 'integratedTime', sigstore.at.getTime() / 1000 - 1)),
      'invalid',
      /inclusion promise could not be verified/,
    ],
    [
      'a log id that is not hexadecimal',
      (a) => void (a[names.bundle] = bentBundle(a, 'logID', 'xyz')),
      'invalid',
      /not hexadecimal/,
    ],
  ];
  for (const [what, bend, outcome, reason] of refusals) {
    it(`refuses a signature with ${what}`, async () => {
      const judgement = await judge(undefined, { bend });
      expect(judgement.outcome).to.equal(outcome);
      expect(judgement.reason).to.match(reason);
    });
  }

  it('refuses an entry of another certificate (pitfall 2)', async () => {
    const payload = cosignPayload(image);
    const signature = signWith(by.key, payload);
    const other = sigstore.certify({ privateKey: by.key });
    const annotations = annotate(signature, hashedBody(signature, payload, other.pem));
    const judgement = await verifyLegacyKeyless({ payload, annotations }, image, await sigstore.trust(), sigstore.now);
    expect(judgement.reason).to.equal('the log entry is not of this signature: its certificate is another');
  });

  it('builds nothing on the chain annotation (pitfall 5)', async () => {
    const bend = (annotations: Annotations): void => void (annotations[names.chain] = 'not even PEM');
    expect((await judge(undefined, { bend })).outcome).to.equal('valid');
  });
});

describe('verifyLegacyAttestation', () => {
  async function attest(signer: Signing, statement = statementOf()): Promise<readonly [Buffer, Annotations]> {
    const { dsseEnvelope } = await signEnvelope(sigstore, signer, { statement });
    const [{ sig = '' } = {}] = (dsseEnvelope as { signatures: { sig: string }[] }).signatures;
    const body = dsseBody(Buffer.from(sig, 'base64'), statement, makerPem(signer));
    return [Buffer.from(JSON.stringify(dsseEnvelope)), annotate(Buffer.alloc(0), body, signer)];
  }

  it('accepts a keyless one about the image, with its statement', async () => {
    const [envelope, annotations] = await attest(by, statementOf(image, 'https://slsa.dev/provenance/v1'));
    const trust = await sigstore.trust();
    const judgement = await verifyLegacyAttestation(envelope, annotations, image, trust, sigstore.now);
    expect(judgement).to.deep.include({
      outcome: 'valid',
      content: 'dsse',
      timeSource: 'rekor',
      signed: { digest: image },
    });
    expect(judgement.statement?.predicateType).to.equal('https://slsa.dev/provenance/v1');
    const other = await verifyLegacyAttestation(envelope, annotations, otherImage, trust, sigstore.now);
    expect(other.outcome).to.equal('invalid');
    expect(other.statement).to.equal(undefined);
  });

  it('accepts one by a key, without annotations', async () => {
    const key = ecKey();
    const [envelope] = await attest({ key });
    const keys = readPublicKeys(Buffer.from(publicPem(key)), 'cosign.pub');
    const judgement = await verifyLegacyAttestation(envelope, {}, image, { kind: 'keys', keys }, sigstore.now);
    expect(judgement).to.deep.include({ outcome: 'valid', signer: keys[0]?.id });
  });

  it('calls the log entries of 2021 (intoto 0.0.1) unsupported', async () => {
    const [envelope, annotations] = await attest(by);
    const old = { kind: 'intoto', apiVersion: '0.0.1', spec: {} };
    annotations[names.bundle] = bundleAnnotation(sigstore.logged(old));
    const trust = await sigstore.trust();
    const judgement = await verifyLegacyAttestation(envelope, annotations, image, trust, sigstore.now);
    expect(judgement).to.deep.include({
      outcome: 'unsupported',
      reason: 'the log entry is of the kind intoto 0.0.1, which is not known',
    });
  });
});

function bentBundle(annotations: Annotations, name: string, value: string | number): string {
  const bundle = JSON.parse(annotations[names.bundle] ?? '') as { Payload: Record<string, unknown> };
  bundle.Payload[name] = value;
  return JSON.stringify(bundle);
}
