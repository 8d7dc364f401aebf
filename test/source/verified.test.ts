import { expect } from 'chai';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, MemoryTransport } from '../support/build-image.js';
import { drain, failureOf } from './failure.js';

const image = buildImage({ layers: [Buffer.alloc(700_000, 'layer')], compression: 'none' });
const [layer] = image.layers.map(({ descriptor }) => descriptor) as [Descriptor];

function tampered(digest: Digest, bytes: Uint8Array): MemoryTransport {
  const transport = new MemoryTransport(image);
  transport.blobs.set(digest, bytes);
  return transport;
}

/** What came before the failure, and the failure. */
async function take(transport: MemoryTransport, descriptor: Descriptor): Promise<{ length: number; message: string }> {
  let length = 0;
  const error = await failureOf('integrity', async () => {
    for await (const chunk of verified(transport).fetch(descriptor)) length += chunk.byteLength;
  });
  return { length, message: error.message };
}

describe('source/verified', () => {
  it('yields the very bytes of a good stream, whatever the size of its chunks', async () => {
    for (const chunk of [1, 511, 65536, 1 << 20]) {
      const transport = new MemoryTransport(image);
      transport.chunk = chunk;
      expect(digestOf(await drain(verified(transport).fetch(layer)))).to.equal(layer.digest);
    }
  });

  it('yields an empty blob', async () => {
    const empty: Descriptor = { mediaType: 'text/plain', digest: digestOf(new Uint8Array(0)), size: 0 };
    const transport = new MemoryTransport(image);
    transport.blobs.set(empty.digest, new Uint8Array(0));
    expect(await drain(verified(transport).fetch(empty))).to.have.length(0);
  });

  it('checks sha512 descriptors with sha512', async () => {
    const bytes = Buffer.from('hello');
    const digest = digestOf(bytes, 'sha512');
    const transport = new MemoryTransport(image);
    transport.blobs.set(digest, bytes);
    const descriptor: Descriptor = { mediaType: 'text/plain', digest, size: 5 };
    expect(await drain(verified(transport).fetch(descriptor))).to.deep.equal(new Uint8Array(bytes));
    transport.blobs.set(digest, Buffer.from('hellO'));
    await failureOf('integrity', () => drain(verified(transport).fetch(descriptor)));
  });

  it('fails a stream before it ends when one bit differs', async () => {
    const bytes = Buffer.from(image.blobs.get(layer.digest) ?? []);
    bytes[350_000] = (bytes[350_000] ?? 0) ^ 1;
    const { message } = await take(tampered(layer.digest, bytes), layer);
    expect(message).to.equal(
      `digest mismatch: expected ${layer.digest}, got ${digestOf(bytes)} after ${layer.size} bytes`,
    );
  });

  it('fails a stream that is cut', async () => {
    const bytes = (image.blobs.get(layer.digest) ?? new Uint8Array()).subarray(0, 699_999);
    const { message } = await take(tampered(layer.digest, bytes), layer);
    expect(message).to.equal('size mismatch: expected 700000 bytes, got 699999');
  });

  it('fails a stream that is too long, without waiting for its end or handing on what is too much', async () => {
    let served = 0;
    const transport = new MemoryTransport(image);
    transport.fetch = async function* () {
      for (;;) {
        await Promise.resolve();
        served += 65536;
        yield new Uint8Array(65536);
      }
    };
    const { length, message } = await take(transport, layer);
    expect(message).to.match(/^size mismatch: expected 700000 bytes, got \d+ or more$/);
    expect(length).to.be.at.most(700_000);
    expect(served).to.be.below(700_000 + 2 * 262_144);
  });

  it('closes the stream of a transport that its reader leaves early', async () => {
    let closed = false;
    const transport = new MemoryTransport(image);
    transport.fetch = async function* () {
      try {
        for (;;) {
          await Promise.resolve();
          yield new Uint8Array(262_144);
        }
      } finally {
        closed = true;
      }
    };
    for await (const _ of verified(transport).fetch(layer)) break;
    expect(closed).to.equal(true);
  });

  describe('document', () => {
    it('refuses by the size in the descriptor, before anything is fetched', async () => {
      const transport = new MemoryTransport(image);
      const error = await failureOf('hostile', () => verified(transport).document({ ...layer, size: 5_000_000 }));
      expect(error.message).to.contain('5000000 bytes exceeds its limit of 4194304 bytes');
      expect(transport.fetched).to.have.length(0);
    });

    it('is fetched once more after an integrity failure, and no more than that', async () => {
      const transport = tampered(image.config.descriptor.digest, Buffer.from('{}'));
      await failureOf('integrity', () => verified(transport).document(image.config.descriptor));
      expect(transport.fetched).to.have.length(2);
    });

    it('is had when the second fetch is good', async () => {
      const transport = new MemoryTransport(image);
      const good = transport.fetch.bind(transport);
      let fetches = 0;
      transport.fetch = (descriptor) => (fetches++ === 0 ? badOnce() : good(descriptor));
      const bytes = await verified(transport).document(image.config.descriptor);
      expect(bytes).to.deep.equal(new Uint8Array(image.config.bytes));
    });

    it('is not fetched again when it is missing', async () => {
      const transport = new MemoryTransport(image);
      transport.blobs.clear();
      await failureOf('missing', () => verified(transport).document(image.config.descriptor));
      expect(transport.fetched).to.have.length(1);
    });
  });

  describe('tagged', () => {
    it('hashes what another tag names, and gives the other tag and what the place keeps as they are', async () => {
      const transport = new MemoryTransport(image);
      const { manifest } = buildImage({ layers: [], labels: { other: 'yes' } });
      transport.tags.set('other', manifest);
      transport.signatures.set(manifest.descriptor.digest, [Uint8Array.of(1)]);
      const source = verified(transport);
      expect(await source.tagged('other')).to.equal(manifest);
      expect(await source.storedSignatures(manifest.descriptor.digest)).to.have.length(1);
      expect([source.location()?.registry, source.notes()]).to.deep.equal(['registry.test', []]);
    });

    it('fails where the bytes are not what their descriptor says', async () => {
      const transport = new MemoryTransport(image);
      const { descriptor, bytes } = image.manifest;
      for (const changed of [Buffer.concat([bytes, Buffer.from(' ')]), Buffer.from(bytes).fill(0x20, 0, 1)]) {
        transport.tags.set('other', { descriptor, bytes: changed });
        await failureOf('integrity', () => verified(transport).tagged('other'));
      }
    });
  });

  describe('resolve', () => {
    it('checks the manifest bytes against the descriptor they came with', async () => {
      const transport = new MemoryTransport(image);
      transport.resolved = {
        ...image.manifest,
        bytes: Buffer.from(`${Buffer.from(image.manifest.bytes).toString()} `),
      };
      await failureOf('integrity', () => verified(transport).resolve());
      const { descriptor, bytes } = image.manifest;
      transport.resolved = { descriptor: { ...descriptor, digest: digestOf(Buffer.from('x')) }, bytes };
      await failureOf('integrity', () => verified(transport).resolve());
    });

    it('checks the manifest bytes against the digest in the reference', async () => {
      const reference = {
        transport: 'docker',
        registry: 'registry.test',
        repository: 'app',
        digest: digestOf(Buffer.from('another')),
      } as const;
      const error = await failureOf('integrity', () => verified(new MemoryTransport(image, reference)).resolve());
      expect(error.subject).to.equal(`registry.test/app@${reference.digest}`);
    });

    it('gives back what was served when all agrees', async () => {
      const { digest } = image.manifest.descriptor;
      const reference = { transport: 'docker', registry: 'registry.test', repository: 'app', digest } as const;
      expect((await verified(new MemoryTransport(image, reference)).resolve()).bytes).to.equal(image.manifest.bytes);
    });
  });
});

async function* badOnce(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from('damaged in transit');
}
