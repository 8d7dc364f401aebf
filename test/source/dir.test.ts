import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { openDir } from '../../src/source/dir.js';
import { resolveImage } from '../../src/source/resolve.js';
import type { ImageSource } from '../../src/source/source.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, buildIndex, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import { needShared } from '../support/shared.js';
import { drain, failureOf } from './failure.js';

const platform = { os: 'linux', architecture: 'amd64' };
const image = buildImage({ layers: [Buffer.from('first'), Buffer.from('second')] });

describe('source/dir', () => {
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
  });

  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function write(built: BuiltImage | BuiltIndex, version = 'Directory Transport Version: 1.1\n'): void {
    writeFileSync(join(dir, 'version'), version);
    writeFileSync(join(dir, 'manifest.json'), built.manifest.bytes);
    for (const [digest, bytes] of built.blobs) {
      const isManifest = Buffer.from(bytes).toString().includes('schemaVersion');
      if (digest !== built.manifest.descriptor.digest) {
        writeFileSync(join(dir, `${digest.slice(7)}${isManifest ? '.manifest.json' : ''}`), bytes);
      }
    }
  }
  const open = async (): Promise<ImageSource> => verified(await openDir({ transport: 'dir', path: dir }));

  it('reads image and layers', async () => {
    write(image);
    const source = await open();
    const resolved = await resolveImage(source, { platform });
    expect(resolved.descriptor.digest).to.equal(image.manifest.descriptor.digest);
    for (const { descriptor } of resolved.layers)
      expect(await drain(source.fetch(descriptor))).to.have.length(descriptor.size);
  });

  it('reads the manifests of an index beside it', async () => {
    write(buildIndex([buildImage({ layers: [], platform: 'linux/arm64' }), image]));
    expect((await resolveImage(await open(), { platform })).descriptor.digest).to.equal(
      image.manifest.descriptor.digest,
    );
  });

  it('finds blobs of sha512 under algorithm and digits', async () => {
    write(image, 'Directory Transport Version: 1.2\n');
    const bytes = Buffer.from('sha512');
    const digest = digestOf(bytes, 'sha512');
    writeFileSync(join(dir, digest.replace(':', '-')), bytes);
    const descriptor = { mediaType: 'text/plain', digest, size: bytes.length };
    expect(await drain((await open()).fetch(descriptor))).to.have.length(6);
  });

  it('reads a directory without a version, and refuses a version it does not know', async () => {
    write(image);
    rmSync(join(dir, 'version'));
    await resolveImage(await open(), { platform });
    write(image, 'Directory Transport Version: 2.0\n');
    await failureOf('unsupported', open);
  });

  it('refuses a blob that is a link out of the directory', async () => {
    write(image);
    const [digest = ''] = [...image.blobs.keys()].slice(1);
    rmSync(join(dir, digest.slice(7)));
    symlinkSync('/etc/passwd', join(dir, digest.slice(7)));
    await failureOf('hostile', async () => resolveImage(await open(), { platform }));
  });

  describe('signatures', () => {
    const { digest } = image.manifest.descriptor;
    const signatures = async (of = digest): Promise<string[]> =>
      ((await (await open()).storedSignatures(of)) ?? []).map((bytes) => Buffer.from(bytes).toString());
    const sign = (name: string, content = name): void => writeFileSync(join(dir, name), content);

    it('are read by number until one is not there', async () => {
      write(image);
      expect(await signatures()).to.deep.equal([]);
      for (const n of [1, 2, 4]) sign(`signature-${n}`);
      expect(await signatures()).to.deep.equal(['signature-1', 'signature-2']);
    });

    it('are those of the index, or of a manifest beside it', async () => {
      const index = buildIndex([image]);
      write(index);
      const own = `${digest.slice(7)}.signature-1`;
      for (const name of ['signature-1', own]) sign(name);
      expect(await signatures(index.manifest.descriptor.digest)).to.deep.equal(['signature-1']);
      expect(await signatures()).to.deep.equal([own]);
      expect(await signatures(digestOf(Buffer.from('another')))).to.deep.equal([]);
    });

    it('are refused past their limits, and where one is a link out of the directory', async () => {
      write(image);
      sign('signature-1', 'x'.repeat(4 * 1024 ** 2 + 1));
      await failureOf('hostile', () => signatures());
      for (let n = 1; n <= 129; n += 1) sign(`signature-${n}`, 'x');
      await failureOf('hostile', () => signatures());
      rmSync(join(dir, 'signature-1'));
      symlinkSync('/etc/passwd', join(dir, 'signature-1'));
      await failureOf('hostile', () => signatures());
    });

    it('are an error, not none, where one cannot be read', async () => {
      write(image);
      mkdirSync(join(dir, 'signature-1'));
      await failureOf('hostile', () => signatures());
    });

    it('are found in the directories of another project', async function () {
      const fixtures = ['containers-image-fixtures', 'containers-image', 'signature', 'fixtures'];
      const root = needShared(this, 'data', ...fixtures);
      for (const [name, count] of [
        ['dir-img-unsigned', 0],
        ['dir-img-valid', 1],
        ['dir-img-mixed', 2],
      ] as const) {
        const source = verified(await openDir({ transport: 'dir', path: join(root, name) }));
        const { descriptor } = await source.resolve();
        expect(await source.storedSignatures(descriptor.digest), name).to.have.length(count);
      }
    });
  });

  it('says what is missing', async () => {
    await failureOf('missing', async () => (await open()).resolve());
  });

  it('resolves the directories of another project to the digests given for them', async function () {
    const fixtures = ['containers-image-fixtures', 'containers-image', 'signature', 'fixtures'];
    const root = needShared(this, 'data', ...fixtures);
    const digests = new Map<string, string>();
    for (const name of readdirSync(root).filter((entry) => entry.startsWith('dir-img-'))) {
      if (name.endsWith('no-manifest')) continue;
      const transport = await openDir({ transport: 'dir', path: join(root, name) });
      // Some are damaged on purpose: the digest is theirs all the same, or the bytes are refused.
      const digest = await transport.resolve().then(
        ({ descriptor }) => descriptor.digest,
        (error: Error) => error.message,
      );
      digests.set(name, digest);
    }
    const good = 'sha256:20bf21ed457b390829cdbeec8795a7bea1626991fda603e0d01b4e7f60427e55';
    expect(digests.get('dir-img-valid')).to.equal(good);
    expect(digests.get('dir-img-mixed')).to.equal(good);
    expect(digests.get('dir-img-modified-manifest')).to.match(/^sha256:(?!20bf21ed)/);
  });
});
