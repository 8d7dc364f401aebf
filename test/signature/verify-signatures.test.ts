import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { parseRegistriesD } from '../../src/containers/registries-d.js';
import { parsePolicyJson } from '../../src/containers/policy-json.js';
import { cosignPayload, keysOf, signWithKey } from '../support/cosign.js';
import { buildIndex } from '../support/build-image.js';
import { encode, identity, signEnvelope, signMessage, statementOf, TestSigstore } from '../support/sigstore.js';
import { answerOf } from '../support/fake-answer.js';
import { WebServer } from '../support/web-server.js';
import { WebClient } from '../../src/registry/web.js';
import { ecKey } from '../support/x509.js';
import { bundleType, notationType, plainImage, SignedPlace, told, verify } from './rig.js';

const name = 'registry.test/app';
const key = ecKey();
const keys = keysOf(key);

function cosigned(place: SignedPlace, reference = name) {
  return signWithKey(key, { payload: cosignPayload(place.descriptor.digest, reference) });
}

describe('verifySignatures', () => {
  it('finds nothing where nothing lies, and says where it looked', async () => {
    const found = await verify(new SignedPlace());
    expect(found.results).to.deep.equal([]);
    expect(found.covered).to.equal(false);
    expect(found.places.map((place) => `${place.kind} ${place.outcome}`)).to.deep.equal([
      'cosign-tag none',
      'cosign-tag none',
      'referrers none',
    ]);
  });

  it('judges each signature under cosign’s tag by the keys named, one being enough', async () => {
    const place = new SignedPlace();
    place.sign([signWithKey(ecKey(), { payload: cosignPayload(place.descriptor.digest, name) }), cosigned(place)]);
    const found = await verify(place, { signers: { keys } });
    expect(told(found)).to.deep.equal(['cosign untrusted', 'cosign valid']);
    expect(found.rules).to.have.length(1);
    expect(found.rules[0]).to.include({ outcome: 'satisfied', verified: true, signer: keys[0]?.id });
    expect(found.results[1]?.bound).to.deep.equal(['digest', 'reference']);
  });

  it('refuses a signature that names another repository', async () => {
    const place = new SignedPlace();
    place.sign([cosigned(place, 'registry.test/other')]);
    const found = await verify(place, { signers: { keys } });
    expect(told(found)).to.deep.equal(['cosign invalid']);
    expect(found.results[0]?.reason).to.include('registry.test/other');
    expect(found.rules[0]?.outcome).to.equal('refused');
  });

  it('leaves a signature that nobody spoke of unchecked', async () => {
    const place = new SignedPlace();
    place.sign([cosigned(place)]);
    expect(told(await verify(place))).to.deep.equal(['cosign not-checked']);
  });

  it('takes a layer of another kind beside signatures for an attachment, and says so', async () => {
    const place = new SignedPlace();
    place.sign([cosigned(place)]);
    const tag = place.transport.tags.keys().next().value ?? '';
    const other = { mediaType: 'text/plain', digest: place.descriptor.digest, size: 4 };
    place.tag(tag, [other]);
    const found = await verify(place, { signers: { keys } });
    expect(found.results).to.deep.equal([]);
    expect(found.places[0]?.notes[0]).to.include('text/plain');
  });

  it('leaves the question open where a place cannot be looked into', async () => {
    const place = new SignedPlace();
    place.transport.referrers = () => Promise.reject(new ImgcheckError('auth', 'denied'));
    const found = await verify(place, { signers: { keys } });
    expect(found.rules[0]).to.include({ outcome: 'unknown', verified: false });
    expect(found.rules[0]?.reason).to.include('denied');
  });

  it('does not let an open place undo a signature that holds', async () => {
    const place = new SignedPlace();
    place.sign([cosigned(place)]);
    place.transport.referrers = () => Promise.reject(new ImgcheckError('network', 'down'));
    expect((await verify(place, { signers: { keys } })).rules[0]?.outcome).to.equal('satisfied');
  });

  it('accepts a signature of the index for the platform that was selected from it', async () => {
    const image = plainImage();
    const place = new SignedPlace(buildIndex([image]));
    place.sign([cosigned(place)]);
    const found = await verify(place, { signers: { keys } });
    expect(told(found)).to.deep.equal(['cosign valid']);
    expect(found.results[0]?.subject).to.equal(place.descriptor.digest);
    expect(found.results[0]?.subject).not.to.equal(image.manifest.descriptor.digest);
  });
});

