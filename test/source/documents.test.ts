import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { Documents } from '../../src/source/documents.js';
import { KeptDocuments } from '../../src/state/kept-documents.js';
import { verified } from '../../src/source/verified.js';
import { buildImage, MemoryTransport } from '../support/build-image.js';
import { failureOf } from './failure.js';

const image = buildImage({ layers: [Buffer.from('layer')] });
const { descriptor, bytes } = image.config;

describe('source/documents', () => {
  it('spares a second source the documents that the first one verified', async () => {
    const documents = new Documents();
    const transports = [new MemoryTransport(image), new MemoryTransport(image)];
    for (const transport of transports) {
      expect(await verified(transport, documents).document(descriptor)).to.deep.equal(new Uint8Array(bytes));
    }
    expect(transports.map(({ fetched }) => fetched.length)).to.deep.equal([1, 0]);
  });

  it('does not keep what failed its digest', async () => {
    const documents = new Documents();
    const bad = new MemoryTransport(image);
    bad.blobs.set(descriptor.digest, Buffer.alloc(descriptor.size));
    await failureOf('integrity', () => verified(bad, documents).document(descriptor));
    expect(await documents.find(descriptor)).to.equal(undefined);
  });

  it('leaves a descriptor with a wrong size to the source, which refuses it', async () => {
    const source = verified(new MemoryTransport(image));
    await source.document(descriptor);
    await failureOf('integrity', () => source.document({ ...descriptor, size: descriptor.size + 1 }));
  });

  it('keeps no more than 16 MiB', async () => {
    const documents = new Documents();
    const sizes = [9, 8, 7].map((mebibytes) => mebibytes * 1024 ** 2);
    const described = sizes.map((size, i) => ({ mediaType: 'text/plain', digest: digestOf(Buffer.from([i])), size }));
    for (const { digest, size } of described) documents.keep(digest, new Uint8Array(size));
    const found = await Promise.all(described.map((one) => documents.find(one)));
    expect(found.map((one) => one !== undefined)).to.deep.equal([true, false, true]);
  });

  it('takes from an earlier run what still has its digest, and gives the next run what was verified', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'imgcheck-documents-'));
    try {
      const fetched: number[] = [];
      for (const round of [1, 2, 3]) {
        const kept = new KeptDocuments(folder);
        const transport = new MemoryTransport(image);
        await verified(transport, new Documents(kept)).document(descriptor);
        await kept.settle();
        fetched.push(transport.fetched.length);
        const { algorithm = '', hex = '' } = /^(?<algorithm>.*):(?<hex>.*)$/.exec(descriptor.digest)?.groups ?? {};
        const shard = join(folder, 'documents', String(Number.parseInt(hex.slice(0, 2), 16) % 64));
        if (round === 2) await writeFile(join(shard, `${algorithm}-${hex}`), Buffer.alloc(descriptor.size));
      }
      expect(fetched).to.deep.equal([1, 0, 1]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
