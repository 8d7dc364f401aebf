import { expect } from 'chai';
import { followRedirects } from '../../src/registry/redirect.js';
import { redirectTo } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { drain, failureOf } from '../source/failure.js';
import { credential, password, requestTo, responseOf, sequence, withClient, type Sequence } from './rig.js';

const registry = 'https://registry.test/v2/a';
const ignore = (): void => undefined;
const to = (location: string, url = registry): ReturnType<typeof responseOf> => responseOf(307, { location }, '', url);

describe('registry/redirect', () => {
  it('keeps the credentials within the origin and drops them for good when it is left', async () => {
    const { send, requests } = sequence(
      to('/v2/b'),
      to('https://cdn.test/c', 'https://registry.test/v2/b'),
      to(registry, 'https://cdn.test/c'),
      responseOf(200),
    );
    const headers = { authorization: 'Bearer secret', Cookie: 'c', range: 'bytes=5-' };
    await followRedirects(ignore)(send)(requestTo(registry, headers));
    expect(requests.map(({ url }) => url.href)).to.deep.equal([
      registry,
      'https://registry.test/v2/b',
      'https://cdn.test/c',
      registry,
    ]);
    expect(requests.map((request) => request.headers)).to.deep.equal([
      headers,
      headers,
      { range: 'bytes=5-' },
      { range: 'bytes=5-' },
    ]);
  });

  for (const other of [
    'https://registry.test:8443/',
    'https://registry.test.evil.test/',
    'https://sub.registry.test/',
  ]) {
    it(`takes ${other} for another origin`, async () => {
      const { send, requests } = sequence(to(other), responseOf(200));
      await followRedirects(ignore)(send)(requestTo(registry, { authorization: 'x' }));
      expect(requests[1]?.headers).to.deep.equal({});
    });
  }

  it('leaves out user and password of a location', async () => {
    const { send, requests } = sequence(to('https://u:p@cdn.test/c'), responseOf(200));
    await followRedirects(ignore)(send)(requestTo(registry));
    expect(requests[1]?.url.href).to.equal('https://cdn.test/c');
  });

  const refusals: readonly [string, 'tls' | 'hostile' | 'network', Sequence, RegExp][] = [
    [
      'from https to http',
      'tls',
      [to('http://cdn.test/c?sig=abc')],
      /^redirected from https to plain http, to http:\/\/cdn.test\/c\?sig=\.\.\.$/,
    ],
    ['to a file', 'hostile', [to('file:///etc/passwd')], /another scheme, file:/],
    ['to what is no URL', 'hostile', [to('https://')], /not a URL/],
    ['in a loop', 'network', [to(registry)], /^redirected more than 5 times$/],
  ];
  for (const [title, kind, answers, message] of refusals) {
    it(`refuses a redirect ${title}`, async () => {
      const error = await failureOf(kind, () =>
        followRedirects(ignore)(sequence(...answers).send)(requestTo(registry)),
      );
      expect(error.message).to.match(message);
    });
  }

  it('does not follow a redirect of a POST, nor one without a location', async () => {
    const post = sequence(to('https://cdn.test/'));
    expect(await followRedirects(ignore)(post.send)({ ...requestTo(registry), method: 'POST', body: 'x' })).to.include({
      status: 307,
    });
    expect(await followRedirects(ignore)(sequence(responseOf(307)).send)(requestTo(registry))).to.include({
      status: 307,
    });
  });

  for (const auth of ['basic', 'bearer'] as const) {
    it(`shows the other origin of a blob no credentials, after ${auth} authorization`, async () => {
      const front = await FakeRegistry.start({ auth, users: { user: password } });
      const store = await FakeRegistry.start({ authority: front.authority });
      try {
        const blob = store.putBlob('content');
        front.on(/^GET .*\/blobs\//, (answer, request) => {
          return request.headers.authorization && answer.status !== 401
            ? redirectTo(`${store.origin}${request.url}`)
            : undefined;
        });
        await withClient(front, { credentials: credential() }, async (client) => {
          expect(Buffer.from(await drain(client.blob(front.host, 'private/app', blob))).toString()).to.equal('content');
          expect(client.evidence.hops.map(({ role, verified }) => [role, verified])).to.deep.include([
            'blob-redirect',
            true,
          ]);
        });
        expect(store.requests).to.have.length(1);
        expect(store.requests[0]?.headers).to.not.have.any.keys('authorization', 'cookie', 'proxy-authorization');
      } finally {
        await front.close();
        await store.close();
      }
    });
  }
});
