import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { ErrorKind } from '../../src/core/error.js';
import { digestOf } from '../../src/oci/digest.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import { parsePlatform } from '../../src/oci/platform.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import {
  buildImage,
  buildIndex,
  describeJson,
  MemoryTransport,
  type BuildImageInput,
  type BuiltImage,
  type BuiltIndex,
} from '../support/build-image.js';
import { needShared } from '../support/shared.js';
import { failureOf } from './failure.js';

const tars = [Buffer.from('one'), Buffer.from('two')];

function resolve(built: BuiltImage | BuiltIndex, platform = 'linux/amd64'): Promise<Image> {
  return resolveImage(verified(new MemoryTransport(built)), { platform: parsePlatform(platform) });
}

describe('source/resolve', () => {
  for (const docker of [false, true]) {
    it(`joins layers, diff_ids and history of ${docker ? 'a docker' : 'an OCI'} image`, async () => {
      const history = [
        { created: '2026-01-01T00:00:00Z', created_by: 'ADD rootfs' },
        { created_by: 'CMD', empty_layer: true },
        { created: '2026-01-02T00:00:00Z', created_by: 'RUN dnf update' },
      ];
      const built = buildImage({ layers: tars, history, docker });
      const image = await resolve(built);
      expect(image.descriptor.digest).to.equal(built.manifest.descriptor.digest);
      expect(image.resolved).to.equal(image.descriptor);
      expect(image.index).to.equal(undefined);
      expect(image.manifestBytes).to.equal(built.manifest.bytes);
      expect(image.layers.map(({ diffId }) => diffId)).to.deep.equal(tars.map((tar) => digestOf(tar)));
      expect(image.layers.map(({ instruction }) => instruction)).to.deep.equal(['ADD rootfs', 'RUN dnf update']);
      expect(image.layers.map(({ created }) => created)).to.deep.equal([
        '2026-01-01T00:00:00Z',
        '2026-01-02T00:00:00Z',
      ]);
      expect(image.remarks).to.deep.equal([]);
    });
  }

  it('fetches no layer', async () => {
    const transport = new MemoryTransport(buildImage({ layers: tars }));
    await resolveImage(verified(transport), { platform: parsePlatform('linux/amd64') });
    expect(transport.fetched.map(({ mediaType }) => mediaType)).to.deep.equal([mediaTypes.ociConfig]);
  });

  it('selects within an index and keeps what the reference resolved to', async () => {
    const [amd, arm] = [buildImage({ layers: tars }), buildImage({ layers: tars, platform: 'linux/arm64/v8' })];
    const index = buildIndex([amd, arm]);
    const image = await resolve(index, 'linux/arm64');
    expect(image.descriptor.digest).to.equal(arm.manifest.descriptor.digest);
    expect(image.resolved.digest).to.equal(index.manifest.descriptor.digest);
    expect(image.index?.manifests).to.have.length(2);
    expect(image.platform).to.deep.equal({ os: 'linux', architecture: 'arm64', variant: 'v8' });
    expect(image.remarks).to.deep.equal([]);
  });

  it('takes a lone manifest whatever its platform, and says that it differs', async () => {
    const image = await resolve(buildImage({ layers: tars, platform: 'linux/s390x' }));
    expect(image.remarks).to.deep.equal(['the image is for linux/s390x, not for linux/amd64 as asked']);
  });

  it('says when config and index do not agree on the platform', async () => {
    const built = buildImage({ layers: tars, config: { architecture: 'arm64' } });
    expect((await resolve(buildIndex([built]))).remarks).to.deep.equal([
      'the config says linux/arm64 where the index says linux/amd64',
    ]);
  });

  it('takes the variant that the config leaves out from the index', async () => {
    const built = buildImage({ layers: [], platform: 'linux/arm/v6', config: { variant: undefined } });
    const image = await resolve(buildIndex([built]), 'linux/arm/v6');
    expect(image.platform.variant).to.equal('v6');
    expect(image.remarks).to.deep.equal([]);
  });

  it('says when the config names no platform', async () => {
    const image = await resolve(buildImage({ layers: tars, config: { os: undefined, architecture: undefined } }));
    expect(image.remarks).to.deep.equal(['the config does not say for which platform the image is']);
  });

  it('says when the history does not add up, and matches no line', async () => {
    const image = await resolve(buildImage({ layers: tars, history: [{ created_by: 'only one' }] }));
    expect(image.layers.map(({ instruction }) => instruction)).to.deep.equal([undefined, undefined]);
    expect(image.remarks).to.have.length(1);
  });

  it('marks foreign layers', async () => {
    const { layers, ...built } = buildImage({ layers: [Buffer.from('x')] });
    const [layer] = layers;
    const foreign = buildImage({
      layers: [Buffer.from('x')],
      override: { layers: [{ ...layer?.descriptor, urls: ['https://elsewhere.test/layer'] }] },
    });
    expect((await resolve(foreign)).remarks[0]).to.match(/^layer sha256:\S{12} is foreign/);
    expect((await resolve({ ...built, layers })).remarks).to.deep.equal([]);
  });

  it('accepts an image without layers', async () => {
    expect(
      (await resolve(buildImage({ layers: [], history: [{ created_by: 'ENV', empty_layer: true }] }))).layers,
    ).to.have.length(0);
  });

  const descriptorOf = (mediaType: string): unknown[] =>
    buildImage({ layers: [Buffer.from('x')] }).layers.map(({ descriptor }) => ({ ...descriptor, mediaType }));
  const oneLayer = { layers: [Buffer.from('x')] };
  const refused: readonly { title: string; input: BuildImageInput; kind: ErrorKind; says: RegExp }[] = [
    {
      title: 'more layers than diff_ids',
      input: { layers: tars, config: { rootfs: { diff_ids: [digestOf(Buffer.from('one'))] } } },
      kind: 'hostile',
      says: /^config lists 1 diff_ids for 2 layers$/,
    },
    {
      title: 'more diff_ids than layers',
      input: { layers: [], config: { rootfs: { diff_ids: [digestOf(Buffer.from('one'))] } } },
      kind: 'hostile',
      says: /^config lists 1 diff_ids for 0 layers$/,
    },
    {
      title: 'an encrypted layer',
      input: {
        ...oneLayer,
        override: { layers: descriptorOf('application/vnd.oci.image.layer.v1.tar+gzip+encrypted') },
      },
      kind: 'unsupported',
      says: /encrypted/,
    },
    {
      title: 'a layer of an unknown kind, by its name',
      input: { ...oneLayer, override: { layers: descriptorOf('application/vnd.example.layer') } },
      kind: 'unsupported',
      says: /application\/vnd\.example\.layer/,
    },
    {
      title: 'an artifact, by its type',
      input: {
        layers: [],
        override: {
          artifactType: 'application/vnd.example.sbom',
          config: describeJson(mediaTypes.ociEmpty, {}).descriptor,
        },
      },
      kind: 'unsupported',
      says: /^an artifact, not an image: application\/vnd\.example\.sbom$/,
    },
    {
      title: 'a config that is none, by its type',
      input: {
        layers: [],
        override: { config: describeJson('application/vnd.cncf.helm.config.v1+json', {}).descriptor },
      },
      kind: 'unsupported',
      says: /helm/,
    },
    { title: 'schema 1', input: { layers: [], override: { schemaVersion: 1 } }, kind: 'unsupported', says: /schema 1/ },
    {
      title: 'a config above the limit, by its descriptor',
      input: {
        layers: [],
        override: { config: { ...describeJson(mediaTypes.ociConfig, {}).descriptor, size: 4_194_305 } },
      },
      kind: 'hostile',
      says: /exceeds its limit/,
    },
    {
      title: 'an index and manifest in one',
      input: { layers: [], override: { manifests: [] } },
      kind: 'hostile',
      says: /at once/,
    },
  ];
  for (const { title, input, kind, says } of refused) {
    it(`refuses ${title}`, async () => {
      expect((await failureOf(kind, () => resolve(buildImage(input)))).message).to.match(says);
    });
  }

  it('fails as integrity when the config was replaced', async () => {
    const built = buildImage({ layers: tars });
    const transport = new MemoryTransport(built);
    transport.blobs.set(built.config.descriptor.digest, Buffer.from(built.config.bytes).fill(0x20, 0, 1));
    await failureOf('integrity', () => resolveImage(verified(transport), { platform: parsePlatform('linux/amd64') }));
  });

  describe('on the manifests of other projects', () => {
    const folder = ['containers-image-fixtures', 'containers-image', 'manifest', 'fixtures'] as const;
    // The verdicts: whether a reader of images gets as far as fetching the config (which is not there), or why not.
    const verdicts: Readonly<Record<string, ErrorKind>> = {
      'v2s2.manifest.json': 'missing',
      'v2s2nomime.manifest.json': 'missing',
      'ociv1.manifest.json': 'missing',
      'ociv1nomime.manifest.json': 'missing',
      'ociv1.zstd.manifest.json': 'missing',
      'ociv1.encrypted.manifest.json': 'unsupported',
      // Its config has no digest.
      'ociv1.artifact.json': 'hostile',
      'v2s1.manifest.json': 'unsupported',
      'v2s1-unsigned.manifest.json': 'unsupported',
      'v2s1-invalid-signatures.manifest.json': 'unsupported',
      'unknown-version.manifest.json': 'hostile',
      'non-json.manifest.json': 'hostile',
    };
    for (const [file, kind] of Object.entries(verdicts)) {
      it(`comes to "${kind}" on ${file}`, async function () {
        const bytes = readFileSync(needShared(this, 'data', ...folder, file));
        const transport = new MemoryTransport(buildImage({ layers: [] }));
        const mediaType = file.startsWith('v2s1') ? mediaTypes.dockerSchema1Signed : 'application/json';
        transport.resolved = { descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length }, bytes };
        await failureOf(kind, () => resolveImage(verified(transport), { platform: parsePlatform('linux/amd64') }));
      });
    }
  });
});
