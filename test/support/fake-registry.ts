import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { digestOf } from '../../src/oci/digest.js';
import { manifestKind, mediaTypes } from '../../src/oci/media-type.js';
import { issueCertificate, makeAuthority, type Authority, type Certificate } from './certificate.js';
import { answerOf, registryError, send, tagsPage, type Answer } from './fake-answer.js';

export interface FakeRegistryOptions {
  /** Plain HTTP instead of TLS. */
  readonly plain?: boolean;
  /** Who signs the server's certificate; a new authority when absent. */
  readonly authority?: Authority;
  /** Instead of a certificate for localhost and 127.0.0.1 from `authority`. */
  readonly certificate?: Certificate;
  /** Asks for a client certificate of this authority (mutual TLS). */
  readonly clientAuthority?: Authority;
  /** How repositories are guarded; `bearer` lets anybody read all but private/*. */
  readonly auth?: 'none' | 'basic' | 'bearer';
  /** Passwords by user. */
  readonly users?: Readonly<Record<string, string>>;
  /** Accepted at the token endpoint as refresh tokens. */
  readonly identityTokens?: readonly string[];
  /** Where tokens are to be had, when it is not /token of this server. */
  readonly realm?: string;
  /** Seconds; left out of the token answer when undefined. */
  readonly expiresIn?: number;
  /** Answers the referrers API; without it the API is 404, as of docker-registry 2. */
  readonly referrersApi?: boolean;
}

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Sees the answer that would be given and may change it; undefined leaves it. */
export type Hook = (answer: Answer, request: RecordedRequest) => Answer | undefined;

interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A registry within the process: put content in, bend its answers with hooks, look at the requests it saw. */
export class FakeRegistry {
  readonly authority: Authority;
  /** Every request, in order of arrival. */
  readonly requests: RecordedRequest[] = [];
  readonly #options: FakeRegistryOptions;
  readonly #server: Server;
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #manifests = new Map<string, StoredManifest>();
  readonly #referrers = new Map<string, Descriptor[]>();
  readonly #hooks: { pattern: RegExp; hook: Hook; left: number }[] = [];
  readonly #tokens = new Map<string, string>();

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
    this.authority = options.authority ?? makeAuthority('Fake Registry CA');
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    const { clientAuthority } = options;
    this.#server = options.plain
      ? createPlainServer(listener)
      : createServer(
          {
            ...(options.certificate ?? issueCertificate(this.authority, { names: ['localhost'], ips: ['127.0.0.1'] })),
            ...(clientAuthority ? { ca: clientAuthority.cert, requestCert: true, rejectUnauthorized: true } : {}),
          },
          listener,
        );
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  /** `localhost:port`, as written in a reference. */
  get host(): string {
    return `localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `${this.#options.plain ? 'http' : 'https'}://${this.host}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  putBlob(bytes: Uint8Array | string, mediaType = 'application/octet-stream'): Descriptor {
    const content = Buffer.from(bytes);
    const digest = digestOf(content);
    this.#blobs.set(digest, content);
    return { mediaType, digest, size: content.byteLength };
  }

  /** Stores a manifest (an object is written as JSON) under its digest and, when given, a tag. */
  putManifest(repository: string, content: object | Uint8Array, tag?: string): Descriptor {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
    const fields = JSON.parse(Buffer.from(bytes).toString()) as { mediaType?: string; subject?: Descriptor };
    const mediaType = fields.mediaType ?? mediaTypes.ociManifest;
    const digest = digestOf(bytes);
    for (const reference of [digest, ...(tag === undefined ? [] : [tag])]) {
      this.#manifests.set(`${repository}@${reference}`, { mediaType, bytes });
    }
    const descriptor = { mediaType, digest, size: bytes.byteLength };
    if (fields.subject) {
      const known = this.#referrers.get(fields.subject.digest) ?? [];
      this.#referrers.set(fields.subject.digest, [...known, descriptor]);
    }
    return descriptor;
  }

  /** An image of the given layers, its config stored too. */
  putImage(repository: string, tag: string, layers: readonly Uint8Array[] = [], config: object = {}): Descriptor {
    return this.putManifest(
      repository,
      {
        schemaVersion: 2,
        mediaType: mediaTypes.ociManifest,
        config: this.putBlob(JSON.stringify(config), mediaTypes.ociConfig),
        layers: layers.map((layer) => this.putBlob(layer, 'application/vnd.oci.image.layer.v1.tar+gzip')),
      },
      tag,
    );
  }

  /** Bends the answers to requests whose `METHOD /path` matches, `times` times. Later hooks see what earlier ones made. */
  on(pattern: RegExp, hook: Hook, times = Infinity): void {
    this.#hooks.push({ pattern, hook, left: times });
  }

  requestsTo(pattern: RegExp): readonly RecordedRequest[] {
    return this.requests.filter((request) => pattern.test(`${request.method} ${request.url}`));
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const part of incoming) body += String(part);
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers, body };
    this.requests.push(request);
    let answer = this.#answer(request);
    for (const entry of this.#hooks) {
      if (entry.left <= 0 || !entry.pattern.test(`${request.method} ${request.url}`)) continue;
      entry.left -= 1;
      answer = entry.hook(answer, request) ?? answer;
    }
    await send(answer, request, response);
  }

  #answer(request: RecordedRequest): Answer {
    const url = new URL(request.url, this.origin);
    if (url.pathname === '/token') return this.#token(request, url);
    const found = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/.exec(url.pathname);
    if (!found) return url.pathname === '/v2/' ? answerOf(200, {}, '{}') : answerOf(404, {}, '404 page not found');
    const [, repository = '', kind = '', reference = ''] = found;
    const refused = this.#refuse(request, repository);
    if (refused) return refused;
    if (kind === 'blobs') {
      const blob = this.#blobs.get(reference);
      const headers = { 'content-type': 'application/octet-stream', etag: `"${reference}"`, 'accept-ranges': 'bytes' };
      return blob ? answerOf(200, headers, blob) : registryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    }
    if (kind === 'tags') return tagsPage(repository, this.#tagsOf(repository), url);
    if (kind === 'referrers') {
      if (!this.#options.referrersApi) return answerOf(404, {}, '404 page not found');
      const manifests = this.#referrers.get(reference) ?? [];
      const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
      return answerOf(200, { 'content-type': mediaTypes.ociIndex }, index);
    }
    return this.#manifest(request, repository, reference);
  }

  #manifest(request: RecordedRequest, repository: string, reference: string): Answer {
    const stored = this.#manifests.get(`${repository}@${reference}`);
    if (!stored) {
      return this.#tagsOf(repository).length > 0
        ? registryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown', { Tag: reference })
        : registryError(404, 'NAME_UNKNOWN', 'repository name not known to registry', { name: repository });
    }
    const accept = String(request.headers.accept ?? '');
    if (!accept.includes(stored.mediaType) && manifestKind(stored.mediaType) !== undefined) {
      // What docker-registry 2 does to a client that does not name the type it stores.
      if (stored.mediaType.includes('oci')) {
        return registryError(404, 'MANIFEST_UNKNOWN', 'OCI manifest found, but accept header does not support it');
      }
      const converted = JSON.stringify({ schemaVersion: 1, name: repository, tag: reference, fsLayers: [] });
      return answerOf(200, { 'content-type': mediaTypes.dockerSchema1Signed }, converted);
    }
    const headers = { 'content-type': stored.mediaType, 'docker-content-digest': digestOf(stored.bytes) };
    return answerOf(200, headers, stored.bytes);
  }

  #tagsOf(repository: string): string[] {
    const names = [...this.#manifests.keys()].filter((key) => key.startsWith(`${repository}@`));
    return names.map((key) => key.slice(repository.length + 1)).filter((name) => !/^sha\d+:/.test(name));
  }

  /** The 401 a request deserves, or undefined when it may pass. */
  #refuse(request: RecordedRequest, repository: string): Answer | undefined {
    const { auth = 'none' } = this.#options;
    const { authorization } = request.headers;
    const scope = `repository:${repository}:pull`;
    const allowed = {
      none: () => true,
      basic: () => this.#user(authorization) !== undefined,
      bearer: () => this.#tokens.get(authorization?.replace(/^Bearer /, '') ?? '') === scope,
    }[auth]();
    if (allowed) return undefined;
    const realm = this.#options.realm ?? `${this.origin}/token`;
    const challenge =
      auth === 'basic' ? 'Basic realm="fake"' : `Bearer realm="${realm}",service="fake",scope="${scope}"`;
    return registryError(401, 'UNAUTHORIZED', 'authentication required', null, { 'www-authenticate': challenge });
  }

  #user(authorization: string | undefined): string | undefined {
    const [user = '', ...password] = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64')
      .toString()
      .split(':');
    return this.#options.users?.[user] === password.join(':') ? user : undefined;
  }

  #token(request: RecordedRequest, url: URL): Answer {
    const form = new URLSearchParams(request.body);
    const scope = (request.method === 'POST' ? form : url.searchParams).get('scope') ?? '';
    const identity = this.#options.identityTokens?.includes(form.get('refresh_token') ?? '') ?? false;
    const known = identity || this.#user(request.headers.authorization) !== undefined;
    const wrong = !known && (request.headers.authorization !== undefined || request.method === 'POST');
    if (wrong) return answerOf(401, { 'content-type': 'application/json' }, '{"details":"bad credentials"}');
    const token = randomUUID();
    if (known || !scope.startsWith('repository:private/')) this.#tokens.set(token, scope);
    const { expiresIn } = this.#options;
    return answerOf(200, {}, JSON.stringify({ token, ...(expiresIn === undefined ? {} : { expires_in: expiresIn }) }));
  }

  /** Makes every token given out so far useless. */
  revokeTokens(): void {
    this.#tokens.clear();
  }
}
