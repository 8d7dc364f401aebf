import { authenticate } from './auth.js';
import type { CertificateSource } from './certs.js';
import type { ConnectOptions } from './connect.js';
import type { CredentialSource } from './credentials.js';
import type { HopRole } from './evidence.js';
import { hostAndPort, wrap, type HttpRequest, type Send, type Timeouts } from './http.js';
import type { Secrets } from './redact.js';
import { followRedirects } from './redirect.js';
import { retry, type RetryOptions } from './retry.js';
import type { Tokens } from './token.js';
import type { Trust, TrustStore } from './trust.js';
import { allowPlainHttp, Wire } from './wire.js';

/** What all sessions of a client share. */
export interface SessionOptions extends RetryOptions {
  readonly credentials: CredentialSource;
  readonly certificates: CertificateSource;
  readonly tokens: Tokens;
  readonly trust: TrustStore;
  readonly secrets: Secrets;
  readonly timeouts: Timeouts;
  readonly connect: Omit<ConnectOptions, 'trustFor' | 'roleOf'>;
}

/**
 * The connections made on behalf of one registry: to itself, its token server and the places it redirects to.
 * They are not shared with other registries, because each has its own authorities to be trusted.
 */
export class Session {
  readonly base: URL;
  readonly send: Send;
  /** Without authorization, as a challenge is asked for. */
  readonly sendBare: Send;
  readonly #registry: string;
  readonly #options: SessionOptions;
  readonly #wire: Wire;
  readonly #trust = new Map<string, Promise<Trust>>();
  readonly #tokenHosts = new Set<string>();

  /** `registry` is the host as typed, with its port if one was written. */
  constructor(registry: string, options: SessionOptions) {
    this.#registry = registry;
    this.#options = options;
    this.base = new URL(`https://${apiHost(registry)}/v2/`);
    this.#wire = new Wire(
      { ...options.connect, trustFor: (host) => this.#trustFor(host), roleOf: (host) => this.#roleOf(host) },
      options.timeouts,
    );
    const host = hostAndPort(this.base);
    const { evidence, insecure } = options.connect;
    this.sendBare = wrap(
      (request) => this.#sendNoting(request),
      ...(insecure ? [allowPlainHttp] : []),
      retry(options),
      followRedirects((redirect) => evidence.noteRedirect(redirect, insecure)),
    );
    this.send = wrap(this.sendBare, authenticate({ ...options, registry, host }));
  }

  close(): Promise<void> {
    return this.#wire.close();
  }

  #sendNoting(request: HttpRequest): ReturnType<Send> {
    const host = hostAndPort(request.url);
    if (request.purpose === 'auth') this.#tokenHosts.add(host);
    if (carriesCredentials(request)) {
      const { evidence, insecure } = this.#options.connect;
      evidence.noteCredentials(host, hostAndPort(this.base), insecure);
    }
    return this.#wire.send(request);
  }

  #roleOf(host: string): HopRole {
    if (host === hostAndPort(this.base)) return 'registry';
    return this.#tokenHosts.has(host) ? 'token' : 'blob-redirect';
  }

  #trustFor(host: string): Promise<Trust> {
    const trust = this.#trust.get(host) ?? this.#openTrust(host);
    this.#trust.set(host, trust);
    return trust;
  }

  /** A client certificate is shown to the registry alone; its authorities are good for where it sends us, too. */
  async #openTrust(host: string): Promise<Trust> {
    const own = await this.#options.certificates(this.#registry);
    if (host === hostAndPort(this.base)) return this.#options.trust.trust(own);
    const other = await this.#options.certificates(host.replace(/:443$/, ''));
    return this.#options.trust.trust({ authorities: [...own.authorities, ...other.authorities], clients: [] });
  }
}

/** A password, or an identity token in a form. */
function carriesCredentials({ method, purpose, headers }: HttpRequest): boolean {
  return headers['authorization']?.startsWith('Basic ') === true || (purpose === 'auth' && method === 'POST');
}

/** The API of the hub has a host of its own. */
function apiHost(registry: string): string {
  return registry === 'docker.io' || registry === 'index.docker.io' ? 'registry-1.docker.io' : registry;
}
