import { readFile } from 'node:fs/promises';
import { ImgcheckError } from '../core/error.js';
import type { KeySource } from '../containers/policy-requirement.js';

export interface KeyBytes {
  readonly bytes: Uint8Array;
  /** The file, or `keyData`. */
  readonly from: string;
}

/** No file of keys is larger. */
const fileLimit = 16 * 1024 ** 2;

/** Reads every file, or decodes every piece of data, of a policy's key source. @throws ImgcheckError usage, with the file */
export async function readKeySource(source: KeySource): Promise<readonly KeyBytes[]> {
  if ('data' in source) return source.data.map((text) => ({ bytes: Buffer.from(text, 'base64'), from: 'keyData' }));
  return Promise.all(source.paths.map(async (path) => ({ bytes: await readKeyFile(path), from: path })));
}

/** @throws ImgcheckError usage, with the file */
export async function readKeyFile(path: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const isAbsent = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new ImgcheckError('usage', isAbsent ? 'the file is not there' : 'the file cannot be read', {
      subject: path,
      cause,
    });
  }
  if (bytes.byteLength > fileLimit) {
    throw new ImgcheckError('usage', `the file exceeds ${fileLimit} bytes`, { subject: path });
  }
  return bytes;
}
