import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueCertificate, makeAuthority, type Authority } from './certificate.js';
import { answerOf, send, type Answer } from './fake-answer.js';

/** An ordinary web server in this process, over TLS unless told not to, with the files and answers put into it. */
export class WebServer {
  readonly authority: Authority = makeAuthority('Web Server CA');
  /** `GET /path`, with the Range where there was one, in order of arrival. */
  readonly requests: string[] = [];
  readonly #plain: boolean;
  readonly #server: Server;
  readonly #answers = new Map<string, readonly Answer[]>();

  private constructor(plain: boolean) {
    this.#plain = plain;
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    const certificate = issueCertificate(this.authority, { names: ['localhost'], ips: ['127.0.0.1'] });
    this.#server = plain ? createPlainServer(listener) : createServer(certificate, listener);
  }

  static async start({ plain = false }: { readonly plain?: boolean } = {}): Promise<WebServer> {
    const server = new WebServer(plain);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get origin(): string {
    return `${this.#plain ? 'http' : 'https'}://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What a path answers, one after the other; the last of them from then on. */
  put(path: string, ...answers: readonly (Uint8Array | string | Answer)[]): void {
    const whole = answers.map((answer) =>
      typeof answer === 'string' || answer instanceof Uint8Array ? answerOf(200, {}, answer) : answer,
    );
    this.#answers.set(path, whole);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const { range } = request.headers;
    this.requests.push([method, url, ...(range === undefined ? [] : [range])].join(' '));
    const [answer, ...later] = this.#answers.get(url) ?? [answerOf(404, {}, 'no such page')];
    if (later.length > 0) this.#answers.set(url, later);
    if (answer) await send(answer, { method, headers: range === undefined ? {} : { range } }, response);
  }
}
