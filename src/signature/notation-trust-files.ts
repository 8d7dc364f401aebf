import { constants } from 'node:fs';
import { lstat, open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsence } from '../core/absence.js';
import { ImgcheckError } from '../core/error.js';
import type { Attempt } from '../core/attempt.js';
import { derTags, readDerRow } from '../x509/asn1.js';
import { isIssuedBy, parseChainCertificate, type ChainCertificate } from '../x509/chain-certificate.js';
import { parseNotationPolicy, type NotationPolicy } from './notation-trust.js';
import { readPem } from '../x509/pem.js';

/** What notation is configured to trust. */
export interface NotationTrust {
  /** Of the policy's file. */
  readonly path: string;
  readonly policy: NotationPolicy;
  readonly stores: NotationStores;
}

/** The certificates of each store that a statement names, by `ca:NAME`; what hindered reading one is told when it is used. */
export type NotationStores = ReadonlyMap<string, Attempt<readonly ChainCertificate[]>>;

const sizeLimit = 1024 * 1024;
const fileLimit = 1000;
const certificateFile = /\.(?:pem|crt|cer)$/;

/**
 * Reads notation's configuration folder: trustpolicy.oci.json, else trustpolicy.json, and the trust stores under
 * truststore/x509 that the policy names (trust-store-trust-policy.md). Undefined when there is no policy.
 * @throws ImgcheckError usage with the path, of the policy alone: a store at fault keeps its error
 */
export async function loadNotationTrust(folder: string): Promise<NotationTrust | undefined> {
  for (const name of ['trustpolicy.oci.json', 'trustpolicy.json']) {
    const path = join(folder, name);
    const bytes = await readPolicyFile(path);
    if (!bytes) continue;
    const policy = parseNotationPolicy(bytes, path);
    const names = new Set(policy.statements.flatMap(({ trustStores }) => trustStores));
    const stores = new Map<string, Attempt<readonly ChainCertificate[]>>();
    for (const store of names) stores.set(store, await attempt(() => readStore(folder, store)));
    return { path, policy, stores };
  }
  return undefined;
}

async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof ImgcheckError) return { ok: false, error };
    throw error;
  }
}

async function readStore(folder: string, store: string): Promise<readonly ChainCertificate[]> {
  const [type = '', name = ''] = store.split(':');
  const path = join(folder, 'truststore', 'x509', type, name);
  const names = (await listStore(path)).filter((each) => certificateFile.test(each)).sort();
  if (names.length > fileLimit) throw wrong(path, `the trust store has more than ${fileLimit} files`);
  const certificates: ChainCertificate[] = [];
  for (const each of names) certificates.push(...(await readCertificateFile(join(path, each), type)));
  if (certificates.length === 0) throw wrong(path, 'the trust store has no certificate (*.pem, *.crt, *.cer)');
  return certificates;
}

/** Names of the files in it; folders in a store are ignored. */
async function listStore(path: string): Promise<readonly string[]> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) throw wrong(path, 'the trust store is a symbolic link');
    if (!stats.isDirectory()) throw wrong(path, 'the trust store is not a folder');
    return (await readdir(path, { withFileTypes: true })).filter((each) => !each.isDirectory()).map(({ name }) => name);
  } catch (cause) {
    if (cause instanceof ImgcheckError) throw cause;
    throw wrong(path, isAbsence(cause) ? 'the trust store is not there' : 'the trust store cannot be read', cause);
  }
}

async function readCertificateFile(path: string, type: string): Promise<readonly ChainCertificate[]> {
  let certificates: readonly ChainCertificate[];
  try {
    certificates = certificatesIn(await readStoreFile(path)).map(parseChainCertificate);
  } catch (cause) {
    if (!(cause instanceof ImgcheckError) || cause.kind === 'usage') throw cause;
    throw wrong(path, `the file holds a certificate that cannot be read: ${cause.message}`, cause);
  }
  if (certificates.length === 0) throw wrong(path, 'the file holds no certificate');
  for (const certificate of certificates) {
    const authority = certificate.basicConstraints?.ca === true;
    const root = isIssuedBy(certificate, certificate);
    // As the reference implementation has it: whoever vouches for times is a root, and a leaf vouches only for itself.
    if (type === 'tsa' ? !authority || !root : !authority && !root) {
      const wanted = type === 'tsa' ? 'a root' : 'an authority or self-signed';
      throw wrong(path, `the file holds a certificate that is not ${wanted}`);
    }
  }
  return certificates;
}

function certificatesIn(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] === derTags.sequence) return readDerRow(bytes, 'certificates', fileLimit).map(({ whole }) => whole);
  return readPem(new TextDecoder('latin1').decode(bytes), 'certificates', fileLimit).blocks.map(
    ({ label, bytes: der }) => {
      if (label === 'CERTIFICATE') return der;
      throw new ImgcheckError('hostile', `expected a PEM block CERTIFICATE, got ${label}`);
    },
  );
}

async function readStoreFile(path: string): Promise<Uint8Array> {
  try {
    return await readWhole(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (cause) {
    if (cause instanceof ImgcheckError) throw cause;
    const linked = (cause as NodeJS.ErrnoException).code === 'ELOOP';
    throw wrong(path, linked ? 'the certificate file is a symbolic link' : 'the certificate cannot be read', cause);
  }
}

async function readPolicyFile(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readWhole(path, constants.O_RDONLY);
  } catch (cause) {
    if (cause instanceof ImgcheckError) throw cause;
    if (isAbsence(cause)) return undefined;
    throw wrong(path, 'the trust policy cannot be read', cause);
  }
}

async function readWhole(path: string, flags: number): Promise<Uint8Array> {
  // O_NONBLOCK: a pipe in place of the file would be waited for.
  const file: FileHandle = await open(path, flags | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw wrong(path, 'expected a file');
    if (stats.size > sizeLimit) throw wrong(path, `the file exceeds ${sizeLimit} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function wrong(path: string, message: string, cause?: unknown): ImgcheckError {
  return new ImgcheckError('usage', message, { subject: path, cause });
}