describe('verifySignatures, of referrers', () => {
  const sigstore = new TestSigstore();

  it('accepts cosign 3’s bundle by an identity under the trusted root, and says who vouched', async () => {
    const place = new SignedPlace();
    const certificate = sigstore.certify();
    const by = { key: certificate.privateKey, certificate };
    const bundle = await signEnvelope(sigstore, by, { statement: statementOf(place.descriptor.digest) });
    place.refer(bundleType, bundleType, encode(bundle));
    const { root } = await sigstore.trust();
    const found = await verify(place, { signers: { identities: [identity], root }, now: sigstore.now });
    expect(told(found)).to.deep.equal(['sigstore-bundle valid']);
    expect(found.results[0]).to.include({ issuer: identity.issuer, timeSource: 'rekor' });
    expect(found.results[0]?.bound).to.deep.equal(['digest']);
    const without = await verify(place, { signers: { identities: [identity] }, now: sigstore.now });
    expect(told(without)).to.deep.equal(['sigstore-bundle not-checked']);
    expect(without.results[0]?.reason).to.include('--trusted-root');
  });

  it('accepts a bundle by a plain key: an envelope, and a signature over the manifest itself', async () => {
    const place = new SignedPlace();
    const statement = statementOf(place.descriptor.digest);
    place.refer(bundleType, bundleType, encode(await signEnvelope(sigstore, { key }, { statement })));
    const manifest = Buffer.from(place.transport.resolved.bytes);
    place.refer(bundleType, bundleType, encode(await signMessage(sigstore, { key }, manifest)));
    const found = await verify(place, { signers: { keys } });
    expect(told(found)).to.deep.equal(['sigstore-bundle valid', 'sigstore-bundle valid']);
  });

  it('refuses a bundle that speaks of another image', async () => {
    const place = new SignedPlace();
    place.refer(bundleType, bundleType, encode(await signEnvelope(sigstore, { key })));
    const found = await verify(place, { signers: { keys } });
    expect(told(found)).to.deep.equal(['sigstore-bundle invalid']);
  });

  it('does not take a statement about the build for a signature, and verifies it as an attestation', async () => {
    const place = new SignedPlace();
    const statement = statementOf(place.descriptor.digest, 'https://slsa.dev/provenance/v1');
    place.refer(bundleType, bundleType, encode(await signEnvelope(sigstore, { key }, { statement })));
    const found = await verify(place, { signers: { keys } });
    expect(found.results).to.deep.equal([]);
    expect(found.rules[0]?.outcome).to.equal('refused');
    expect(found.attestations).to.have.length(1);
    expect(found.attestations[0]).to.include({ outcome: 'valid', predicateType: 'https://slsa.dev/provenance/v1' });
    const stranger = await verify(place, { signers: { keys: keysOf(ecKey()) } });
    expect(stranger.attestations[0]?.outcome).to.equal('untrusted');
    expect(stranger.attestations[0]?.statement).to.equal(undefined);
    expect((await verify(place)).attestations[0]?.outcome).to.equal('not-checked');
  });

  it('verifies an attestation under cosign’s tag', async () => {
    const place = new SignedPlace();
    const statement = statementOf(place.descriptor.digest, 'https://slsa.dev/provenance/v0.2');
    const { dsseEnvelope } = await signEnvelope(sigstore, { key }, { statement });
    place.attest([
      { envelope: dsseEnvelope as object, annotations: { predicateType: 'https://slsa.dev/provenance/v0.2' } },
    ]);
    expect((await verify(place, { signers: { keys } })).attestations[0]?.outcome).to.equal('valid');
    expect((await verify(place, { signers: { keys: keysOf(ecKey()) } })).attestations[0]?.outcome).to.equal(
      'untrusted',
    );
  });

  const broken: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
    [
      'names another subject',
      { subject: { mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 1 } },
      /its subject is/,
    ],
    ['names no subject', { subject: undefined }, /its subject is nothing/],
    [
      'has two layers',
      { layers: [1, 2].map(() => ({ mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 1 })) },
      /one layer/,
    ],
  ];
  for (const [what, change, note] of broken) {
    it(`leaves a referrer aside that ${what}, and says so`, async () => {
      const place = new SignedPlace();
      const statement = statementOf(place.descriptor.digest);
      place.refer(bundleType, bundleType, encode(await signEnvelope(sigstore, { key }, { statement })), change);
      const found = await verify(place, { signers: { keys } });
      expect(found.results).to.deep.equal([]);
      expect(found.places.find((one) => one.kind === 'referrers')?.notes[0]).to.match(note);
    });
  }

  it('opens at most 64 of the referrers that may be signatures, and says how many it left', async () => {
    const place = new SignedPlace();
    for (let i = 0; i < 70; i++) place.refer(bundleType, bundleType, Buffer.from(`{"${i}":1}`));
    for (let i = 0; i < 5; i++)
      place.refer('application/spdx+json', 'application/spdx+json', Buffer.from(`{"${i}":2}`));
    const found = await verify(place, { signers: { keys } });
    expect(found.places.find((one) => one.kind === 'referrers')?.notes[0]).to.equal(
      '6 of 70 referrers were not opened',
    );
  });

  it('says that a notation envelope of an unknown form cannot be read', async () => {
    const place = new SignedPlace();
    place.refer(notationType, 'application/x', Buffer.from('{}'));
    const found = await verify(place);
    expect(found.places.find((one) => one.kind === 'referrers')?.notes[0]).to.include('unknown envelope');
  });
});

