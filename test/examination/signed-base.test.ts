import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { parsePolicyJson } from '../../src/containers/policy-json.js';
import { parseRegistriesD } from '../../src/containers/registries-d.js';
import { signedBaseJudge } from '../../src/examination/signed-base.js';
import { parseReference } from '../../src/oci/reference.js';
import { WebClient } from '../../src/registry/web.js';
import type { RuleResult } from '../../src/signature/evaluate.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { FakeUpstream, tarOf } from '../freshness/rig.js';
import { SignedPlace } from '../signature/rig.js';
import { buildImage, describeBlob, MemoryTransport, type BuildImageInput } from '../support/build-image.js';
import { cosignPayload, signWithKey } from '../support/cosign.js';
import { ecKey, publicPem } from '../support/x509.js';

const vendor = ecKey();
const baseName = 'registry.test/base';
const platform = { os: 'linux', architecture: 'amd64' };

const open = (transport: MemoryTransport): Promise<Image> => resolveImage(verified(transport), { platform });

/** A base as its repository has it, signed by the key as the name. */
async function signedBase(input: BuildImageInput, by = vendor, signedAs = baseName): Promise<Image> {
  const place = new SignedPlace(buildImage(input), parseReference(`${baseName}:1`));
  place.sign([signWithKey(by, { payload: cosignPayload(place.descriptor.digest, signedAs) })]);
  return open(place.transport);
}

function imageOf(input: BuildImageInput): Promise<Image> {
  return open(new MemoryTransport(buildImage(input), parseReference('other.test/app:1')));
}

async function judge(
  image: Image,
  base: Image,
  baseScope?: readonly object[],
): Promise<Omit<RuleResult, 'name' | 'from'>> {
  const upstream = new FakeUpstream();
  upstream.add(`${baseName}:1`, base);
  upstream.add(`${baseName}:latest`, base);
  const keyData = Buffer.from(publicPem(vendor)).toString('base64');
  const signed = [{ type: 'sigstoreSigned', keyData, signedIdentity: { type: 'matchRepository' } }];
  const docker = { [baseName]: baseScope ?? signed };
  const text = JSON.stringify({ default: [{ type: 'reject' }], transports: { docker } });
  const trust = {
    policy: parsePolicyJson(Buffer.from(text), 'policy.json'),
    registriesD: await parseRegistriesD('default-docker:\n  use-sigstore-attachments: true\n', 'd.yaml'),
    defaultLookaside: undefined,
    signers: undefined,
    notation: undefined,
  };
  const settings = { trust, web: new WebClient(), now: new Date('2024-06-01T00:00:00Z') };
  const identity = { type: 'exactRepository', repository: baseName } as const;
  return signedBaseJudge(image, upstream, settings)({ kind: 'base', name: 'signedBaseLayer', from: 'test', identity });
}

describe('signedBaseJudge', () => {
  const base = { layers: [tarOf('base')] };
  const app = { layers: [tarOf('base'), tarOf('app')] };

  it('is satisfied by a signed base whose layers are the image’s first ones', async () => {
    const answer = await judge(await imageOf(app), await signedBase(base));
    expect(answer).to.include({ outcome: 'satisfied', verified: true });
  });

  it('is satisfied by the base itself under another name', async () => {
    expect((await judge(await imageOf(base), await signedBase(base))).outcome).to.equal('satisfied');
  });

  const refused: readonly [string, () => Promise<Omit<RuleResult, 'name' | 'from'>>, RegExp][] = [
    [
      'of other layers',
      async () => judge(await imageOf({ layers: [tarOf('x')] }), await signedBase(base)),
      /no such base/,
    ],
    ['without layers', async () => judge(await imageOf(app), await signedBase({ layers: [] })), /no such base/],
    ['signed by a stranger', async () => judge(await imageOf(app), await signedBase(base, ecKey())), /not made by/],
    [
      'signed under another name',
      async () => judge(await imageOf(app), await signedBase(base, vendor, 'registry.test/else')),
      /registry\.test\/else/,
    ],
    [
      'that the policy accepts unsigned',
      async () => judge(await imageOf(app), await signedBase(base), [{ type: 'insecureAcceptAnything' }]),
      /asks for no signature/,
    ],
  ];
  for (const [what, ask, reason] of refused) {
    it(`refuses for a base ${what}`, async () => {
      const answer = await ask();
      expect(answer).to.include({ outcome: 'refused', verified: false });
      expect(answer.reason).to.match(reason);
    });
  }

  it('leaves the question open where only the config says that the layers are the base’s', async () => {
    const built = buildImage(app);
    const evil = describeBlob('application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tarOf('evil')));
    const lying = await imageOf({
      layers: [tarOf('evil'), tarOf('app')],
      config: { rootfs: { type: 'layers', diff_ids: built.diffIds } },
    });
    expect(lying.layers[0]?.descriptor.size).to.equal(evil.descriptor.size);
    const answer = await judge(lying, await signedBase(base));
    expect(answer).to.include({ outcome: 'unknown', verified: false });
    expect(answer.reason).to.include('only the same digests are proof');
  });
});
