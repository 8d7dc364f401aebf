import { setImmediate } from 'node:timers/promises';
import { isImgcheckError, ImgcheckError } from '../core/error.js';
import type { Bytes } from '../core/stream.js';
import { connect, type ConnectOptions } from './connect.js';
import { hostAndPort, type HttpRequest, type HttpResponse, type Send, type Timeouts } from './http.js';
import { explainFailure } from './network-failure.js';
import { PlainHttpError } from './tls-failure.js';
import { loadUndici, type Agent, type Dispatcher } from './undici.js';

/** The innermost Send: one request over a connection of its own pool. */
export class Wire {
  readonly #connect: ConnectOptions;
  readonly #timeouts: Timeouts;
  #agent: Agent | undefined;
  #closed = false;

  constructor(connectOptions: ConnectOptions, timeouts: Timeouts) {
    this.#connect = connectOptions;
    this.#timeouts = timeouts;
  }

  readonly send: Send = async (request) => {
    request.signal?.throwIfAborted();
    const undici = await loadUndici();
    if (this.#closed) throw new ImgcheckError('network', 'the client is closed', { subject: hostAndPort(request.url) });
    this.#agent ??= this.#openAgent(undici.Agent);
    this.#connect.evidence.count(request.purpose, hostAndPort(request.url), this.#connect.insecure);
    const { url, method, headers, body, signal } = request;
    try {
      const answer = await undici.request(this.#agent, {
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(signal ? { signal } : {}),
      });
      return responseOf(request, answer);
    } catch (error) {
      throw explainFailure(error, hostAndPort(url));
    }
  };

  /** Ends every connection, answers under way included. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#agent?.destroy();
  }

  #openAgent(constructor: typeof Agent): Agent {
    return new constructor({
      headersTimeout: this.#timeouts.headers,
      bodyTimeout: this.#timeouts.stall,
      pipelining: 1,
      connect: ({ protocol, hostname, port }, callback) => {
        const name = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
        connect(new URL(`${protocol}//${name}${port ? `:${port}` : ''}`), this.#connect).then(
          (socket) => callback(null, socket),
          (error: Error) => callback(error, null),
        );
      },
    });
  }
}

function responseOf(request: HttpRequest, answer: Dispatcher.ResponseData): HttpResponse {
  return {
    status: answer.statusCode,
    url: request.url,
    header: (name) => {
      const value = answer.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: explained(answer.body, hostAndPort(request.url)),
    discard: async () => {
      await answer.body.dump({ limit: 65_536 });
    },
  };
}

async function* explained(body: Bytes, host: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
    // undici gives a connection back a turn after the body has ended: who asks sooner would pay for a second one.
    await setImmediate();
  } catch (error) {
    throw explainFailure(error, host);
  }
}

/**
 * Goes over to plain HTTP with a host whose TLS handshake shows that it speaks none.
 * Only for runs in which TLS verification was switched off.
 */
export function allowPlainHttp(send: Send): Send {
  const plain = new Set<string>();
  const downgraded = (request: HttpRequest): HttpRequest => {
    const url = new URL(request.url);
    const port = url.port || '443';
    url.protocol = 'http:';
    url.port = port;
    return { ...request, url };
  };
  return async (request) => {
    if (request.url.protocol !== 'https:') return send(request);
    const host = hostAndPort(request.url);
    if (plain.has(host)) return send(downgraded(request));
    try {
      return await send(request);
    } catch (error) {
      if (!isImgcheckError(error) || !(error instanceof PlainHttpError)) throw error;
      plain.add(host);
      return send(downgraded(request));
    }
  };
}
