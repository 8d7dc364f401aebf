import type { ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';

/** What the fake registry is about to say; hooks return a changed copy. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Tears the connection down after this many bytes of body. */
  readonly cutAt?: number;
  /** Stops sending after this many bytes of body, connection left open. */
  readonly stallAt?: number;
  /** Says nothing at all, connection left open. */
  readonly silent?: boolean;
  /** Repeats the body for ever. */
  readonly endless?: boolean;
  /** Leaves out Content-Length. */
  readonly chunked?: boolean;
  /** Ignores Range. */
  readonly noRange?: boolean;
}

export function answerOf(status: number, headers: Record<string, string>, body: Uint8Array | string): Answer {
  return { status, headers, body: Buffer.from(body) };
}

/** An error as distribution-spec words it. */
export function registryError(
  status: number,
  code: string,
  message: string,
  detail: unknown = null,
  headers: Record<string, string> = {},
): Answer {
  const body = JSON.stringify({ errors: [{ code, message, detail }] });
  return answerOf(status, { 'content-type': 'application/json', ...headers }, body);
}

export function redirectTo(location: string): Answer {
  return answerOf(307, { location }, '');
}

/** One page of a tag list by ?n= and ?last=, with its Link. */
export function tagsPage(repository: string, tags: readonly string[], url: URL): Answer {
  const after = url.searchParams.get('last');
  const sorted = [...tags].sort();
  const rest = after === null ? sorted : sorted.filter((tag) => tag > after);
  const page = rest.slice(0, Number(url.searchParams.get('n') ?? rest.length));
  const next = `</v2/${repository}/tags/list?n=${page.length}&last=${page.at(-1) ?? ''}>; rel="next"`;
  const link = page.length < rest.length ? { link: next } : undefined;
  if (tags.length === 0) return registryError(404, 'NAME_UNKNOWN', 'repository name not known to registry');
  return answerOf(
    200,
    { 'content-type': 'application/json', ...link },
    JSON.stringify({ name: repository, tags: page }),
  );
}

/** Writes the answer, or as much of it as it says. */
export async function send(
  answer: Answer,
  request: { readonly method: string; readonly headers: { readonly range?: string | undefined } },
  response: ServerResponse,
): Promise<void> {
  if (answer.silent) return;
  const { status, headers, body } = ranged(answer, request.headers.range);
  const length = answer.chunked || answer.endless ? undefined : { 'content-length': String(body.byteLength) };
  response.writeHead(status, { ...length, ...headers });
  if (request.method === 'HEAD') return void response.end();
  if (answer.endless) {
    while (!response.destroyed) {
      if (response.write(body)) await setImmediate();
      else await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    return;
  }
  const stop = answer.cutAt ?? answer.stallAt;
  if (stop === undefined) return void response.end(body);
  response.write(body.subarray(0, stop), () => {
    if (answer.cutAt !== undefined) response.socket?.destroySoon();
  });
  if (stop === 0) response.flushHeaders();
}

function ranged(answer: Answer, range: string | undefined): Answer {
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? NaN);
  if (answer.status !== 200 || answer.noRange || !(from < answer.body.byteLength)) return answer;
  const { byteLength } = answer.body;
  const headers = { 'content-range': `bytes ${from}-${byteLength - 1}/${byteLength}`, ...answer.headers };
  return { ...answer, status: 206, headers, body: answer.body.subarray(from) };
}
