import { isIP } from 'node:net';
import { ImgcheckError } from '../core/error.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL by HTTPS_PROXY, HTTP_PROXY and NO_PROXY, lower case before upper case as curl has it.
 * As in Go's tools, this machine itself is never reached through a proxy.
 * @throws ImgcheckError usage for a proxy that is not an http or https URL, without showing it: it may hold a password
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const setting = lookUp(env, name);
  if (!setting || isLoopback(url.hostname) || isExempt(url, lookUp(env, 'NO_PROXY') ?? '')) return undefined;
  const text = setting.includes('://') ? setting : `http://${setting}`;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new ImgcheckError('usage', `${name} is not the URL of an http or https proxy`);
  }
  return new URL(text);
}

/** The Proxy-Authorization for the user and password of a proxy's URL. */
export function proxyAuthorization(proxy: URL): string | undefined {
  if (proxy.username === '') return undefined;
  return `Basic ${Buffer.from(`${decode(proxy.username)}:${decode(proxy.password)}`).toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ImgcheckError('usage', 'the user or password in the URL of the proxy has a % that begins no escape');
  }
}

function lookUp(env: Environment, name: string): string | undefined {
  return env[name.toLowerCase()] ?? env[name];
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'));
}

function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (entry === '*') return true;
    const [, host = '', only] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const domain = host.replace(/^\*?\./, '');
    if (domain === '' || (only !== undefined && only !== port)) return false;
    return url.hostname === domain || url.hostname.endsWith(`.${domain}`);
  });
}
