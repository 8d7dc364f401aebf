import { ImgcheckError } from '../core/error.js';
import type { Bytes } from '../core/stream.js';
import { readSized } from './blob.js';
import type { RegistryOptions } from './client.js';
import { fetchDocument } from './document.js';
import { ConnectionEvidence } from './evidence.js';
import { defaultTimeouts, hostAndPort, wrap, type HttpRequest, type HttpResponse, type Send } from './http.js';
import { redactUrl } from './redact.js';
import { followRedirects } from './redirect.js';
import { deadline, retry, sleep, type RetryOptions } from './retry.js';
import { TrustStore, type Trust } from './trust.js';
import { allowPlainHttp, Wire } from './wire.js';

export type WebOptions = Omit<RegistryOptions, 'credentials'>;

export interface WebFile {
  /** For messages: `primary.xml.gz`. */
  readonly what: string;
  readonly missingHint?: string;
  /** Bytes, where they are known beforehand: then a broken stream is resumed. */
  readonly size?: number;
  /** Bytes it may have at most. */
  readonly limit: number;
}

/**
 * Reads files from ordinary web servers, without credentials: connections, trust, proxies, redirects and retries are
 * those of the registry client. Nothing comes verified.
 */
export class WebClient {
  /** What was seen of the connections so far. */
  readonly evidence = new ConnectionEvidence();
  readonly #retry: RetryOptions;
  readonly #wire: Wire;
  readonly #send: Send;
  readonly #trust = new Map<string, Promise<Trust>>();
  readonly #asked = new Set<string>();
  readonly #headers: Readonly<Record<string, string>>;
  readonly #total: number | undefined;
  readonly #signal: AbortSignal | undefined;

  constructor(options: WebOptions = {}) {
    const now = options.now ?? (() => new Date());
    const timeouts = { ...defaultTimeouts, ...options.timeouts };
    const certificates = options.certificates ?? (() => Promise.resolve({ authorities: [], clients: [] }));
    const store = new TrustStore();
    // A client certificate is shown to the hosts that were asked for alone, not where they redirect to.
    const openTrust = async (host: string): Promise<Trust> => {
      const { authorities, clients } = await certificates(host.replace(/:443$/, ''));
      return store.trust({ authorities, clients: this.#asked.has(host) ? clients : [] });
    };
    const trustFor = (host: string): Promise<Trust> => {
      const trust = this.#trust.get(host) ?? openTrust(host);
      this.#trust.set(host, trust);
      return trust;
    };
    const insecure = options.tlsVerify === false ? '--tls-verify=false' : undefined;
    this.#headers = { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': options.userAgent ?? 'imgcheck' };
    this.#total = timeouts.total;
    this.#signal = options.signal;
    this.#retry = { sleep: options.sleep ?? sleep, random: options.random ?? Math.random, now };
    this.#wire = new Wire(
      {
        env: options.env ?? {},
        insecure,
        timeout: timeouts.connect,
        now,
        evidence: this.evidence,
        trustFor,
        roleOf: () => 'repository',
      },
      timeouts,
    );
    this.#send = wrap(
      this.#wire.send,
      ...(insecure ? [allowPlainHttp] : []),
      retry(this.#retry),
      followRedirects((redirect) => this.evidence.noteRedirect(redirect, insecure)),
    );
  }

  /**
   * A small file, whole.
   * @throws ImgcheckError missing, auth, network, tls; hostile past the limit
   */
  async document(url: URL, file: WebFile): Promise<Uint8Array> {
    const rules = { what: file.what, limit: file.limit };
    const { response, bytes } = await fetchDocument(this.#send, this.#request(url), rules, this.#retry);
    if (bytes) return bytes;
    throw await refusal(response, file);
  }

  /**
   * A file as a stream, never longer than its size, or its limit where there is none.
   * @throws ImgcheckError as document; integrity for another size
   */
  stream(url: URL, file: WebFile): Bytes {
    const { size } = file;
    if (size === undefined) return this.#unsized(url, file);
    if (size > file.limit) throw tooLong(file);
    return readSized(this.#send, this.#request(url), size, {
      ...this.#retry,
      server: 'the server',
      refusal: (response) => refusal(response, file),
    });
  }

  /** Ends every connection; what is under way fails. */
  close(): Promise<void> {
    return this.#wire.close();
  }

  async *#unsized(url: URL, file: WebFile): AsyncGenerator<Uint8Array> {
    const response = await this.#send(this.#request(url));
    if (response.status !== 200) throw await refusal(response, file);
    let length = 0;
    for await (const part of response.body) {
      length += part.byteLength;
      if (length > file.limit) throw tooLong(file);
      yield part;
    }
  }

  #request(url: URL): HttpRequest {
    checkWebUrl(url);
    this.#asked.add(hostAndPort(url));
    const signal = deadline(this.#total, this.#signal, url.host);
    return { method: 'GET', url, headers: this.#headers, purpose: 'blobs', repository: '', signal };
  }
}

/**
 * Only http and https URLs without a user and password can be read.
 * @throws ImgcheckError usage, without showing what may be a secret
 */
export function checkWebUrl(url: URL): void {
  const subject = redactUrl(url);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new ImgcheckError('usage', 'not an http or https URL', { subject });
  }
  if (url.username !== '' || url.password !== '') {
    throw new ImgcheckError('usage', 'a user and password in a URL are not taken', {
      subject,
      hint: 'use a client certificate in certs.d or --cert-dir, or a mirror that asks for nothing',
    });
  }
}

function tooLong({ what, limit }: WebFile): ImgcheckError {
  return new ImgcheckError('hostile', `${what} exceeds its limit of ${limit} bytes`);
}

/** The text of a web server's error is a page for people: the status alone is told. */
async function refusal(response: HttpResponse, { what, missingHint }: WebFile): Promise<ImgcheckError> {
  const { status } = response;
  await response.discard();
  const subject = redactUrl(response.url);
  if (status === 404 || status === 410) {
    return new ImgcheckError('missing', `the server does not have ${what}`, { subject, hint: missingHint });
  }
  if (status === 401 || status === 403) {
    return new ImgcheckError('auth', `the server refuses access to ${what} (${status})`, { subject });
  }
  if (status === 429 || status >= 500) {
    return new ImgcheckError('network', `the server could not serve ${what} (${status})`, {
      subject,
      hint: 'try again later',
    });
  }
  return new ImgcheckError('unsupported', `the server answered ${status} for ${what}`, { subject });
}
