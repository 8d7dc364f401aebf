import type { Bytes } from '../core/stream.js';

/** What a request is for: counted in the evidence. */
export type Purpose = 'manifests' | 'blobs' | 'tags' | 'referrers' | 'auth';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly purpose: Purpose;
  /** Whose content is asked for: credentials and token scopes go by it. */
  readonly repository: string;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpResponse {
  readonly status: number;
  /** Where the answer came from: after redirects not where it was asked for. */
  readonly url: URL;
  /** By lower-case name; several of one name are joined with a comma. */
  header(name: string): string | undefined;
  /** Unverified. Its errors are ImgcheckErrors. Read it or discard it: an abandoned body holds its connection. */
  readonly body: Bytes;
  discard(): Promise<void>;
}

/** One request, one answer of whatever status. @throws ImgcheckError network, tls, hostile; the reason of an aborted signal */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** What wraps a Send in something more: retries, redirects, authorization. */
export type Layer = (send: Send) => Send;

/** Wraps `send` in layers, the innermost first. */
export function wrap(send: Send, ...layers: readonly Layer[]): Send {
  return layers.reduce((inner, layer) => layer(inner), send);
}

/** Milliseconds. */
export interface Timeouts {
  /** Until the connection stands, TLS and proxy included. */
  readonly connect: number;
  /** Until the headers of an answer. */
  readonly headers: number;
  /** Without a byte of the body. */
  readonly stall: number;
  /** For a manifest, a list or a blob from the first request to the last byte, retries included; no limit when undefined. */
  readonly total?: number | undefined;
}

export const defaultTimeouts: Timeouts = { connect: 10_000, headers: 30_000, stall: 30_000 };

/** `host:port`, the port always written. */
export function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}
