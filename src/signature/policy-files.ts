import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parsePolicyJson, type TrustPolicy } from '../containers/policy-json.js';
import { mergeRegistriesD, parseRegistriesD, type RegistriesD } from '../containers/registries-d.js';
import { isAbsence } from '../core/absence.js';
import { ImgcheckError } from '../core/error.js';
import type { Environment } from '../registry/proxy.js';

export interface PolicyFileOptions {
  /** The only file read; it must be there. */
  readonly file?: string | undefined;
  /** In place of `/`. */
  readonly systemDir?: string | undefined;
}

/**
 * Reads policy.json: the file named, else the user's, else the system's (containers-policy.json(5)). Undefined when there
 * is none: no trust is configured then.
 * @throws ImgcheckError usage naming the file
 */
export async function loadTrustPolicy(
  env: Environment,
  options: PolicyFileOptions = {},
): Promise<TrustPolicy | undefined> {
  const { file } = options;
  if (file !== undefined) {
    const bytes = await readIfThere(file);
    if (!bytes) throw unreadable(file, 'the file is not there');
    return parsePolicyJson(bytes, file);
  }
  const root = options.systemDir ?? '/';
  const places = [
    join(env['HOME'] ?? homedir(), '.config/containers/policy.json'),
    join(root, 'etc/containers/policy.json'),
    join(root, 'usr/share/containers/policy.json'),
  ];
  for (const path of places) {
    const bytes = await readIfThere(path);
    if (bytes) return parsePolicyJson(bytes, path);
  }
  return undefined;
}

export interface RegistriesDOptions {
  /** The only folder read; it must be there. */
  readonly directory?: string | undefined;
  /** In place of `/`. */
  readonly systemDir?: string | undefined;
}

/**
 * Reads the `*.yaml` files of registries.d: of the folder named, else of the user's where there is one, else of the
 * system's (containers-registries.d(5)).
 * @throws ImgcheckError usage naming the file
 */
export async function loadRegistriesD(env: Environment, options: RegistriesDOptions = {}): Promise<RegistriesD> {
  const { directory } = options;
  const user = join(env['HOME'] ?? homedir(), '.config/containers/registries.d');
  const system = join(options.systemDir ?? '/', 'etc/containers/registries.d');
  for (const folder of directory === undefined ? [user, system] : [directory]) {
    const names = await listIfThere(folder);
    if (!names) continue;
    const files = names.filter((name) => name.endsWith('.yaml')).sort();
    return mergeRegistriesD(
      await Promise.all(
        files.map(async (name) => {
          const path = join(folder, name);
          const bytes = await readIfThere(path);
          if (!bytes) throw unreadable(path, 'the file is a link to nothing');
          return parseRegistriesD(new TextDecoder().decode(bytes), path);
        }),
      ),
    );
  }
  if (directory !== undefined) throw unreadable(directory, 'the folder is not there');
  return mergeRegistriesD([]);
}

/** Where containers/image keeps signatures when nothing else is configured. */
export function defaultLookaside(env: Environment, root: boolean): string {
  const home = join(env['HOME'] ?? homedir(), '.local/share/containers/sigstore');
  return `file://${root ? '/var/lib/containers/sigstore' : home}`;
}

async function listIfThere(path: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(path);
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw unreadable(path, 'the folder cannot be read', cause);
  }
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if (isAbsence(cause)) return undefined;
    throw unreadable(path, 'the file cannot be read', cause);
  }
}

function unreadable(subject: string, message: string, cause?: unknown): ImgcheckError {
  return new ImgcheckError('usage', message, { subject, cause });
}
