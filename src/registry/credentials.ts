import { readFile } from 'node:fs/promises';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ImgcheckError } from '../core/error.js';
import { parseCredentialFile, type Credential, type CredentialFile } from './credential-file.js';
import { askCredentialHelper } from './credential-helper.js';
import type { Environment } from './proxy.js';

export type { Credential } from './credential-file.js';

/** The credential for a repository, or undefined where there is none: then the access is anonymous. */
export type CredentialSource = (registry: string, repository: string) => Promise<Credential | undefined>;

export interface CredentialOptions {
  /** The only file looked at; else REGISTRY_AUTH_FILE, else the standard places. */
  readonly authfile?: string | undefined;
}

interface Place {
  readonly path: string;
  readonly form: 'containers' | 'docker' | 'legacy';
  /** A file that was asked for must be there. */
  readonly required?: boolean;
}

/**
 * Credentials by containers-auth.json(5): the first file with an entry for the repository wins; in a file a helper
 * for the host comes first and is final. Docker's own config.json may also name a store for all hosts.
 * Each file is read once; each helper is asked once for a host.
 */
export function loadCredentials(env: Environment, options: CredentialOptions = {}): CredentialSource {
  const places = credentialPlaces(env, options.authfile);
  const files = new Map<string, Promise<CredentialFile | undefined>>();
  const helped = new Map<string, Promise<Credential | undefined>>();
  const read = (place: Place): Promise<CredentialFile | undefined> => {
    const file = files.get(place.path) ?? readPlace(place);
    files.set(place.path, file);
    return file;
  };
  const ask = (helper: string, host: string, file: CredentialFile): Promise<Credential | undefined> => {
    const key = `${file.path}\n${helper}\n${host}`;
    // Under this name docker itself stores what is for the hub.
    const server = host === 'docker.io' ? 'https://index.docker.io/v1/' : host;
    const answer = helped.get(key) ?? askCredentialHelper(helper, server, file.path, env);
    helped.set(key, answer);
    return answer;
  };
  return async (registry, repository) => {
    for (const place of places) {
      const file = await read(place);
      if (!file) continue;
      const helper = file.helperFor(registry);
      const found = helper === undefined ? file.entryFor(registry, repository) : await ask(helper, registry, file);
      if (found) return found;
      if (helper === undefined && place.form === 'docker' && file.store !== undefined) {
        const stored = await ask(file.store, registry, file);
        if (stored) return stored;
      }
    }
    return undefined;
  };
}

function credentialPlaces(env: Environment, authfile: string | undefined): readonly Place[] {
  const only = authfile ?? (env['REGISTRY_AUTH_FILE'] || undefined);
  if (only !== undefined) return [{ path: only, form: 'containers', required: true }];
  const home = env['HOME'] ?? homedir();
  const runtime = env['XDG_RUNTIME_DIR'];
  const run = runtime ? join(runtime, 'containers') : join('/run/containers', String(userInfo().uid));
  return [
    { path: join(run, 'auth.json'), form: 'containers' },
    { path: join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers/auth.json'), form: 'containers' },
    { path: join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'), form: 'docker' },
    { path: join(home, '.dockercfg'), form: 'legacy' },
  ];
}

async function readPlace(place: Place): Promise<CredentialFile | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(place.path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (!place.required && (code === 'ENOENT' || code === 'ENOTDIR')) return undefined;
    throw new ImgcheckError('usage', 'the credential file cannot be read', { subject: place.path, cause });
  }
  return parseCredentialFile(bytes, place.path, place.form === 'legacy');
}
