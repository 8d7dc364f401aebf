import { expect } from 'chai';
import { parseManifest, type Index } from '../../src/oci/manifest.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import { parsePlatform } from '../../src/oci/platform.js';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { selectPlatform } from '../../src/source/select.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, buildIndex, MemoryTransport, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import { failureOf } from './failure.js';

function image(platform: string, label = ''): BuiltImage {
  return buildImage({ layers: [], platform, labels: { label } });
}

async function select(index: BuiltIndex, wanted: string): Promise<Descriptor> {
  const parsed = parseManifest(index.manifest.bytes, mediaTypes.ociIndex) as Index;
  const source = verified(new MemoryTransport(index));
  return selectPlatform(source, parsed, index.manifest.descriptor.digest, parsePlatform(wanted));
}

function unlabelled<T extends BuiltImage | BuiltIndex>(item: T): T {
  const { mediaType, digest, size } = item.manifest.descriptor;
  return { ...item, manifest: { ...item.manifest, descriptor: { mediaType, digest, size } } };
}

describe('source/select', () => {
  it('takes the first manifest of the platform', async () => {
    const [arm, first, second] = [image('linux/arm64'), image('linux/amd64', '1'), image('linux/amd64', '2')];
    expect((await select(buildIndex([arm, first, second]), 'linux/amd64')).digest).to.equal(
      first.manifest.descriptor.digest,
    );
  });

  it('takes the variant as it is written before the one that is its default', async () => {
    const [named, bare] = [image('linux/arm64/v8'), image('linux/arm64')];
    const index = buildIndex([named, bare]);
    expect((await select(index, 'linux/arm64')).digest).to.equal(bare.manifest.descriptor.digest);
    expect((await select(index, 'linux/arm64/v8')).digest).to.equal(named.manifest.descriptor.digest);
    expect((await select(buildIndex([named]), 'linux/arm64')).digest).to.equal(named.manifest.descriptor.digest);
  });

  it('fails as missing and lists what is offered, attestations left out', async () => {
    const error = await failureOf('missing', () =>
      select(buildIndex([image('linux/arm64'), image('unknown/unknown'), image('linux/arm/v6')]), 'linux/s390x'),
    );
    expect(error.message).to.equal('the index has no image for linux/s390x');
    expect(error.hint).to.equal('offered: linux/arm64, linux/arm/v6');
  });

  it('passes over attestation manifests by their annotation', async () => {
    const attestation = image('linux/amd64', 'attestation');
    const annotations = { 'vnd.docker.reference.type': 'attestation-manifest' };
    const marked = {
      ...attestation,
      manifest: { ...attestation.manifest, descriptor: { ...attestation.manifest.descriptor, annotations } },
    };
    const real = image('linux/amd64');
    expect((await select(buildIndex([marked, real]), 'linux/amd64')).digest).to.equal(real.manifest.descriptor.digest);
  });

  it('finds a platform in an index within an index', async () => {
    const wanted = image('linux/s390x');
    const index = buildIndex([image('linux/amd64'), buildIndex([buildIndex([wanted])])]);
    expect((await select(index, 'linux/s390x')).digest).to.equal(wanted.manifest.descriptor.digest);
  });

  it('prefers the index itself to the indexes within it', async () => {
    const [nested, own] = [image('linux/amd64', 'nested'), image('linux/amd64', 'own')];
    const index = buildIndex([buildIndex([nested]), own]);
    expect((await select(index, 'linux/amd64')).digest).to.equal(own.manifest.descriptor.digest);
  });

  it('refuses indexes nested more than three deep', async () => {
    const error = await failureOf('hostile', () =>
      select(buildIndex([buildIndex([buildIndex([buildIndex([image('linux/amd64')])])])]), 'linux/amd64'),
    );
    expect(error.message).to.contain('nested more than 3 deep');
  });

  it('refuses an index that claims to contain itself', async () => {
    const inner = buildIndex([image('linux/arm64')]);
    const outer = buildIndex([inner]);
    const parsed = parseManifest(outer.manifest.bytes, undefined) as Index;
    const error = await failureOf('hostile', () =>
      selectPlatform(
        verified(new MemoryTransport(outer)),
        parsed,
        inner.manifest.descriptor.digest,
        parsePlatform('linux/amd64'),
      ),
    );
    expect(error.message).to.equal('the index contains itself');
  });

  it('reads an index named many times once, and no more than 32 different ones', async () => {
    const nested = buildIndex([image('linux/arm64')]);
    await failureOf('missing', () => select(buildIndex(new Array<BuiltIndex>(500).fill(nested)), 'linux/amd64'));
    const many = Array.from({ length: 40 }, (_, i) => buildIndex([image('linux/arm64', String(i))]));
    const error = await failureOf('hostile', () => select(buildIndex(many), 'linux/amd64'));
    expect(error.message).to.contain('more than 32 indexes');
  });

  it('takes a manifest without a platform when it is the only one, and not among several', async () => {
    const [one, two] = [unlabelled(image('linux/amd64', '1')), unlabelled(image('linux/amd64', '2'))];
    expect((await select(buildIndex([image('linux/arm64'), one]), 'linux/amd64')).digest).to.equal(
      one.manifest.descriptor.digest,
    );
    const error = await failureOf('missing', () => select(buildIndex([one, two]), 'linux/amd64'));
    expect(error.hint).to.contain('does not say');
  });

  it('says that an empty index holds no image', async () => {
    expect((await failureOf('missing', () => select(buildIndex([]), 'linux/amd64'))).hint).to.equal(
      'the index holds no image',
    );
  });

  it('fails as integrity when a nested index is not what its descriptor says', async () => {
    const nested = buildIndex([image('linux/amd64')]);
    const { descriptor, bytes } = nested.manifest;
    const lying = { ...nested, manifest: { bytes, descriptor: { ...descriptor, size: descriptor.size + 1 } } };
    await failureOf('integrity', () => select(buildIndex([lying]), 'linux/amd64'));
  });
});
