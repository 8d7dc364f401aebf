import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isAbsence } from '../core/absence.js';
import { ImgcheckError } from '../core/error.js';
import { isBundled } from './fingerprint.js';
import type { Environment } from './proxy.js';

/** An authority that is trusted beside the ones Node brings along. */
export interface ExtraAuthority {
  readonly pem: string;
  /** The file it was read from, as messages and evidence name it. */
  readonly from: string;
}

export interface HostCertificates {
  readonly authorities: readonly ExtraAuthority[];
  /** The certificates to show to a host that asks for one. */
  readonly clients: readonly { readonly cert: string; readonly key: string }[];
}

/** What is configured for a registry host, its port as typed. @throws ImgcheckError usage, naming the file at fault */
export type CertificateSource = (host: string) => Promise<HostCertificates>;

export interface CertificateOptions {
  /** Used for every host, instead of certs.d. */
  readonly certDir?: string | undefined;
  /** In place of /etc. */
  readonly systemDir?: string | undefined;
}

/**
 * Certificates by containers-certs.d(5): the first existing directory for the host, of the user, of
 * /etc/containers, of /etc/docker, and that one only. SSL_CERT_FILE, SSL_CERT_DIR and NODE_EXTRA_CA_CERTS add
 * authorities for every host.
 */
export function loadCertificates(env: Environment, options: CertificateOptions = {}): CertificateSource {
  let everywhere: Promise<readonly ExtraAuthority[]> | undefined;
  const known = new Map<string, Promise<HostCertificates>>();
  const load = async (host: string): Promise<HostCertificates> => {
    everywhere ??= readEnvironment(env);
    const directory = options.certDir ?? (await certsDirectory(host, env, options.systemDir ?? '/etc'));
    const own = directory === undefined ? { authorities: [], clients: [] } : await readCertsDirectory(directory);
    return { authorities: [...own.authorities, ...(await everywhere)], clients: own.clients };
  };
  return (host) => {
    const found = known.get(host) ?? load(host);
    known.set(host, found);
    return found;
  };
}

async function certsDirectory(host: string, env: Environment, system: string): Promise<string | undefined> {
  const candidates = [
    join(env['HOME'] ?? homedir(), '.config/containers/certs.d', host),
    join(system, 'containers/certs.d', host),
    join(system, 'docker/certs.d', host),
  ];
  for (const candidate of candidates) if (await isDirectory(candidate)) return candidate;
  return undefined;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw wrong(path, 'the directory of certificates cannot be read', undefined, error);
  }
}

/** `*.crt` are authorities; `*.cert` and `*.key` are pairs. */
async function readCertsDirectory(directory: string): Promise<HostCertificates> {
  const names = await listDirectory(directory);
  const authorities: ExtraAuthority[] = [];
  for (const name of names.filter((each) => each.endsWith('.crt'))) {
    authorities.push(...(await readAuthorities(join(directory, name))));
  }
  const stems = (suffix: string): string[] =>
    names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length));
  const certs = stems('.cert');
  const keys = stems('.key');
  for (const stem of certs) if (!keys.includes(stem)) throw lone(directory, `${stem}.cert`, `${stem}.key`);
  for (const stem of keys) if (!certs.includes(stem)) throw lone(directory, `${stem}.key`, `${stem}.cert`);
  const clients = certs.map(async (stem) => ({
    cert: await readText(join(directory, `${stem}.cert`)),
    key: await readText(join(directory, `${stem}.key`)),
  }));
  return { authorities, clients: await Promise.all(clients) };
}

async function readEnvironment(env: Environment): Promise<readonly ExtraAuthority[]> {
  const authorities: ExtraAuthority[] = [];
  for (const variable of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']) {
    const path = env[variable];
    if (path) authorities.push(...(await readAuthorities(path, variable)));
  }
  for (const directory of (env['SSL_CERT_DIR'] ?? '').split(':').filter(Boolean)) {
    for (const name of await listDirectory(directory)) {
      // By OpenSSL's habit the same certificates lie there under their hashes too.
      if (/\.(pem|crt|cer)$/.test(name)) authorities.push(...(await readAuthorities(join(directory, name))));
    }
  }
  return authorities;
}

const certificateForm = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[^-]+-----END (?:TRUSTED )?CERTIFICATE-----/g;

async function readAuthorities(path: string, variable?: string): Promise<ExtraAuthority[]> {
  const blocks = (await readText(path, variable)).match(certificateForm) ?? [];
  if (blocks.length === 0) throw wrong(path, 'the file holds no PEM certificate', variable);
  // Bundles of a system are mostly Node's own, which need no proof that they can be read.
  for (const pem of blocks.filter((each) => !isBundled(each))) {
    try {
      new X509Certificate(pem);
    } catch (cause) {
      throw wrong(path, 'the file holds a certificate that cannot be read', variable, cause);
    }
  }
  return blocks.map((pem) => ({ pem, from: variable ? `${path}, by ${variable}` : path }));
}

async function listDirectory(path: string): Promise<readonly string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (cause) {
    throw wrong(path, 'the directory of certificates cannot be read', undefined, cause);
  }
}

async function readText(path: string, variable?: string): Promise<string> {
  try {
    return await readFile(path, 'latin1');
  } catch (cause) {
    const gone = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = gone ? 'the certificate file is not there, or a link to nothing' : 'the certificate cannot be read';
    throw wrong(path, message, variable, cause);
  }
}

function lone(directory: string, present: string, absent: string): ImgcheckError {
  return wrong(join(directory, present), `a client certificate and its key go together: ${absent} is missing`);
}

function wrong(path: string, message: string, variable?: string, cause?: unknown): ImgcheckError {
  const hint = variable ? `${variable} names it` : 'see containers-certs.d(5)';
  return new ImgcheckError('usage', message, { subject: path, hint, cause });
}
