import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { mediaTypes } from '../../src/oci/media-type.js';

export interface Layer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
}

/** The bytes of a tar, made while they are compressed; it may ask how many compressed bytes there are by now. */
export type TarMaker = (compressed: () => number) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** An OCI layout that is filled image by image. */
export class Layout {
  readonly directory: string;
  readonly #manifests: object[] = [];

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Streams a tar through gzip into a blob: nothing is kept in memory. */
  async addLayer(make: TarMaker): Promise<Layer> {
    await mkdir(this.#blob(''), { recursive: true });
    const part = this.#blob(randomBytes(6).toString('hex'));
    const plain = createHash('sha256');
    const packed = createHash('sha256');
    const gzip = createGzip({ level: 6, chunkSize: 1 << 18 });
    const noting = (hash: ReturnType<typeof createHash>): Transform =>
      new Transform({
        transform(chunk: Uint8Array, _encoding, done) {
          hash.update(chunk);
          done(null, chunk);
        },
      });
    let size = 0;
    gzip.on('data', (chunk: Uint8Array) => (size += chunk.byteLength));
    await pipeline(
      make(() => size),
      noting(plain),
      gzip,
      noting(packed),
      createWriteStream(part),
    );
    const digest: Digest = `sha256:${packed.digest('hex')}`;
    await rename(part, this.#blob(digest.slice(7)));
    size = (await stat(this.#blob(digest.slice(7)))).size;
    return {
      descriptor: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size },
      diffId: `sha256:${plain.digest('hex')}`,
    };
  }

  /** Puts layers together to an image under a name. */
  async addImage(name: string, layers: readonly Layer[], created: string): Promise<void> {
    const config = await this.#addDocument(mediaTypes.ociConfig, {
      created,
      os: 'linux',
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
      history: layers.map(() => ({ created, created_by: 'made by the benchmark' })),
    });
    const mediaType = mediaTypes.ociManifest;
    const manifest = await this.#addDocument(mediaType, {
      schemaVersion: 2,
      mediaType,
      config,
      layers: layers.map((layer) => layer.descriptor),
    });
    this.#manifests.push({ ...manifest, annotations: { 'org.opencontainers.image.ref.name': name } });
  }

  async finish(): Promise<void> {
    await writeFile(join(this.directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
    const index = { schemaVersion: 2, manifests: this.#manifests };
    await writeFile(join(this.directory, 'index.json'), JSON.stringify(index));
  }

  async #addDocument(mediaType: string, document: object): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(document));
    const digest = digestOf(bytes);
    await writeFile(this.#blob(digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.byteLength };
  }

  #blob(hex: string): string {
    return join(this.directory, 'blobs/sha256', hex);
  }
}
