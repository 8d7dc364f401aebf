import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  mergeRegistriesConf,
  noRegistriesConf,
  parseRegistriesConf,
  type RegistriesConf,
} from '../containers/registries-conf.js';
import { isAbsence } from '../core/absence.js';
import { ImgcheckError } from '../core/error.js';
import type { Environment } from './proxy.js';

export interface RegistriesConfOptions {
  /** The only file read, without drop-ins; it must be there. */
  readonly file?: string | undefined;
  /** In place of /etc. */
  readonly systemDir?: string | undefined;
}

/**
 * Reads registries.conf from its standard places: the user's file instead of the system's where there is one; then
 * the drop-ins, the system's (unless the user's file was taken) and the user's, in the order of their names.
 * @throws ImgcheckError usage naming the file
 */
export async function loadRegistriesConf(
  env: Environment,
  options: RegistriesConfOptions = {},
): Promise<RegistriesConf> {
  if (options.file !== undefined) return parseRegistriesConf(await readText(options.file), options.file);
  const user = join(env['HOME'] ?? homedir(), '.config/containers/registries.conf');
  const system = join(options.systemDir ?? '/etc', 'containers/registries.conf');
  const own = await readIfThere(user);
  const main = own ?? (await readIfThere(system)) ?? noRegistriesConf;
  const dropIns = [...(own ? [] : await readDropIns(`${system}.d`)), ...(await readDropIns(`${user}.d`))];
  return mergeRegistriesConf(main, dropIns);
}

async function readDropIns(directory: string): Promise<RegistriesConf[]> {
  let names: string[];
  try {
    names = await readdir(directory);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw unreadable(directory, error);
  }
  const paths = names.filter((name) => name.endsWith('.conf')).sort();
  return Promise.all(
    paths.map(async (name) => {
      const path = join(directory, name);
      return parseRegistriesConf(await readText(path), path);
    }),
  );
}

async function readIfThere(path: string): Promise<RegistriesConf | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw unreadable(path, error);
  }
  return parseRegistriesConf(text, path);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, cause: unknown): ImgcheckError {
  return new ImgcheckError('usage', 'the registries configuration cannot be read', { subject: path, cause });
}
