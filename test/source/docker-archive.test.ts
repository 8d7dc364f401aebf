import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { openDockerArchive } from '../../src/source/docker-archive.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import type { ImageSource } from '../../src/source/source.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, jsonBytes, type BuiltImage } from '../support/build-image.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { needShared } from '../support/shared.js';
import { drain, failureOf } from './failure.js';

const platform = { os: 'linux', architecture: 'amd64' };
const tars = [buildTar([{ path: 'a', body: 'a' }]), buildTar([{ path: 'b', body: 'b' }])];
const image = buildImage({ layers: tars, docker: true });
const configHex = image.config.descriptor.digest.slice(7);

interface Saved {
  readonly image: BuiltImage;
  readonly tags?: readonly string[] | null;
  readonly config?: string;
  readonly layers: readonly string[];
}

function saved(images: readonly Saved[], members: readonly TarInput[]): Uint8Array {
  const list = images.map(({ image: { config }, tags, config: name, layers }) => ({
    Config: name ?? `${config.descriptor.digest.slice(7)}.json`,
    RepoTags: tags ?? null,
    Layers: layers,
  }));
  const configs = images.map(({ image: built, config }): TarInput => ({
    path: config ?? `${built.config.descriptor.digest.slice(7)}.json`,
    body: built.config.bytes,
  }));
  return buildTar([...members, ...configs, { path: 'manifest.json', body: jsonBytes(list) }]);
}

const plainMembers: readonly TarInput[] = [
  { path: 'one/layer.tar', body: tars[0] ?? '' },
  { path: 'two/layer.tar', body: tars[1] ?? '' },
];
const plainLayers = ['one/layer.tar', 'two/layer.tar'];

