import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Bytes } from '../core/stream.js';
import type { RepomdFile } from '../repodata/repomd.js';
import { openFile, readWhole } from '../source/local-file.js';

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
    const path = this.#path(file);
    const part = `${path}.${randomBytes(6).toString('hex')}.part`;
    const handle = await this.#attempt(async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return open(part, 'wx', 0o600);
    });
    try {
      for await (const piece of verified) {
        if (handle) await this.#attempt(() => writeAll(handle, piece));
        yield piece;
      }
      if (handle && this.#writeError === undefined) await this.#attempt(() => rename(part, path));
    } finally {
      await handle?.close();
      // Nothing is there any more when it was moved into place.
      if (handle) await this.#attempt(() => rm(part, { force: true }));
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

  #path({ checksum: { algorithm, hex } }: RepomdFile): string {
    return join(this.#folder, 'repodata', algorithm, hex.slice(0, 2), hex.slice(2));
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;) at += (await handle.write(bytes, at)).bytesWritten;
}
