import { join } from 'node:path';
import type { Bytes } from '../core/stream.js';
import type { RepomdFile } from '../repodata/repomd.js';
import { openFile, readWhole } from '../source/local-file.js';
import { WholeFile } from '../state/whole-file.js';

/**
 * Metadata files kept between runs by their checksum. What comes out must be verified like what comes from elsewhere.
 * Safe for processes side by side: files are written whole under another name and moved into place.
 */
export class MetadataCache {
  readonly #folder: string;
  #writeError: string | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Why a file could not be kept, if so: the answer is right, only the next run will be slower. */
  get writeError(): string | undefined {
    return this.#writeError;
  }

  /** The kept file, unverified. @throws ImgcheckError missing when there is none, and as openFile */
  read(file: RepomdFile): Bytes {
    return readWhole(() => openFile(this.#path(file)));
  }

  /** Passes the bytes on, and keeps them if they end without an error: give it verified ones. */
  async *keep(file: RepomdFile, verified: Bytes): AsyncGenerator<Uint8Array> {
    const copy = await this.#attempt(() => WholeFile.create(this.#path(file), { own: true }));
    try {
      for await (const piece of verified) {
        if (copy) await this.#attempt(() => copy.write(piece));
        yield piece;
      }
      if (copy) await this.#attempt(() => copy.finish());
    } finally {
      if (copy) await this.#abandon(copy);
    }
  }

  async #attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#writeError !== undefined) return undefined;
    try {
      return await work();
    } catch (error) {
      this.#writeError = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** The first reason is the one to tell. */
  async #abandon(copy: WholeFile): Promise<void> {
    try {
      await copy.abandon();
    } catch (error) {
      this.#writeError ??= error instanceof Error ? error.message : String(error);
    }
  }

  #path({ checksum: { algorithm, hex } }: RepomdFile): string {
    return join(this.#folder, 'repodata', algorithm, hex.slice(0, 2), hex.slice(2));
  }
}
