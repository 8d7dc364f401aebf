import { expect } from 'chai';
import { bundleLimit, parseBundle, proofLimits } from '../../src/signature/bundle-document.js';
import { encode, signEnvelope, signMessage, TestSigstore, type Loose } from '../support/sigstore.js';
import { ecKey } from '../support/x509.js';

const sigstore = new TestSigstore();
const certificate = sigstore.certify();
const by = { key: certificate.privateKey, certificate };

type Bend = (bundle: Loose, material: Loose, entry: Loose) => void;

async function bent(bend: Bend, version: '0.1' | '0.2' | 'v0.3' = 'v0.3'): Promise<Buffer> {
  const bundle = await signEnvelope(sigstore, by, { version });
  const material = bundle['verificationMaterial'] as Loose;
  const [entry = {}] = material['tlogEntries'] as Loose[];
  bend(bundle, material, entry);
  return encode(bundle);
}

const chainOf = (material: Loose): Loose[] =>
  (material['x509CertificateChain'] as { certificates: Loose[] }).certificates;
const raw = { rawBytes: certificate.der.toString('base64') };

describe('parseBundle', () => {
  it('reads certificate, entries and timestamps, and of a key nothing but that it is one', async () => {
    const bundle = parseBundle(encode(await signEnvelope(sigstore, by)));
    expect(bundle.material).to.deep.equal({ kind: 'certificate', der: certificate.der, beside: [] });
    expect(bundle.entries.map(({ kind, version }) => [kind, version])).to.deep.equal([['dsse', '0.0.1']]);
    expect(bundle.timestamps).to.deep.equal([]);
    const message = parseBundle(encode(await signMessage(sigstore, { key: ecKey() }, Buffer.from('{}'))));
    expect(message.material).to.deep.equal({ kind: 'key' });
    expect(message.content).to.include({ kind: 'message', algorithm: 'sha256' });
  });

  it('lets a bundle of version 0.1 have a proof that nobody signed, and does not keep it', async () => {
    const bytes = await bent((_bundle, _material, entry) => {
      delete (entry['inclusionProof'] as Loose)['checkpoint'];
    }, '0.1');
    expect(parseBundle(bytes).entries[0]).to.not.have.property('proof');
  });

  const refusals: readonly (readonly [string, Bend, RegExp, ('0.1' | '0.2')?])[] = [
    [
      'an unknown version',
      (b) => void (b['mediaType'] = 'application/vnd.dev.sigstore.bundle.v0.4+json'),
      /unknown media type/,
    ],
    [
      'a version that only begins like a known one',
      (b) => void (b['mediaType'] = 'application/vnd.dev.sigstore.bundle+json;version=0.11'),
      /unknown media type/,
    ],
    ['no content', (b) => void delete b['dsseEnvelope'], /neither of messageSignature and dsseEnvelope/],
    ['two contents', (b) => void (b['messageSignature'] = {}), /both of messageSignature and dsseEnvelope/],
    ['no key and no certificate', (_b, m) => void delete m['certificate'], /no key and no certificate/],
    ['both', (_b, m) => void (m['publicKey'] = {}), /both publicKey and certificate/],
    [
      'a chain in version 0.3',
      (_b, m) => void ((m['x509CertificateChain'] = { certificates: [raw] }), delete m['certificate']),
      /version 0.3 does not allow/,
    ],
    ['an empty chain', (_b, m) => void (chainOf(m).length = 0), /an empty certificate chain/, '0.2'],
    [
      'a chain of eleven',
      (_b, m) => void chainOf(m).push(...Array<Loose>(10).fill(raw)),
      /has 11 items, more than 10/,
      '0.2',
    ],
    ['nine log entries', (_b, m, e) => void (m['tlogEntries'] = Array<Loose>(9).fill(e)), /has 9 items, more than 8/],
    [
      'nine timestamps',
      (_b, m) =>
        void (m['timestampVerificationData'] = {
          rfc3161Timestamps: Array<Loose>(9).fill({ signedTimestamp: 'AA==' }),
        }),
      /has 9 items, more than 8/,
    ],
    ['an empty certificate', (_b, m) => void (m['certificate'] = { rawBytes: '' }), /certificate is empty/],
    [
      'a certificate too large',
      (_b, m) => void (m['certificate'] = { rawBytes: 'A'.repeat(proofLimits.bytes * 2 + 4) }),
      /exceeds 65536 bytes/,
    ],
    ['a certificate not in base64', (_b, m) => void (m['certificate'] = { rawBytes: 'A-_=' }), /is not base64/],
    [
      'no promise in version 0.1',
      (_b, _m, e) => void delete e['inclusionPromise'],
      /lacks the inclusion promise that version 0.1 demands/,
      '0.1',
    ],
    [
      'no proof in version 0.2',
      (_b, _m, e) => void delete e['inclusionProof'],
      /lacks the inclusion proof that version 0.2 demands/,
      '0.2',
    ],
    [
      'a proof without a checkpoint in version 0.3',
      (_b, _m, e) => void delete (e['inclusionProof'] as Loose)['checkpoint'],
      /lacks the inclusion proof/,
    ],
    [
      'an envelope without a signature',
      (b) => void ((b['dsseEnvelope'] as Loose)['signatures'] = []),
      /has no signature/,
    ],
  ];
  for (const [what, bend, reason, version] of refusals) {
    it(`refuses ${what}`, async () => {
      const bytes = await bent(bend, version);
      expect(() => parseBundle(bytes)).to.throw(reason);
    });
  }

  it('calls a digest by another hash unsupported', async () => {
    const bundle = await signMessage(sigstore, by, Buffer.from('{}'));
    (bundle['messageSignature'] as { messageDigest: Loose }).messageDigest['algorithm'] = 'SHA3_256';
    expect(() => parseBundle(encode(bundle)))
      .to.throw('algorithm SHA3_256')
      .with.property('kind', 'unsupported');
  });

  it('refuses one over its limit before it is parsed', () => {
    expect(() => parseBundle(Buffer.alloc(bundleLimit + 1))).to.throw(
      `of ${bundleLimit + 1} bytes exceeds ${bundleLimit}`,
    );
  });
});
