import { open } from 'node:fs/promises';

export type BoundedRead =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `reason` is undefined where there is no such file. */
  | { readonly ok: false; readonly reason: string | undefined };

/** A small file of our own, whole; one that is no file, cannot be read or has more than `limit` bytes is told, not thrown. */
export async function readBounded(path: string, limit: number): Promise<BoundedRead> {
  try {
    const file = await open(path);
    try {
      const status = await file.stat();
      if (!status.isFile()) return { ok: false, reason: 'not a file' };
      if (status.size > limit) return { ok: false, reason: `${status.size} bytes exceed ${limit}` };
      const bytes = Buffer.alloc(status.size);
      const { bytesRead } = await file.read(bytes, 0, bytes.byteLength, 0);
      return { ok: true, bytes: bytes.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { ok: false, reason: 'code' in error && error.code === 'ENOENT' ? undefined : error.message };
  }
}
