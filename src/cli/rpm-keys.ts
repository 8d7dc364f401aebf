import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImgcheckError } from '../core/error.js';
import { joinKeyrings, type Keyring } from '../openpgp/keyring.js';
import { readKeyring } from '../openpgp/read-keyring.js';

/** Far more than any distribution ships; a folder with more is not one of keys. */
const fileLimit = 1000;

/**
 * The keys in the named files, and in every file of the named folders; undefined when none is named.
 * @throws ImgcheckError usage, with the file
 */
export async function loadRpmKeys(paths: readonly string[]): Promise<Keyring | undefined> {
  if (paths.length === 0) return undefined;
  const rings: Keyring[] = [];
  for (const path of paths) {
    for (const file of await filesOf(path)) rings.push(await readKeyring(await read(file), file));
  }
  return joinKeyrings(...rings);
}

async function filesOf(path: string): Promise<readonly string[]> {
  const names = await attempt(path, async () => ((await stat(path)).isDirectory() ? await readdir(path) : undefined));
  if (names === undefined) return [path];
  if (names.length === 0) throw new ImgcheckError('usage', 'the folder of keys is empty', { subject: path });
  if (names.length > fileLimit) {
    throw new ImgcheckError('usage', `the folder of keys has more than ${fileLimit} files`, { subject: path });
  }
  return names.sort().map((name) => join(path, name));
}

async function read(path: string): Promise<Uint8Array> {
  return attempt(path, () => readFile(path));
}

async function attempt<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ImgcheckError('usage', 'the key file cannot be read', { subject: path, cause });
  }
}
