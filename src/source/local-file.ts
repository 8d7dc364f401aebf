import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { ImgcheckError } from '../core/error.js';
import { collect, type Bytes } from '../core/stream.js';

const chunkBytes = 262144;

/** A regular file that is open for reading, and its size in bytes when it was opened. */
export interface LocalFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Opens a regular file that the user named.
 * @throws ImgcheckError missing, auth (permission denied), unsupported (not a regular file)
 */
export async function openFile(path: string): Promise<LocalFile> {
  return openReal(await real(path, path), path, 'unsupported');
}

/**
 * Opens a regular file at `relative` below `root`, through no symlink that leads out of it.
 * @throws ImgcheckError missing, auth; hostile when it lies outside or is not a regular file
 */
export async function openBelow(root: string, relative: string): Promise<LocalFile> {
  const path = join(root, relative);
  const [realRoot, realPath] = await Promise.all([real(root, root), real(path, path)]);
  if (!realPath.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) {
    throw new ImgcheckError('hostile', `${relative} is a link that leads out of its directory`, { subject: path });
  }
  return openReal(realPath, path, 'hostile');
}

/** The bytes of an open file from `start`, at most `length` of them; fewer where the file ends. */
export async function* readSlice(handle: FileHandle, start: number, length: number): AsyncGenerator<Uint8Array> {
  const end = start + length;
  for (let at = start; at < end;) {
    const chunk = new Uint8Array(Math.min(chunkBytes, end - at));
    const { bytesRead } = await handle.read(chunk, 0, chunk.byteLength, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield bytesRead === chunk.byteLength ? chunk : chunk.subarray(0, bytesRead);
  }
}

/** All bytes of the file that `opening` gives, which is closed when they end. */
export async function* readWhole(opening: () => Promise<LocalFile>): Bytes & AsyncGenerator<Uint8Array> {
  const file = await opening();
  try {
    yield* readSlice(file.handle, 0, file.size);
  } finally {
    await file.handle.close();
  }
}

/** A small file below `root`. Throws as openBelow, and hostile when it exceeds `limit` bytes. */
export function readDocument(root: string, relative: string, limit: number): Promise<Uint8Array> {
  return collect(
    readWhole(() => openBelow(root, relative)),
    limit,
    relative,
  );
}

async function openReal(realPath: string, subject: string, otherwise: 'hostile' | 'unsupported'): Promise<LocalFile> {
  try {
    // Looked at before it is opened: opening a FIFO or a device can block or have effects.
    if (!(await stat(realPath)).isFile()) {
      throw new ImgcheckError(otherwise, 'not a regular file', { subject });
    }
    const handle = await open(realPath, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    return { handle, size: (await handle.stat()).size };
  } catch (error) {
    throw fileError(error, subject);
  }
}

async function real(path: string, subject: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw fileError(error, subject);
  }
}

function fileError(error: unknown, subject: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new ImgcheckError('missing', 'no such file', { subject, cause: error });
    case 'EACCES':
    case 'EPERM':
      return new ImgcheckError('auth', 'permission to read the file is denied', { subject, cause: error });
    case 'ELOOP':
      return new ImgcheckError('hostile', 'the file is a chain of symlinks', { subject, cause: error });
    default:
      return new ImgcheckError('missing', `the file cannot be read: ${String(error.code)}`, { subject, cause: error });
  }
}
