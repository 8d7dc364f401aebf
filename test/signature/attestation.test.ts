import { expect } from 'chai';
import { parsePlatform } from '../../src/oci/platform.js';
import { verifyAttestations } from '../../src/signature/attestation.js';
import { readAttestations } from '../../src/source/attestations.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { buildIndex } from '../support/build-image.js';
import { attestationOf, predicateTypes, provenancePredicate, statementAbout } from '../support/buildkit.js';
import { keysOf } from '../support/cosign.js';
import { cosignPredicate, encode, signEnvelope, statementOf, TestSigstore } from '../support/sigstore.js';
import { ecKey } from '../support/x509.js';
import { bundleType, notationType, plainImage, SignedPlace } from './rig.js';

const key = ecKey();

describe('verifyAttestations, of what BuildKit states', () => {
  const sigstore = new TestSigstore();

  /** What becomes of the statement, when its manifest has a referrer. */
  async function outcome(refer: (place: SignedPlace, manifest: SignedPlace['descriptor']) => Promise<void> | void) {
    const image = plainImage();
    const predicate = provenancePredicate({ materials: { 'pkg:docker/r.test/base@9': 'ab'.repeat(32) } });
    const statement = statementAbout(image.manifest.descriptor.digest, predicateTypes['0.2'], predicate);
    const stated = attestationOf(image, [statement]);
    const place = new SignedPlace(buildIndex([image, stated]));
    await refer(place, stated.manifest.descriptor);
    const source = verified(place.transport);
    const resolved = await resolveImage(source, { platform: parsePlatform('linux/amd64') });
    const signers = { from: 'test', keys: keysOf(key), identities: [], root: undefined };
    const built = await readAttestations(resolved);
    const results = await verifyAttestations(resolved, [], built, signers, sigstore.now);
    expect(results).to.have.length(1);
    expect(results[0]?.statement?.predicateType).to.equal(predicateTypes['0.2']);
    return results[0]?.outcome;
  }

  const signedBy =
    (by: ReturnType<typeof ecKey>, predicateType: string) =>
    async (place: SignedPlace, { mediaType, digest, size }: SignedPlace['descriptor']): Promise<void> => {
      const bundle = await signEnvelope(sigstore, { key: by }, { statement: statementOf(digest, predicateType) });
      place.refer(bundleType, bundleType, encode(bundle), { subject: { mediaType, digest, size } });
    };

  it('counts it as signed where its manifest is', async () => {
    expect(await outcome(signedBy(key, cosignPredicate))).to.equal('valid');
  });

  it('does not count a stranger’s signature of its manifest', async () => {
    expect(await outcome(signedBy(ecKey(), cosignPredicate))).to.equal('unsigned');
  });

  it('does not take what a signer states of its manifest for a signature: it may be a warning', async () => {
    expect(await outcome(signedBy(key, 'https://cosign.sigstore.dev/attestation/vuln/v1'))).to.equal('unsigned');
  });

  it('does not call it unsigned where a signature may have been missed', async () => {
    const newForm = (place: SignedPlace, { mediaType, digest, size }: SignedPlace['descriptor']): void =>
      place.refer(notationType, 'application/x', Buffer.from('{}'), { subject: { mediaType, digest, size } });
    expect(await outcome(newForm)).to.equal('not-checked');
  });
});
