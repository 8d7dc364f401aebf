import { ImgcheckError } from '../core/error.js';
import { parseChallenges, type Challenge } from './challenge.js';
import type { Credential } from './credential-file.js';
import type { CredentialSource } from './credentials.js';
import { hostAndPort, type HttpRequest, type HttpResponse, type Layer, type Send } from './http.js';
import { redactUrl, type Secrets } from './redact.js';
import { registryWords } from './response-error.js';
import { authHint, basicAuthorization, type TokenQuery, type Tokens } from './token.js';

export interface AuthOptions {
  /** The registry as typed: credentials are looked up under it. */
  readonly registry: string;
  /** `host:port` of its API: nobody else gets to see a credential or a token. */
  readonly host: string;
  readonly credentials: CredentialSource;
  readonly tokens: Tokens;
  readonly secrets: Secrets;
}

interface Authorization {
  readonly value: string;
  readonly credential: Credential | undefined;
  /** What the token was for, when it is one. */
  readonly token?: { readonly query: TokenQuery; readonly value: string };
}

/**
 * Answers the registry's challenge, with Basic or with a Bearer token, and from then on authorizes in advance.
 * A 401 or 403 that remains ends here.
 * @throws ImgcheckError auth, saying which credentials were used, never the secret
 */
export function authenticate(options: AuthOptions): Layer {
  return (send) => {
    let remembered: { readonly challenge: Challenge; readonly from: URL } | undefined;
    return async (request) => {
      const early =
        remembered && (await authorize(remembered.challenge, remembered.from, false, request, send, options));
      const first = await send(authorized(request, early));
      if (first.status === 403 && hostAndPort(first.url) === options.host) throw await denied(first, early, options);
      if (first.status !== 401 || hostAndPort(first.url) !== options.host) return first;
      const challenge = choose(first.header('www-authenticate') ?? '');
      if (!challenge) throw await denied(first, early, options);
      if (early?.token) options.tokens.forget(early.token.query, early.token.value);
      const late = await authorize(challenge, first.url, true, request, send, options);
      if (!late || (late.value === early?.value && !late.token)) throw await denied(first, late ?? early, options);
      await first.discard();
      const second = await send(authorized(request, late));
      if ((second.status === 401 || second.status === 403) && hostAndPort(second.url) === options.host) {
        throw await denied(second, late, options);
      }
      remembered = { challenge, from: first.url };
      return second;
    };
  };
}

/** Bearer before Basic: its token opens one repository for a minute, the password everything for ever. */
function choose(header: string): Challenge | undefined {
  const offered = parseChallenges(header);
  return offered.find(({ scheme }) => scheme === 'bearer') ?? offered.find(({ scheme }) => scheme === 'basic');
}

async function authorize(
  challenge: Challenge,
  from: URL,
  fresh: boolean,
  request: HttpRequest,
  send: Send,
  options: AuthOptions,
): Promise<Authorization | undefined> {
  const credential = await options.credentials(options.registry, request.repository);
  if (credential?.kind === 'basic') options.secrets.add(credential.password, basicAuthorization(credential).slice(6));
  if (credential?.kind === 'identity-token') options.secrets.add(credential.token);
  if (challenge.scheme === 'basic') {
    return credential?.kind === 'basic' ? { value: basicAuthorization(credential), credential } : undefined;
  }
  const { service, scope } = challenge.parameters;
  const query: TokenQuery = {
    audience: from.origin,
    realm: realmOf(challenge, from),
    service,
    // A remembered challenge named the scope of another request.
    scope: (fresh ? scope : undefined) ?? `repository:${request.repository}:pull`,
    repository: request.repository,
    credential,
  };
  const value = await options.tokens.token(query, send, request.signal);
  return { value: `Bearer ${value}`, credential, token: { query, value } };
}

/** The token server may lie anywhere, but not behind less than the registry itself. */
function realmOf(challenge: Challenge, from: URL): URL {
  const { realm = '' } = challenge.parameters;
  const subject = redactUrl(from);
  if (!URL.canParse(realm)) {
    throw new ImgcheckError('hostile', 'the registry names no token server that is a URL', { subject });
  }
  const url = new URL(realm);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && from.protocol === 'http:')) {
    throw new ImgcheckError('tls', `the registry names a token server without TLS: ${redactUrl(url)}`, { subject });
  }
  url.username = '';
  url.password = '';
  return url;
}

function authorized(request: HttpRequest, authorization: Authorization | undefined): HttpRequest {
  if (!authorization) return request;
  return { ...request, headers: { ...request.headers, authorization: authorization.value } };
}

async function denied(
  response: HttpResponse,
  authorization: Authorization | undefined,
  options: AuthOptions,
): Promise<ImgcheckError> {
  const said = options.secrets.scrub(await registryWords(response));
  const { credential } = authorization ?? {};
  const message = credential
    ? `the registry does not accept the credentials from ${credential.from}`
    : 'the registry asks for credentials';
  return new ImgcheckError('auth', said === '' ? message : `${message}: ${said}`, {
    subject: redactUrl(response.url),
    hint: `${authHint(credential)}; some registries answer so for repositories that do not exist`,
  });
}
