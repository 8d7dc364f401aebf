import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** The files of a folder, the oldest first. What another process takes away meanwhile is not there. */
export async function filesByAge(folder: string): Promise<readonly FolderFile[]> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name): Promise<readonly FolderFile[]> => {
      const path = join(folder, name);
      try {
        const { size, mtimeMs } = await stat(path);
        return [{ path, size, mtimeMs }];
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
        return [];
      }
    }),
  );
  return files.flat().sort((a, b) => a.mtimeMs - b.mtimeMs);
}
