import { expect } from 'chai';
import { cosignPayload, keysOf, signWithKey } from '../support/cosign.js';
import { encode, signEnvelope, statementOf, TestSigstore } from '../support/sigstore.js';
import { ecKey } from '../support/x509.js';
import { bundleType, notationType, SignedPlace, told, verify } from './rig.js';

const key = ecKey();
const signers = { keys: keysOf(key) };

describe('readReferrers', () => {
  const sigstore = new TestSigstore();

  const placeOf = (found: Awaited<ReturnType<typeof verify>>) => found.places.find((one) => one.kind === 'referrers');

  async function good(place: SignedPlace): Promise<Buffer> {
    return encode(await signEnvelope(sigstore, { key }, { statement: statementOf(place.descriptor.digest) }));
  }

  it('calls a bundle of a version to come unsupported, and leaves the question open', async () => {
    const place = new SignedPlace();
    const next = 'application/vnd.dev.sigstore.bundle.v0.9+json';
    place.refer(
      next,
      next,
      Buffer.from((await good(place)).toString().replace('bundle.v0.3+json', 'bundle.v0.9+json')),
    );
    const found = await verify(place, { signers });
    expect(told(found)).to.deep.equal(['sigstore-bundle unsupported']);
    expect(found.rules[0]?.outcome).to.equal('unknown');
  });

  it('judges what stands in a bundle’s place and is none as invalid', async () => {
    const place = new SignedPlace();
    place.refer(bundleType, bundleType, Buffer.from('{"mediaType":1}'));
    const found = await verify(place, { signers });
    expect(told(found)).to.deep.equal(['sigstore-bundle invalid']);
    expect(found.rules[0]?.outcome).to.equal('refused');
  });

  const missed: readonly [string, (place: SignedPlace) => void][] = [
    [
      'is an envelope of notation of a new form',
      (place) => place.refer(notationType, 'application/x', Buffer.from('{}')),
    ],
    [
      'is listed and cannot be had',
      (place) => {
        place.refer(bundleType, bundleType, Buffer.from('{}'));
        place.transport.blobs.delete(place.transport.found[0]?.digest ?? place.descriptor.digest);
      },
    ],
  ];
  for (const [what, put] of missed) {
    it(`leaves the question open where a signature ${what}`, async () => {
      const place = new SignedPlace();
      put(place);
      const found = await verify(place, { signers });
      expect(placeOf(found)?.outcome).to.equal('failed');
      expect(found.rules[0]?.outcome).to.equal('unknown');
    });
  }

  it('opens what is said to be a signature before artifacts that do not say what they are', async () => {
    const place = new SignedPlace();
    for (let i = 0; i < 70; i++) place.refer('application/x', 'text/plain', Buffer.from(`{"${i}":1}`));
    const { found } = place.transport;
    found.splice(0, 70, ...found.map(({ artifactType: _type, ...rest }) => rest));
    place.refer(bundleType, bundleType, await good(place));
    expect(told(await verify(place, { signers }))).to.deep.equal(['sigstore-bundle valid']);
  });

  it('does not say unsigned of an image with more referrers than are opened', async () => {
    const place = new SignedPlace();
    for (let i = 0; i < 65; i++) place.refer('application/x', 'text/plain', Buffer.from(`{"${i}":1}`));
    const { found } = place.transport;
    found.splice(0, 65, ...found.map(({ artifactType: _type, ...rest }) => rest));
    const findings = await verify(place, { signers });
    expect(findings.rules[0]).to.include({ outcome: 'unknown' });
    expect(findings.rules[0]?.reason).to.include('1 of 65 referrers were not opened');
  });

  it('holds no more than 16 MiB of signatures and one, whatever is listed', async () => {
    const place = new SignedPlace();
    for (let i = 0; i < 8; i++) place.refer(bundleType, bundleType, Buffer.alloc(4 * 1024 ** 2 - 1, String(i)));
    const found = await verify(place, { signers });
    expect(found.results).to.have.length(5);
    expect(placeOf(found)?.error?.message).to.equal('signatures exceed 16777216 bytes');
  });

  it('counts a signature that holds, whatever else is amiss', async () => {
    const place = new SignedPlace();
    place.refer(notationType, 'application/x', Buffer.from('{}'));
    place.sign([signWithKey(key, { payload: cosignPayload(place.descriptor.digest, 'registry.test/app') })]);
    expect((await verify(place, { signers })).rules[0]?.outcome).to.equal('satisfied');
  });
});
