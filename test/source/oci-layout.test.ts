import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LocalReference } from '../../src/oci/reference.js';
import { openOciLayout } from '../../src/source/oci-layout.js';
import { resolveImage } from '../../src/source/resolve.js';
import type { ImageSource } from '../../src/source/source.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, buildIndex, writeOciLayout } from '../support/build-image.js';
import { needShared } from '../support/shared.js';
import { drain, failureOf } from './failure.js';

const platform = { os: 'linux', architecture: 'amd64' };
const image = buildImage({
  layers: [Buffer.from('layer of the first'), Buffer.alloc(600_000, 'x')],
  compression: 'none',
});
const [layer] = image.layers;

describe('source/oci-layout', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
    writeOciLayout(join(dir, 'layout'), { v1: image, all: buildIndex([image]) });
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const open = async (within?: string, path = join(dir, 'layout')): Promise<ImageSource> =>
    verified(
      await openOciLayout({ transport: 'oci', path, ...(within === undefined ? {} : { within }) } as LocalReference),
    );
  const blobFile = (digest = layer?.descriptor.digest ?? ''): string =>
    join(dir, 'layout', 'blobs', digest.replace(':', '/'));

  for (const within of ['v1', 'all', '@1']) {
    it(`reads image and layers of an image asked for as ${within}`, async () => {
      const source = await open(within);
      const resolved = await resolveImage(source, { platform });
      expect(resolved.descriptor.digest).to.equal(image.manifest.descriptor.digest);
      for (const { descriptor } of resolved.layers)
        expect(await drain(source.fetch(descriptor))).to.have.length(descriptor.size);
      await source.close();
    });
  }

  it('follows a blob that is a symlink within the layout', async () => {
    const bytes = readFileSync(blobFile());
    unlinkSync(blobFile());
    writeFileSync(join(dir, 'layout', 'rootfs.tar'), bytes);
    symlinkSync('../../rootfs.tar', blobFile());
    const source = await open('v1');
    if (layer) expect(await drain(source.fetch(layer.descriptor))).to.have.length(bytes.length);
  });

  const hostile: readonly { title: string; make: (path: string) => void }[] = [
    { title: 'a symlink out of the layout', make: (path) => symlinkSync('/etc/passwd', path) },
    { title: 'a directory', make: (path) => mkdirSync(path) },
    { title: 'a symlink to itself', make: (path) => symlinkSync(path, path) },
    { title: 'a symlink to a device', make: (path) => symlinkSync('/dev/zero', path) },
  ];
  for (const { title, make } of hostile) {
    it(`refuses a blob that is ${title}`, async () => {
      unlinkSync(blobFile());
      make(blobFile());
      const source = await open('v1');
      await failureOf('hostile', () => drain(source.fetch(layer?.descriptor ?? image.manifest.descriptor)));
    });
  }

  it('fails as integrity on a blob that was altered, and as missing on one that is gone', async () => {
    const source = await open('v1');
    const descriptor = layer?.descriptor ?? image.manifest.descriptor;
    writeFileSync(blobFile(), 'layer of the secnd');
    await failureOf('integrity', () => drain(source.fetch(descriptor)));
    unlinkSync(blobFile());
    await failureOf('missing', () => drain(source.fetch(descriptor)));
  });

  it('says what a place is that is no layout', async () => {
    await failureOf('missing', () => open(undefined, join(dir, 'nowhere')));
    writeFileSync(join(dir, 'file.tar'), '');
    expect((await failureOf('usage', () => open(undefined, join(dir, 'file.tar')))).hint).to.contain('oci-archive:');
    const error = await failureOf('missing', async () => (await open(undefined, dir)).resolve());
    expect(error.message).to.equal('not an OCI layout: it has no oci-layout');
  });

  it('chooses in the index.json of another project by name, and asks where there are two', async function () {
    const fixtures = ['containers-image-fixtures', 'containers-image', 'oci', 'layout', 'fixtures'];
    const index = async (name: string, within?: string): Promise<unknown> => {
      const path = join(dir, name);
      mkdirSync(path);
      writeFileSync(join(path, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      writeFileSync(join(path, 'index.json'), readFileSync(needShared(this, 'data', ...fixtures, name, 'index.json')));
      return (await open(within, path)).resolve();
    };
    // The blobs are not there: to get as far as missing one is to have chosen.
    expect((await failureOf('missing', () => index('manifest'))).subject).to.contain('84afb6189c4d');
    expect((await failureOf('usage', () => index('two_images_manifest'))).hint).to.contain(
      '@0 (linux/ppc64le), @1 (linux/amd64)',
    );
    expect((await failureOf('missing', () => index('name_lookups', 'b'))).subject).to.contain('bbbbbbbb');
  });
});
