import { ImgcheckError } from '../core/error.js';
import { errorCode, explainTlsFailure } from './tls-failure.js';

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ECONNABORTED: 'the connection was aborted',
  EPIPE: 'the connection was closed by the other side',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up just now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection was closed by the other side',
  UND_ERR_CLOSED: 'the connection was closed',
  UND_ERR_DESTROYED: 'the connection was closed',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_HEADERS_TIMEOUT: 'no answer came in time',
  UND_ERR_BODY_TIMEOUT: 'the answer stalled',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer ended early',
};

/**
 * An error of a connection, a request or a body as an ImgcheckError: network, tls, or hostile for headers past
 * their limit. Errors that are none of these (a bug, an aborted signal) come back as they are.
 */
export function explainFailure(error: unknown, host: string): unknown {
  if (error instanceof ImgcheckError) return error;
  const tls = explainTlsFailure(error, host);
  if (tls) return tls;
  const code = errorCode(error);
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new ImgcheckError('hostile', 'the headers of the answer exceed their limit', { subject: host });
  }
  const message = isParserError(error, code) ? 'the answer is not HTTP' : words[code];
  if (message === undefined) return error;
  return new ImgcheckError('network', message, { subject: host, hint: networkHint(host, code), cause: error });
}

/** undici leaves the code out where its table of them does not fit its parser. */
function isParserError(error: unknown, code: string): boolean {
  return code.startsWith('HPE_') || (error instanceof Error && error.name === 'HTTPParserError');
}

/** Old guides name this host; what it stood for has moved, and nothing is rewritten for anybody. */
export function redHatHint(host: string): string | undefined {
  if (!/^registry\.redhat\.com(?::|$)/i.test(host)) return undefined;
  return "registry.redhat.com is in none of Red Hat's current lists: use registry.access.redhat.com (anonymous) or registry.redhat.io (with a login)";
}

/** What to do about a host that does not answer. */
export function networkHint(host: string, code: string): string {
  const redHat = redHatHint(host);
  if (redHat !== undefined) return redHat;
  if (code === 'ENOTFOUND')
    return 'check the spelling of the registry, and HTTPS_PROXY where there is no direct way out';
  if (code === 'ECONNREFUSED') return 'nothing listens there: check host and port';
  return 'check the network, and HTTPS_PROXY and NO_PROXY where there is a proxy';
}
