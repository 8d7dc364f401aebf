import { createHash, getFips, type Hash } from 'node:crypto';
import type { FileDigests } from './analyzer.js';

const hasMd5 = getFips() === 0;

/** Hashes the content of one file as it passes. */
export class ContentHash {
  readonly #sha256: Hash = createHash('sha256');
  readonly #md5: Hash | undefined = hasMd5 ? createHash('md5') : undefined;

  update(chunk: Uint8Array): void {
    this.#sha256.update(chunk);
    this.#md5?.update(chunk);
  }

  /** To be called once. */
  digests(): FileDigests {
    const sha256 = this.#sha256.digest();
    return this.#md5 ? { sha256, md5: this.#md5.digest() } : { sha256 };
  }
}
