import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import type { Bytes } from '../../src/core/stream.js';
import type { Digest } from '../../src/oci/digest.js';
import type { LocalReference } from '../../src/oci/reference.js';
import { layoutTransport } from '../../src/source/layout.js';
import type { Transport } from '../../src/source/source.js';
import {
  buildImage,
  buildIndex,
  jsonBytes,
  layoutFiles,
  type BuiltImage,
  type BuiltIndex,
} from '../support/build-image.js';
import { failureOf } from './failure.js';

const [one, two, three] = ['1', '2', '3'].map((label) => buildImage({ layers: [], labels: { label } })) as [
  BuiltImage,
  BuiltImage,
  BuiltImage,
];

function open(files: ReadonlyMap<string, Uint8Array>, within?: string): Transport {
  const reference: LocalReference = { transport: 'oci', path: 'layout', ...(within === undefined ? {} : { within }) };
  const file = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (!bytes) throw new ImgcheckError('missing', `no ${name}`);
    return bytes;
  };
  return layoutTransport(reference, {
    document: (name) => Promise.resolve().then(() => file(name)),
    async *blob(digest: Digest): Bytes & AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield file(`blobs/${digest.replace(':', '/')}`);
    },
    close: () => Promise.resolve(),
  });
}

async function chosen(tagged: Record<string, BuiltImage | BuiltIndex>, within?: string): Promise<string> {
  return (await open(layoutFiles(tagged), within).resolve()).descriptor.digest;
}