describe('source/docker-archive', () => {
  let dir: string;
  const open: ImageSource[] = [];

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
  });

  after(async () => {
    for (const source of open) await source.close();
    rmSync(dir, { recursive: true, force: true });
  });

  async function sourceOf(bytes: Uint8Array, within?: string): Promise<ImageSource> {
    const path = join(dir, 'archive.tar');
    writeFileSync(path, bytes);
    const transport = await openDockerArchive({
      transport: 'docker-archive',
      path,
      ...(within === undefined ? {} : { within }),
    });
    const source = verified(transport);
    open.push(source);
    return source;
  }

  async function resolve(bytes: Uint8Array, within?: string): Promise<Image> {
    return resolveImage(await sourceOf(bytes, within), { platform });
  }

  async function readLayers({ source, layers }: Image): Promise<string[]> {
    const digests: string[] = [];
    for (const { descriptor } of layers) digests.push(digestOf(await drain(source.fetch(descriptor))));
    return digests;
  }

  for (const [name, compress] of [
    ['plain', (bytes: Uint8Array) => bytes],
    ['gzip', gzipSync],
  ] as const) {
    it(`describes plain layers by the config's diff_ids and proves them (${name} archive)`, async () => {
      const resolved = await resolve(compress(saved([{ image, layers: plainLayers }], plainMembers)));
      expect(resolved.config.diffIds).to.deep.equal(image.diffIds);
      expect(resolved.layers.map(({ descriptor }) => descriptor.digest)).to.deep.equal(image.diffIds);
      expect(await readLayers(resolved)).to.deep.equal(image.diffIds);
      expect(resolved.remarks).to.have.length(1);
    });

    it(`describes layers that are compressed within by their own digest (${name} archive)`, async () => {
      const gz = tars.map((tar) => gzipSync(tar));
      const members = gz.map((body, i): TarInput => ({ path: `${i}.tar.gz`, body }));
      const resolved = await resolve(compress(saved([{ image, layers: ['0.tar.gz', '1.tar.gz'] }], members)));
      expect(resolved.layers.map(({ descriptor }) => descriptor.mediaType)).to.deep.equal(
        new Array(2).fill('application/vnd.docker.image.rootfs.diff.tar.gzip'),
      );
      expect(await readLayers(resolved)).to.deep.equal(gz.map((bytes) => digestOf(bytes)));
    });

    it(`fails as integrity on a layer that is not the one in the config (${name} archive)`, async () => {
      const swapped = [...plainLayers].reverse();
      const resolved = await resolve(compress(saved([{ image, layers: swapped }], plainMembers)));
      await failureOf('integrity', () => readLayers(resolved));
    });
  }

  it('gives the same digest each time', async () => {
    const bytes = saved([{ image, layers: plainLayers }], plainMembers);
    expect((await resolve(bytes)).descriptor).to.deep.equal((await resolve(bytes)).descriptor);
  });

  it('follows layers that are links to other layers, as old Dockers saved them', async () => {
    const twice = buildImage({ layers: [tars[0], tars[0], tars[1]] as Uint8Array[], docker: true });
    const members: TarInput[] = [...plainMembers, { path: 'again/layer.tar', linkname: '../one/layer.tar' }];
    const layers = ['one/layer.tar', 'again/layer.tar', 'two/layer.tar'];
    const resolved = await resolve(saved([{ image: twice, layers }], members));
    expect(await readLayers(resolved)).to.deep.equal(twice.diffIds);
  });

  it('reads an archive that is an OCI layout as well, as new Dockers save them', async () => {
    const members = image.diffIds.map((diffId, i): TarInput => ({
      path: `blobs/sha256/${diffId.slice(7)}`,
      body: tars[i] ?? '',
    }));
    const layers = members.map(({ path }) => path as string);
    const bytes = saved(
      [{ image, config: `blobs/sha256/${configHex}`, layers }],
      [...members, { path: 'oci-layout', body: '{}' }],
    );
    expect(await readLayers(await resolve(bytes))).to.deep.equal(image.diffIds);
  });

  describe('with several images', () => {
    const other = buildImage({ layers: [], labels: { other: 'yes' }, docker: true });
    const bytes = saved(
      [
        { image, tags: ['app:1', 'registry.test:5000/team/app:1'], layers: plainLayers },
        { image: other, tags: ['docker.io/library/busybox:latest'], layers: [] },
        { image: other, layers: [] },
      ],
      plainMembers,
    );

    it('asks which is meant, and lists them', async () => {
      const error = await failureOf('usage', () => resolve(bytes));
      expect(error.hint).to.contain(
        '@0 (app:1, registry.test:5000/team/app:1), @1 (docker.io/library/busybox:latest), @2',
      );
    });

    for (const within of ['app:1', 'docker.io/library/app:1', 'registry.test:5000/team/app:1', '@0']) {
      it(`takes ${within}`, async () => {
        expect((await resolve(bytes, within)).layers).to.have.length(2);
      });
    }
    for (const within of [
      'busybox',
      'busybox:latest',
      'docker.io/busybox',
      'index.docker.io/library/busybox',
      '@1',
      '@2',
    ]) {
      it(`takes ${within}`, async () => {
        expect((await resolve(bytes, within)).config.run.labels).to.have.property('other', 'yes');
      });
    }
    for (const within of ['app', 'app:2', 'registry.test/team/app:1', '@3']) {
      it(`says that there is no ${within}`, async () => {
        expect((await failureOf('missing', () => resolve(bytes, within))).hint).to.contain('app:1');
      });
    }
  });

  const bad: readonly {
    title: string;
    bytes: () => Uint8Array;
    kind: 'hostile' | 'integrity' | 'missing' | 'unsupported';
    says: RegExp;
  }[] = [
    {
      title: 'more layers than diff_ids',
      bytes: () => saved([{ image, layers: [...plainLayers, 'one/layer.tar'] }], plainMembers),
      kind: 'hostile',
      says: /config lists 2 diff_ids for 3 layers/,
    },
    {
      title: 'a layer that is not there',
      bytes: () => saved([{ image, layers: plainLayers }], plainMembers.slice(1)),
      kind: 'missing',
      says: /no one\/layer\.tar/,
    },
    {
      title: 'a layer outside the archive',
      bytes: () => saved([{ image, layers: ['../../etc/passwd', 'two/layer.tar'] }], plainMembers),
      kind: 'hostile',
      says: /outside the archive/,
    },
    {
      title: 'a config that is not what its name says',
      bytes: () => saved([{ image, config: `${'0'.repeat(64)}.json`, layers: plainLayers }], plainMembers),
      kind: 'integrity',
      says: /^digest mismatch: expected sha256:0{64}/,
    },
    {
      title: 'a layer that is compressed with xz',
      bytes: () =>
        saved(
          [{ image, layers: plainLayers }],
          [
            { path: 'one/layer.tar', body: Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0) },
            ...plainMembers.slice(1),
          ],
        ),
      kind: 'unsupported',
      says: /compressed with xz/,
    },
    {
      title: 'two different manifest.json',
      bytes: () => saved([{ image, layers: plainLayers }], [{ path: 'manifest.json', body: '[]' }, ...plainMembers]),
      kind: 'hostile',
      says: /two different members named manifest\.json/,
    },
    {
      title: 'a manifest.json that is no list',
      bytes: () => buildTar([{ path: 'manifest.json', body: '{}' }]),
      kind: 'hostile',
      says: /not a list/,
    },
    {
      title: 'no image',
      bytes: () => buildTar([{ path: 'manifest.json', body: '[]' }]),
      kind: 'missing',
      says: /no image/,
    },
    {
      title: 'the format before Docker 1.10',
      bytes: () => buildTar([{ path: 'repositories', body: '{}' }]),
      kind: 'unsupported',
      says: /1\.10/,
    },
    {
      title: 'another kind of archive',
      bytes: () => buildTar([{ path: 'index.json', body: '{}' }]),
      kind: 'missing',
      says: /no manifest\.json/,
    },
  ];
  for (const { title, bytes, kind, says } of bad) {
    it(`refuses ${title}`, async () => {
      expect((await failureOf(kind, () => resolve(bytes()))).message).to.match(says);
    });
  }

  it('reads the 14 layers of a real archive, each proved by its diff_id', async function () {
    const path = needShared(this, 'data', 'rootfs', 'dive-test-docker-image.tar');
    for (const within of [undefined, 'dive-test', 'dive-test:latest', '@0']) {
      const transport = await openDockerArchive({
        transport: 'docker-archive',
        path,
        ...(within === undefined ? {} : { within }),
      });
      const source = verified(transport);
      open.push(source);
      const resolved = await resolveImage(source, { platform });
      expect(resolved.config.diffIds).to.have.length(14);
      expect(await readLayers(resolved)).to.deep.equal(resolved.config.diffIds);
      expect(resolved.layers.filter(({ instruction }) => instruction === undefined)).to.have.length(0);
    }
  });
});
