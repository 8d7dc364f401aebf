import { RegistryClient, type RegistryOptions } from '../../src/registry/client.js';
import type { CertificateSource } from '../../src/registry/certs.js';
import type { Credential, CredentialSource } from '../../src/registry/credentials.js';
import type { HttpRequest, HttpResponse, Send } from '../../src/registry/http.js';
import type { FakeRegistry } from '../support/fake-registry.js';

export const password = 'pa55-of-the-test';

export function trusting(...registries: readonly FakeRegistry[]): CertificateSource {
  const authorities = registries.map(({ authority }) => ({ pem: authority.cert, from: 'the test' }));
  return () => Promise.resolve({ authorities, clients: [] });
}

export function credential(username = 'user', secret = password): CredentialSource {
  const found: Credential = { kind: 'basic', username, password: secret, from: '/test/auth.json' };
  return () => Promise.resolve(found);
}

/** What `work` says, with a client that trusts the registries and waits for nothing; the client is closed after it. */
export async function withClient<T>(
  registries: FakeRegistry | readonly FakeRegistry[],
  options: RegistryOptions,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> {
  const trusted = Array.isArray(registries) ? (registries as readonly FakeRegistry[]) : [registries as FakeRegistry];
  const client = new RegistryClient({
    certificates: trusting(...trusted),
    sleep: () => Promise.resolve(),
    random: () => 1,
    ...options,
  });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

/** An answer out of thin air, for the layers that wrap a Send. */
export function responseOf(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: Uint8Array | string = '',
  url = 'https://registry.test/v2/',
): HttpResponse {
  return {
    status,
    url: new URL(url),
    header: (name) => headers[name],
    body: (async function* () {
      yield Buffer.from(body);
    })(),
    discard: () => Promise.resolve(),
  };
}

export function requestTo(url: string, headers: Readonly<Record<string, string>> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), headers, purpose: 'manifests', repository: 'public/app' };
}

export type Sequence = readonly (HttpResponse | Error)[];

/** Gives the answers, or throws the errors, one after the other, and keeps the requests. */
export function sequence(...answers: Sequence): { send: Send; requests: HttpRequest[] } {
  const requests: HttpRequest[] = [];
  const send: Send = (request) => {
    const answer = answers[requests.length] ?? answers.at(-1);
    requests.push(request);
    return answer instanceof Error || answer === undefined
      ? Promise.reject(answer ?? new Error())
      : Promise.resolve(answer);
  };
  return { send, requests };
}
