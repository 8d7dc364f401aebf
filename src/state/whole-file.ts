import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** For what is kept between runs: nobody else's to read, and its folder is made. */
export interface WholeFileOptions {
  readonly own?: boolean;
}

/**
 * A file that is there whole or not at all: written under another name beside it and moved into place. Whoever reads
 * meanwhile, another process included, sees the file that was there before.
 */
export class WholeFile {
  readonly #path: string;
  readonly #part: string;
  readonly #handle: FileHandle;

  private constructor(path: string, part: string, handle: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#handle = handle;
  }

  /** @throws what the file system says, as all of these do */
  static async create(path: string, { own = false }: WholeFileOptions = {}): Promise<WholeFile> {
    if (own) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const part = `${path}.${randomBytes(6).toString('hex')}.part`;
    return new WholeFile(path, part, await open(part, 'wx', own ? 0o600 : 0o666));
  }

  /** Appends all of the bytes. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.byteLength;) at += (await this.#handle.write(bytes, at)).bytesWritten;
  }

  /** Moves it into place; nothing can be written any more. */
  async finish(): Promise<void> {
    await this.#handle.close();
    await rename(this.#part, this.#path);
  }

  /** Leaves nothing behind. Does no harm to a finished file, and may come after any failure. */
  async abandon(): Promise<void> {
    await this.#handle.close();
    await rm(this.#part, { force: true });
  }
}

/** Writes a whole file at once. @throws what the file system says; then nothing is left behind */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  options: WholeFileOptions = {},
): Promise<void> {
  const file = await WholeFile.create(path, options);
  try {
    await file.write(typeof content === 'string' ? Buffer.from(content) : content);
    await file.finish();
  } catch (error) {
    // The first reason is the one to tell: where it could not be written, it may not be removed either.
    await file.abandon().catch(() => undefined);
    throw error;
  }
}
