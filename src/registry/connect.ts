import { request as httpRequest } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { ImgcheckError } from '../core/error.js';
import { describeHop, plainHop, type ConnectionEvidence, type HopRole, type Insecurity } from './evidence.js';
import { hostAndPort } from './http.js';
import { explainFailure, networkHint } from './network-failure.js';
import { proxyAuthorization, proxyFor, type Environment } from './proxy.js';
import { explainDistrust, explainTlsFailure } from './tls-failure.js';
import type { Trust } from './trust.js';

export interface ConnectOptions {
  readonly env: Environment;
  /** Who said that certificates need not hold; undefined: they must. */
  readonly insecure?: Insecurity | undefined;
  readonly timeout: number;
  readonly now: () => Date;
  readonly evidence: ConnectionEvidence;
  trustFor(host: string): Promise<Trust>;
  roleOf(host: string): HopRole;
}

/**
 * Opens the connection to an origin, through a proxy where the environment names one, and records what it showed.
 * @throws ImgcheckError network, tls, auth (the proxy refuses), usage (proxy or certificate files)
 */
export async function connect(origin: URL, options: ConnectOptions): Promise<Socket> {
  const host = hostAndPort(origin);
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), options.timeout);
  try {
    const proxy = proxyFor(origin, options.env);
    const tunnel = proxy && (await openTunnel(proxy, host, options, abort.signal));
    if (origin.protocol === 'https:') return await openTls(origin, options.roleOf(host), options, abort.signal, tunnel);
    const socket = tunnel ?? (await openTcp(origin, abort.signal));
    options.evidence.record(plainHop(host, options.roleOf(host), options.insecure));
    return socket;
  } catch (error) {
    if (!abort.signal.aborted) throw explainFailure(error, host);
    throw new ImgcheckError('network', `no connection within ${options.timeout / 1000} seconds`, {
      subject: host,
      hint: networkHint(host, 'ETIMEDOUT'),
    });
  } finally {
    clearTimeout(timer);
  }
}

async function openTls(
  origin: URL,
  role: HopRole,
  options: ConnectOptions,
  signal: AbortSignal,
  tunnel?: Socket,
): Promise<TLSSocket> {
  const host = hostAndPort(origin);
  const trust = await options.trustFor(host);
  const { origins } = trust;
  const socket = await shakeHands(origin, trust, signal, tunnel);
  // A location in registries.conf says nothing of the proxy on the way to it.
  const insecure = role === 'proxy' && options.insecure === 'registries.conf' ? undefined : options.insecure;
  if (insecure === undefined && !socket.authorized) {
    const error = explainDistrust(socket, host, options.now());
    socket.destroy();
    throw error;
  }
  options.evidence.record(describeHop(socket, { host, role, now: options.now(), origins, insecure }));
  return socket.setNoDelay(true).setKeepAlive(true, 60_000);
}

/**
 * A finished handshake, verified or not. The few authorities that were added for the host are asked first: where they do
 * not verify it, it is done again with all of them, whose word is final. Through a tunnel there is but one try.
 */
async function shakeHands(origin: URL, trust: Trust, signal: AbortSignal, tunnel?: Socket): Promise<TLSSocket> {
  if (tunnel || !trust.added) return shakeHandsWith(trust.context, origin, signal, tunnel);
  const socket = await shakeHandsWith(trust.added, origin, signal);
  if (socket.authorized) return socket;
  socket.destroy();
  return shakeHandsWith(trust.context, origin, signal);
}

async function shakeHandsWith(
  context: SecureContext,
  origin: URL,
  signal: AbortSignal,
  tunnel?: Socket,
): Promise<TLSSocket> {
  const name = bareName(origin);
  const socket = connectTls({
    ...(tunnel ? { socket: tunnel } : { port: portOf(origin) }),
    host: name,
    servername: isIP(name) === 0 ? name : '',
    secureContext: context,
    ALPNProtocols: ['http/1.1'],
    // Not a relaxation: Node checks chain and name all the same, and the check of `authorized` by the caller stands in
    // for its own, which would close the socket before the certificate could be named in the message.
    rejectUnauthorized: false,
  });
  await settled(socket, 'secureConnect', signal).catch((error: unknown) => {
    throw explainTlsFailure(error, hostAndPort(origin)) ?? error;
  });
  return socket;
}

async function openTcp(origin: URL, signal: AbortSignal): Promise<Socket> {
  const socket = connectTcp({ host: bareName(origin), port: portOf(origin) });
  await settled(socket, 'connect', signal);
  return socket.setNoDelay(true).setKeepAlive(true, 60_000);
}

/** A CONNECT tunnel (RFC 9110, 9.3.6). */
async function openTunnel(proxy: URL, target: string, options: ConnectOptions, signal: AbortSignal): Promise<Socket> {
  const host = hostAndPort(proxy);
  try {
    const socket =
      proxy.protocol === 'https:' ? await openTls(proxy, 'proxy', options, signal) : await openTcp(proxy, signal);
    if (proxy.protocol === 'http:') options.evidence.record(plainHop(host, 'proxy'));
    return await askForTunnel(socket, proxy, target, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = explainFailure(error, host);
    if (!(cause instanceof ImgcheckError)) throw cause;
    throw new ImgcheckError(cause.kind, `the proxy cannot be used: ${cause.message}`, {
      subject: host,
      hint: 'check HTTPS_PROXY, and NO_PROXY for hosts that are reached directly',
      cause,
    });
  }
}

function askForTunnel(socket: Socket, proxy: URL, target: string, signal: AbortSignal): Promise<Socket> {
  const authorization = proxyAuthorization(proxy);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(authorization ? { 'proxy-authorization': authorization } : {}) },
      signal,
    });
    request.once('error', reject);
    request.once('response', (response) => {
      socket.destroy();
      reject(refusal(response.statusCode));
    });
    request.once('connect', (response, tunnel, head) => {
      if (response.statusCode !== 200) {
        tunnel.destroy();
        reject(refusal(response.statusCode));
        return;
      }
      if (head.byteLength > 0) tunnel.unshift(head);
      resolve(tunnel as Socket);
    });
    request.end();
  });
}

function refusal(status: number | undefined): ImgcheckError {
  return status === 407
    ? new ImgcheckError('auth', 'it asks for other credentials (407)')
    : new ImgcheckError('network', `it answered ${status} to CONNECT`);
}

function settled(socket: Socket, event: 'connect' | 'secureConnect', signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abandon = (): void => void socket.destroy(new Error('connecting took too long'));
    signal.addEventListener('abort', abandon, { once: true });
    socket.once(event, () => {
      signal.removeEventListener('abort', abandon);
      resolve();
    });
    // Stays for good: between this and undici's own listener an error must not be an uncaught one. A TLS alert after
    // the handshake (a client certificate is required) leaves the socket open; undici would report its end instead.
    socket.on('error', (error) => {
      signal.removeEventListener('abort', abandon);
      socket.destroy();
      reject(error);
    });
    if (signal.aborted) abandon();
  });
}

function portOf(origin: URL): number {
  return Number(origin.port || (origin.protocol === 'https:' ? 443 : 80));
}

function bareName(origin: URL): string {
  return origin.hostname.replace(/^\[|\]$/g, '');
}
