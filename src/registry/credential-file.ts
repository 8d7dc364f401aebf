import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';

export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string; readonly from: string }
  | { readonly kind: 'identity-token'; readonly token: string; readonly from: string };

/** An auth.json or docker config.json, read strictly; secrets in it are decoded when asked for. */
export interface CredentialFile {
  readonly path: string;
  /** The helper for the host, when one is set (containers-auth.json(5), credHelpers). */
  helperFor(host: string): string | undefined;
  /** The helper for every host without an entry; docker's notion. */
  readonly store: string | undefined;
  /** The entry for the repository, its namespaces or its host; undefined when there is none or it is empty. */
  entryFor(host: string, repository: string): Credential | undefined;
}

/**
 * Parses a credential file; `legacy` is the form of ~/.dockercfg, the entries without a frame.
 * @throws ImgcheckError usage naming the file, never its content
 */
export function parseCredentialFile(bytes: Uint8Array, path: string, legacy = false): CredentialFile {
  const fields = broken(path, () => new Fields(parseJson(bytes, path), path));
  const auths = legacy ? fields : broken(path, () => fields.optionalObject('auths'));
  const helpers = broken(path, () => fields.strings('credHelpers'));
  return {
    path,
    store: legacy ? undefined : broken(path, () => fields.optionalString('credsStore') || undefined),
    helperFor: (host) => {
      const key = Object.keys(helpers).find((name) => normalHost(name) === normalHost(host));
      return key === undefined ? undefined : helpers[key];
    },
    entryFor: (host, repository) => {
      const key = auths && entryKey(auths.keys, host, repository);
      return key === undefined ? undefined : broken(path, () => readEntry(auths?.optionalObject(key), path, key));
    },
  };
}

/** Repository, then its namespaces, then the host, as written; then keys in the style of URLs by their host. */
function entryKey(keys: readonly string[], host: string, repository: string): string | undefined {
  const hosts = isHub(host) ? ['docker.io', 'index.docker.io'] : [host];
  const parts = repository.split('/');
  for (let length = parts.length; length >= 0; length -= 1) {
    for (const name of hosts) {
      const wanted = [name, ...parts.slice(0, length)].join('/');
      if (keys.includes(wanted)) return wanted;
    }
  }
  return keys.find((key) => normalHost(key) === normalHost(host));
}

/** `https://index.docker.io/v1/` and `docker.io` are one place. */
function normalHost(key: string): string {
  const host = key.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return isHub(host) ? 'docker.io' : host;
}

function isHub(host: string): boolean {
  return host === 'docker.io' || host === 'index.docker.io' || host === 'registry-1.docker.io';
}

function readEntry(entry: Fields | undefined, path: string, key: string): Credential | undefined {
  const identity = entry?.optionalString('identitytoken');
  if (identity) return { kind: 'identity-token', token: identity, from: path };
  const auth = entry?.optionalString('auth');
  if (!auth) return undefined;
  const text = Buffer.from(auth, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon <= 0) {
    throw new ImgcheckError('usage', `the auth of ${key} is not user and password in base64`, { subject: path });
  }
  // Docker once padded passwords with zero bytes.
  return {
    kind: 'basic',
    username: text.slice(0, colon),
    password: text.slice(colon + 1).replace(/\0+$/, ''),
    from: path,
  };
}

/** The parser's own words could quote the file. */
function broken<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ImgcheckError && error.kind === 'usage') throw error;
    throw new ImgcheckError('usage', 'the credential file is not JSON of the form of containers-auth.json(5)', {
      subject: path,
      hint: 'mend it or log in again',
    });
  }
}
