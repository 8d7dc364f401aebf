import { SingleFlight } from '../core/concurrency.js';
import { ImgcheckError } from '../core/error.js';
import { Fields, parseJson } from '../core/json.js';
import { collect } from '../core/stream.js';
import type { Credential } from './credential-file.js';
import type { HttpRequest, HttpResponse, Send } from './http.js';
import { redactUrl, type Secrets } from './redact.js';
import { responseError } from './response-error.js';

const bodyLimit = 1024 * 1024;
const shortestLife = 60;
const margin = 10;

/** Where and for what a registry wants a token. */
export interface TokenQuery {
  /** Origin of who wants it: another registry that names the same token server gets none of its tokens. */
  readonly audience: string;
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scope: string;
  readonly repository: string;
  readonly credential: Credential | undefined;
}

interface Token {
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Bearer tokens (distribution, token authentication), each fetched once and used until shortly before it expires. */
export class Tokens {
  readonly #known = new Map<string, Token>();
  readonly #flights = new SingleFlight<Token>();
  readonly #now: () => Date;
  readonly #secrets: Secrets;

  constructor(now: () => Date, secrets: Secrets) {
    this.#now = now;
    this.#secrets = secrets;
  }

  /** @throws ImgcheckError auth when the token server refuses, and what `send` throws */
  async token(query: TokenQuery, send: Send, signal: AbortSignal | undefined): Promise<string> {
    const key = keyOf(query);
    const known = this.#known.get(key);
    if (known && known.until > this.#now().getTime()) return known.value;
    const token = await this.#flights.run(key, () => this.#fetch(query, send, signal));
    for (const [old, { until }] of this.#known) if (until <= this.#now().getTime()) this.#known.delete(old);
    this.#known.set(key, token);
    return token.value;
  }

  /** Forgets a token that the registry no longer takes. */
  forget(query: TokenQuery, value: string): void {
    const key = keyOf(query);
    if (this.#known.get(key)?.value === value) this.#known.delete(key);
  }

  async #fetch(query: TokenQuery, send: Send, signal: AbortSignal | undefined): Promise<Token> {
    const response = await send({ ...tokenRequest(query), signal });
    if (response.status !== 200) throw await refused(response, query, this.#secrets);
    const what = 'the answer of the token server';
    const fields = new Fields(parseJson(await collect(response.body, bodyLimit, what), what), what);
    const value = fields.optionalString('token') || fields.optionalString('access_token');
    if (!value || !/^[\x21-\x7e]+$/.test(value)) throw new ImgcheckError('hostile', `${what} holds no usable token`);
    this.#secrets.add(value);
    const life = fields.optionalSize('expires_in') || shortestLife;
    return { value, until: this.#now().getTime() + Math.max(life - margin, life / 2) * 1000 };
  }
}

function keyOf({ audience, realm, service, scope, credential }: TokenQuery): string {
  const who = credential && [credential.from, credential.kind === 'basic' ? credential.username : '<token>'];
  return JSON.stringify([audience, realm.href, service, scope, who]);
}

function tokenRequest({ realm, service, scope, repository, credential }: TokenQuery): HttpRequest {
  const common = { purpose: 'auth', repository } as const;
  const fields = new URLSearchParams({ ...(service === undefined ? {} : { service }), scope });
  const headers = { accept: 'application/json', 'accept-encoding': 'identity' };
  if (credential?.kind === 'identity-token') {
    fields.set('grant_type', 'refresh_token');
    fields.set('client_id', 'imgcheck');
    fields.set('refresh_token', credential.token);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    return { ...common, method: 'POST', url: realm, headers: { ...headers, ...form }, body: fields.toString() };
  }
  const url = new URL(realm);
  for (const [key, value] of fields) url.searchParams.set(key, value);
  if (credential === undefined) return { ...common, method: 'GET', url, headers };
  url.searchParams.set('account', credential.username);
  return { ...common, method: 'GET', url, headers: { ...headers, authorization: basicAuthorization(credential) } };
}

/** RFC 7617. */
export function basicAuthorization(credential: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}`;
}

async function refused(response: HttpResponse, query: TokenQuery, secrets: Secrets): Promise<ImgcheckError> {
  const cause = await responseError(response, { what: 'a token', secrets });
  const { credential } = query;
  if (![400, 401, 403].includes(response.status)) return cause;
  const message = credential
    ? `the token server does not accept the credentials from ${credential.from}`
    : `the token server gives no token for ${query.scope.slice(0, 200)} without credentials`;
  return new ImgcheckError('auth', message, { subject: redactUrl(query.realm), hint: authHint(credential), cause });
}

/** What to do about credentials that do not fit, or none. */
export function authHint(credential: Credential | undefined): string {
  return credential
    ? `log in again to renew what ${credential.from} holds`
    : 'no credentials fit: podman login or skopeo login, or name a file with --authfile';
}
