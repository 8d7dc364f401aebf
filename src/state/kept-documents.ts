import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf, type Digest } from '../oci/digest.js';
import { filesByAge } from './folder-files.js';
import { readBounded } from './read-bounded.js';
import { writeWhole } from './whole-file.js';

/** Folders that the documents are spread over, and bytes in each: 64 MiB together, and no folder takes long to look through. */
const shards = 64;
const shardBytes = 1024 ** 2;

/**
 * Verified manifests, indexes and configs by digest, kept between runs: 64 MiB, the oldest go first. The folder is not
 * believed: what is read back is hashed again, and what does not have its digest is as good as not there.
 * Safe for processes side by side.
 */
export class KeptDocuments {
  readonly #folder: string | undefined;
  readonly #writes: Promise<void>[] = [];
  readonly #written = new Set<string>();
  #writeError: string | undefined;

  /** Keeps nothing without a folder. */
  constructor(folder: string | undefined) {
    this.#folder = folder === undefined ? undefined : join(folder, 'documents');
  }

  /** Why a document could not be kept, if so: the answer is right, only the next run will be slower. */
  get writeError(): string | undefined {
    return this.#writeError;
  }

  /** The bytes with this digest, of an earlier run. */
  async find(digest: Digest): Promise<Uint8Array | undefined> {
    if (this.#folder === undefined) return undefined;
    const read = await readBounded(this.#file(this.#folder, digest), shardBytes);
    if (!read.ok) return undefined;
    return digestOf(read.bytes, digest.startsWith('sha512') ? 'sha512' : 'sha256') === digest ? read.bytes : undefined;
  }

  /** Writes a document whose bytes have this digest; `settle` waits for it. What is larger than a MiB is not kept. */
  keep(digest: Digest, bytes: Uint8Array): void {
    if (this.#folder === undefined || this.#writeError !== undefined || bytes.byteLength > shardBytes) return;
    this.#writes.push(this.#write(this.#folder, digest, bytes));
  }

  /** Waits until all is written, and takes away what is too much. */
  async settle(): Promise<void> {
    while (this.#writes.length > 0) await this.#writes.pop();
    for (const shard of this.#written) await this.#attempt(() => trim(shard));
    this.#written.clear();
  }

  async #write(folder: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    const file = this.#file(folder, digest);
    await this.#attempt(() => writeWhole(file, bytes, { own: true }));
    this.#written.add(join(file, '..'));
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#writeError ??= error instanceof Error ? error.message : String(error);
    }
  }

  #file(folder: string, digest: Digest): string {
    const [algorithm = '', hex = ''] = digest.split(':');
    return join(folder, String(Number.parseInt(hex.slice(0, 2), 16) % shards), `${algorithm}-${hex}`);
  }
}

/** Another process may do the same at the same time: what is gone is gone. */
async function trim(shard: string): Promise<void> {
  const files = await filesByAge(shard);
  let total = files.reduce((sum, { size }) => sum + size, 0);
  for (const { path, size } of files) {
    if (total <= shardBytes) break;
    await rm(path, { force: true });
    total -= size;
  }
}
