import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import type { Image } from '../../src/source/image.js';
import { openOciArchive } from '../../src/source/oci-archive.js';
import { resolveImage } from '../../src/source/resolve.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, buildIndex, layoutFiles } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { needShared } from '../support/shared.js';
import { drain, failureOf } from './failure.js';

const image = buildImage({ layers: [Buffer.from('first'), Buffer.alloc(300_000, 'second')] });

function tarOf(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  return buildTar([...files].map(([path, body]) => ({ path: `./${path}`, body })));
}

async function withImage<T>(path: string, within: string | undefined, work: (image: Image) => Promise<T>): Promise<T> {
  const source = verified(
    await openOciArchive({ transport: 'oci-archive', path, ...(within === undefined ? {} : { within }) }),
  );
  try {
    return await work(await resolveImage(source, { platform: { os: 'linux', architecture: 'amd64' } }));
  } finally {
    await source.close();
  }
}

async function readLayers({ source, layers }: Image): Promise<string[]> {
  const digests: string[] = [];
  for (const { descriptor } of layers) digests.push(digestOf(await drain(source.fetch(descriptor))));
  return digests;
}

describe('source/oci-archive', () => {
  let dir: string;

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
  });

  after(() => rmSync(dir, { recursive: true, force: true }));

  function write(bytes: Uint8Array): string {
    const path = join(dir, 'archive');
    writeFileSync(path, bytes);
    return path;
  }

  for (const [name, compress] of [
    ['plain', (bytes: Uint8Array) => bytes],
    ['gzip', gzipSync],
  ] as const) {
    it(`reads image and layers, by name too (${name})`, async () => {
      const path = write(compress(tarOf(layoutFiles({ v1: image, all: buildIndex([image]) }))));
      for (const within of ['v1', 'all', '@1']) {
        const digests = await withImage(path, within, readLayers);
        expect(digests).to.deep.equal(image.layers.map(({ descriptor }) => descriptor.digest));
      }
      expect((await failureOf('usage', () => withImage(path, undefined, readLayers))).hint).to.contain(
        '@0 (v1), @1 (all)',
      );
    });

    it(`fails as integrity when a layer was altered (${name})`, async () => {
      const files = layoutFiles({ v1: image });
      const [first] = image.layers;
      files.set(`blobs/${first?.descriptor.digest.replace(':', '/')}`, Buffer.alloc(first?.descriptor.size ?? 0));
      await failureOf('integrity', () => withImage(write(compress(tarOf(files))), undefined, readLayers));
    });
  }

  it('says what a file is that is no such archive', async () => {
    const error = await failureOf('missing', () =>
      withImage(write(buildTar([{ path: 'manifest.json', body: '[]' }])), undefined, readLayers),
    );
    expect(error.message).to.equal('not an archive of an OCI layout: it has no oci-layout');
    expect(error.hint).to.contain('docker-archive:');
  });

  // Manifest digests as `tar -xO index.json` shows them; those of busybox are the published ones.
  const real: readonly { file: string; manifest: string }[] = [
    {
      file: 'busybox-1.38.0-glibc-amd64.oci.tar',
      manifest: '1cfa4e2b09e127b9c4ed43578d3f3c18e7d44ea47b9ea98475c0cbe9086525f8',
    },
    {
      file: 'busybox-1.37.0-glibc-amd64.oci.tar',
      manifest: '7a3ebe5bfd1a4a19797d20b0c0bb39d44393e9a03fd852c0865b0f540d868df0',
    },
    {
      file: 'busybox-1.38.0-glibc-arm64v8.oci.tar',
      manifest: '8f2ffdcb46f1b83e46665954ec130e497b979db766854f79ca9eee43242b7e4c',
    },
    {
      file: 'dive-test-oci-gzip-image.tar',
      manifest: '7d255e9e3d216a9a92a5c1ce0563a5ddd92f28a34a9df025d3cf8dfa5ea08366',
    },
    {
      file: 'dive-test-oci-zstd-image.tar',
      manifest: 'f5e3515f39a16543547c03d03ec34faf9276742e6ce7c7dd6e467a14e90b29fc',
    },
    {
      file: 'dive-test-oci-uncompressed-image.tar',
      manifest: '5cec6b4ce61c35c3a83e09d72d81a335b49fdcef727beee160d12eeaf066f11b',
    },
    {
      file: 'dive-test-oci-estargz-image.tar',
      manifest: '2e75eb783d1a845ce3846d1a7da4453f825886aab5b3ad03afcec7730a208c4d',
    },
  ];
  for (const { file, manifest } of real) {
    it(`reads ${file}, every digest checked`, async function () {
      await withImage(needShared(this, 'data', 'rootfs', file), undefined, async (resolved) => {
        expect(resolved.descriptor.digest).to.equal(`sha256:${manifest}`);
        expect(await readLayers(resolved)).to.deep.equal(resolved.layers.map(({ descriptor }) => descriptor.digest));
        expect(resolved.layers).to.have.length(1);
      });
    });
  }
});
