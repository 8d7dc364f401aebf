import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64 } from './sigstore.js';

/** Fulcio, Rekor, a certificate log and a timestamp authority of @sigstore/mock, on this machine alone. */
export interface SigstoreServices {
  readonly origin: string;
  /** When everything is signed. */
  readonly at: Date;
  /** trusted_root.json. */
  readonly trustedRoot: Buffer;
  close(): Promise<void>;
}

export async function startSigstoreServices(): Promise<SigstoreServices> {
  // The library would otherwise take hold of every http request of this process.
  process.env['NOCK_OFF'] = 'true';
  const mock = await import('@sigstore/mock');
  const keys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Later than the root certificates that the library makes now; whole seconds, which it can read in a timestamp.
  const at = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000);
  const routes = new Map<
    string,
    (body: string) => Promise<{ statusCode: number; response: string | ArrayBufferView }>
  >();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = routes.get(request.url ?? '')?.(Buffer.concat(chunks).toString());
      void answer?.then(({ statusCode, response: body }) => {
        response.writeHead(statusCode, { 'content-type': 'application/json' });
        response.end(typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength));
      });
      if (!answer) response.writeHead(404).end();
    });
  });
  const origin = await listen(server);
  const certificateLog = await mock.initializeCTLog(keys(), at);
  const authority = await mock.initializeCA(keys(), certificateLog, at);
  const log = await mock.initializeTLog(origin, keys(), at);
  const tsa = await mock.initializeTSA(keys(), at);
  for (const { path, fn } of [mock.fulcioHandler(authority), mock.rekorHandler(log), mock.tsaHandler(tsa)]) {
    routes.set(path, fn);
  }
  const trustedRoot = trustedRootOf(origin, {
    log: log.publicKey,
    certificateLog: certificateLog.publicKey,
    authority: [bytesOf(authority.rootCertificate)],
    tsa: [bytesOf(tsa.intCertificate), bytesOf(tsa.rootCertificate)],
  });
  return { origin, at, trustedRoot, close: () => close(server) };
}

interface Parts {
  readonly log: Buffer;
  readonly certificateLog: Buffer;
  readonly authority: readonly Buffer[];
  readonly tsa: readonly Buffer[];
}

function trustedRootOf(baseUrl: string, { log, certificateLog, authority, tsa }: Parts): Buffer {
  const validFor = { start: '2020-01-01T00:00:00Z' };
  const logOf = (key: Buffer): object => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: base64(key), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: createHash('sha256').update(key).digest('base64') },
  });
  const authorityOf = (chain: readonly Buffer[]): object => ({
    certChain: { certificates: chain.map((der) => ({ rawBytes: base64(der) })) },
    validFor,
  });
  return Buffer.from(
    JSON.stringify({
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logOf(log)],
      ctlogs: [logOf(certificateLog)],
      certificateAuthorities: [authorityOf(authority)],
      timestampAuthorities: [authorityOf(tsa)],
    }),
  );
}

/** An OIDC token; nobody here checks its signature. */
export function tokenFor(claims: Readonly<Record<string, string>>): string {
  return (
    [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.x'
  );
}

function bytesOf(view: ArrayBufferView): Buffer {
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