describe('source/layout', () => {
  describe('another tag', () => {
    const tagged = { v1: one, '': two, 'sha256-0.sig': three };

    it('is found by the name in index.json', async () => {
      const { descriptor, bytes } = await open(layoutFiles(tagged), 'v1').tagged('sha256-0.sig');
      expect(descriptor.digest).to.equal(three.manifest.descriptor.digest);
      expect(Buffer.from(bytes).equals(three.manifest.bytes)).to.equal(true);
    });

    for (const name of ['v2', '@0', '0', '', one.manifest.descriptor.digest]) {
      it(`is missing when no entry has it for a name: ${name.slice(0, 20) || 'nothing'}`, async () => {
        await failureOf('missing', () => open(layoutFiles(tagged), 'v1').tagged(name));
      });
    }

    it('is one that two entries say, when they mean the same', async () => {
      for (const [other, kind] of [
        [one, undefined],
        [two, 'hostile'],
      ] as const) {
        const files = layoutFiles({ v1: one, v2: two });
        const annotations = { 'org.opencontainers.image.ref.name': 'v1' };
        const manifests = [one, other].map(({ manifest }) => ({ ...manifest.descriptor, annotations }));
        files.set('index.json', jsonBytes({ schemaVersion: 2, manifests }));
        const asked = (): Promise<unknown> => open(files, '@0').tagged('v1');
        if (kind) await failureOf(kind, asked);
        else expect(await asked()).to.have.property('descriptor');
      }
    });

    it('tells nothing of a place, of notes or of kept signatures', async () => {
      const transport = open(layoutFiles(tagged), 'v1');
      await transport.resolve();
      const { digest } = one.manifest.descriptor;
      expect([transport.location(), transport.notes(), await transport.storedSignatures(digest)]).to.deep.equal([
        undefined,
        [],
        undefined,
      ]);
    });
  });

  it('takes the only image without being told its name', async () => {
    expect(await chosen({ v1: one })).to.equal(one.manifest.descriptor.digest);
    expect(await chosen({ '': one })).to.equal(one.manifest.descriptor.digest);
  });

  it('takes one image under two names for one', async () => {
    expect(await chosen({ v1: one, latest: one })).to.equal(one.manifest.descriptor.digest);
  });

  it('takes the image that is asked for by name, number or digest', async () => {
    const tagged = { v1: one, v2: two, 'registry.test/app:v3': three };
    expect(await chosen(tagged, 'v2')).to.equal(two.manifest.descriptor.digest);
    expect(await chosen(tagged, 'registry.test/app:v3')).to.equal(three.manifest.descriptor.digest);
    expect(await chosen(tagged, '@0')).to.equal(one.manifest.descriptor.digest);
    expect(await chosen(tagged, '@2')).to.equal(three.manifest.descriptor.digest);
    expect(await chosen(tagged, `@${two.manifest.descriptor.digest}`)).to.equal(two.manifest.descriptor.digest);
  });

  it('asks which of several is meant, and lists them', async () => {
    const error = await failureOf('usage', () => chosen({ v1: one, v2: two }));
    expect(error.message).to.equal('which of its 2 images is meant is not said');
    expect(error.hint).to.equal('write oci:layout:NAME; it holds @0 (v1), @1 (v2)');
  });

  it('lists untagged images by their platform', async () => {
    const files = layoutFiles({});
    const manifests = [one, buildImage({ layers: [], platform: 'linux/s390x' })].map(
      ({ manifest }) => manifest.descriptor,
    );
    files.set('index.json', jsonBytes({ schemaVersion: 2, manifests }));
    const error = await failureOf('usage', () => open(files).resolve());
    expect(error.hint).to.contain('@0 (linux/amd64), @1 (linux/s390x)');
  });

  it('says what there is when the one asked for is missing', async () => {
    for (const within of ['v9', '@2', `@${three.manifest.descriptor.digest}`]) {
      expect((await failureOf('missing', () => chosen({ v1: one, v2: two }, within))).hint).to.contain(
        '@0 (v1), @1 (v2)',
      );
    }
    await failureOf('missing', () => chosen({}));
  });

  it('refuses to choose between two different images of one name', async () => {
    const files = layoutFiles({ v1: one, v2: two });
    const named = (image: BuiltImage): unknown => ({
      ...image.manifest.descriptor,
      annotations: { 'org.opencontainers.image.ref.name': 'v1' },
    });
    files.set('index.json', jsonBytes({ schemaVersion: 2, manifests: [named(one), named(two)] }));
    expect((await failureOf('usage', () => open(files, 'v1').resolve())).message).to.contain('2 different images');
    files.set('index.json', jsonBytes({ schemaVersion: 2, manifests: [named(one), named(one)] }));
    expect((await open(files, 'v1').resolve()).descriptor.digest).to.equal(one.manifest.descriptor.digest);
  });

  it('does not count signatures and attestations as images when nothing is asked for', async () => {
    const signature = `sha256-${one.manifest.descriptor.digest.slice(7)}.sig`;
    const attestation = buildImage({ layers: [], platform: 'unknown/unknown' });
    expect(await chosen({ v1: one, [signature]: two, a: attestation })).to.equal(one.manifest.descriptor.digest);
    expect(await chosen({ v1: one, [signature]: two }, signature)).to.equal(two.manifest.descriptor.digest);
  });

  it('hands on an index', async () => {
    const index = buildIndex([one, two]);
    expect((await open(layoutFiles({ v1: index })).resolve()).descriptor.mediaType).to.equal(
      index.manifest.descriptor.mediaType,
    );
  });

  it('finds the artifacts that name an image as their subject, and passes over broken ones', async () => {
    const { mediaType, digest, size } = one.manifest.descriptor;
    const artifact = buildImage({ layers: [], override: { subject: { mediaType, digest, size } } });
    const files = layoutFiles({ v1: one, v2: two, broken: three, '': artifact });
    files.set(`blobs/${three.manifest.descriptor.digest.replace(':', '/')}`, Buffer.from('{'));
    const transport = open(files, 'v1');
    const found = await transport.referrers(one.manifest.descriptor);
    expect(found.map((entry) => entry.digest)).to.deep.equal([artifact.manifest.descriptor.digest]);
    expect(await transport.referrers(two.manifest.descriptor)).to.deep.equal([]);
  });

  it('refuses what is no layout of a known version', async () => {
    const files = layoutFiles({ v1: one });
    files.set('oci-layout', jsonBytes({ imageLayoutVersion: '2.0.0' }));
    await failureOf('unsupported', () => open(files).resolve());
    files.set('oci-layout', jsonBytes({}));
    await failureOf('hostile', () => open(files).resolve());
    files.delete('oci-layout');
    await failureOf('missing', () => open(files).resolve());
  });

  it('refuses an index.json that is a manifest', async () => {
    const files = layoutFiles({ v1: one });
    files.set('index.json', one.manifest.bytes);
    await failureOf('hostile', () => open(files).resolve());
  });

  it('refuses an entry of an unknown kind by its name', async () => {
    const files = layoutFiles({});
    const entry = { ...one.manifest.descriptor, mediaType: 'x-completely-unknown' };
    files.set('index.json', jsonBytes({ schemaVersion: 2, manifests: [entry] }));
    expect((await failureOf('unsupported', () => open(files).resolve())).message).to.contain('x-completely-unknown');
  });
});
