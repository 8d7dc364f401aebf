import { pathToFileURL } from 'node:url';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parsePolicyJson } from '../../src/containers/policy-json.js';
import { parseRegistriesD } from '../../src/containers/registries-d.js';
import { digestOf } from '../../src/oci/digest.js';
import { cosignPayload, signWithKey } from '../support/cosign.js';
import { inFolder } from '../support/hostile.js';
import { ecKey, publicPem } from '../support/x509.js';
import { SignedPlace, told, verify } from './rig.js';

const key = ecKey();

function policy() {
  const requirement = {
    type: 'sigstoreSigned',
    keyData: Buffer.from(publicPem(key)).toString('base64'),
    signedIdentity: { type: 'matchRepository' },
  };
  return parsePolicyJson(Buffer.from(JSON.stringify({ default: [requirement] })), 'policy.json');
}

const signatureOf = (place: SignedPlace) =>
  signWithKey(key, { payload: cosignPayload(place.descriptor.digest, 'registry.test/app') });

describe('loadSigstoreSigned', () => {
  for (const enabled of [true, false]) {
    it(`${enabled ? 'counts' : 'does not count'} the registry’s attachments where use-sigstore-attachments is ${enabled}`, async () => {
      const place = new SignedPlace();
      place.sign([signatureOf(place)]);
      const registriesD = await parseRegistriesD(`default-docker:\n  use-sigstore-attachments: ${enabled}\n`, 'd.yaml');
      const found = await verify(place, { registriesD, trust: { policy: policy(), registriesD } });
      expect(told(found)).to.deep.equal([`cosign ${enabled ? 'valid' : 'not-checked'}`]);
      expect(found.rules[0]?.outcome).to.equal(enabled ? 'satisfied' : 'refused');
    });
  }

  it('does not count one among the referrers, which podman never looks at', async () => {
    const place = new SignedPlace();
    const { payload, annotations } = signatureOf(place);
    const artifact = 'application/vnd.dev.cosign.artifact.sig.v1+json';
    const mediaType = 'application/vnd.dev.cosign.simplesigning.v1+json';
    const layer = { mediaType, digest: digestOf(payload), size: payload.byteLength, annotations };
    place.refer(artifact, mediaType, payload, { layers: [layer] });
    const registriesD = await parseRegistriesD('default-docker:\n  use-sigstore-attachments: true\n', 'd.yaml');
    const found = await verify(place, { registriesD, trust: { policy: policy(), registriesD } });
    expect(told(found)).to.deep.equal(['cosign not-checked']);
    expect(found.rules[0]?.outcome).to.equal('refused');
  });

  it('counts one of a lookaside store without use-sigstore-attachments, as containers/image does', () =>
    inFolder(async (folder) => {
      const place = new SignedPlace();
      const { payload, annotations } = signatureOf(place);
      const stored = join(folder, `app@${place.descriptor.digest.replace(':', '=')}`);
      mkdirSync(stored);
      const json = JSON.stringify({
        mimeType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        payload: Buffer.from(payload).toString('base64'),
        annotations,
      });
      writeFileSync(join(stored, 'signature-1'), `\0sigstore-json\n${json}`);
      const text = `default-docker:\n  lookaside: ${pathToFileURL(folder).href}\n`;
      const registriesD = await parseRegistriesD(text, 'd.yaml');
      const found = await verify(place, { registriesD, trust: { policy: policy(), registriesD } });
      expect(told(found)).to.deep.equal(['cosign valid']);
      expect(found.rules[0]?.outcome).to.equal('satisfied');
    }));
});