describe('verifySignatures, of a lookaside store', () => {
  let server: WebServer;
  let web: WebClient;

  before(async () => {
    server = await WebServer.start();
    const authority = { pem: server.authority.cert, from: 'test' };
    web = new WebClient({
      certificates: () => Promise.resolve({ authorities: [authority], clients: [] }),
      sleep: () => Promise.resolve(),
    });
  });

  after(async () => {
    await web.close();
    await server.close();
  });

  const conf = () => parseRegistriesD(`docker:\n  registry.test:\n    lookaside: ${server.origin}/s\n`, 'test.yaml');

  it('reads signature-1, -2 and so on until one is missing, and judges what is no signature as invalid', async () => {
    const place = new SignedPlace();
    const folder = `/s/app@${place.descriptor.digest.replace(':', '=')}`;
    server.put(`${folder}/signature-1`, 'not a signature at all');
    const { registriesD, policy } = { registriesD: await conf(), policy: rejectAll() };
    const found = await verify(place, { web, registriesD, trust: { policy, registriesD } });
    expect(told(found)).to.deep.equal(['simple-signing not-checked']);
    expect(server.requests.slice(-2)).to.deep.equal([`GET ${folder}/signature-1`, `GET ${folder}/signature-2`]);
    expect(found.rules[0]).to.include({ name: 'reject', outcome: 'refused' });
  });

  it('tells a store that refuses from one that has nothing', async () => {
    const place = new SignedPlace();
    server.put(`/s/app@${place.descriptor.digest.replace(':', '=')}/signature-1`, answerOf(403, {}, 'no'));
    const found = await verify(place, { web, registriesD: await conf(), signers: { keys } });
    expect(found.places.find((one) => one.kind === 'lookaside')).to.include({ outcome: 'failed' });
    expect(found.rules[0]?.outcome).to.equal('unknown');
  });
});

function rejectAll() {
  return parsePolicyJson(Buffer.from('{"default":[{"type":"reject"}]}'), 'policy.json');
}
