import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { authenticate } from '../../src/registry/auth.js';
import type { RegistryClient, RegistryOptions } from '../../src/registry/client.js';
import type { CredentialSource } from '../../src/registry/credentials.js';
import { hostAndPort } from '../../src/registry/http.js';
import { Secrets } from '../../src/registry/redact.js';
import { Tokens } from '../../src/registry/token.js';
import { answerOf } from '../support/fake-answer.js';
import { FakeRegistry, type FakeRegistryOptions } from '../support/fake-registry.js';
import { failureOf } from '../source/failure.js';
import { credential, password, requestTo, responseOf, sequence, withClient } from './rig.js';

const users = { user: password };
const identity: CredentialSource = () =>
  Promise.resolve({ kind: 'identity-token', token: 'identity-of-the-test', from: '/test/auth.json' });

describe('registry/auth', () => {
  let registry: FakeRegistry;
  const started: FakeRegistry[] = [];

  async function start(options: FakeRegistryOptions): Promise<FakeRegistry> {
    const one = await FakeRegistry.start({ users, ...options });
    started.push(one);
    for (const repository of ['public/app', 'private/app', 'private/other']) one.putImage(repository, '1');
    return one;
  }
  afterEach(async () => {
    for (const one of started.splice(0)) await one.close();
  });

  const ask = <T>(options: RegistryOptions, work: (client: RegistryClient) => Promise<T>): Promise<T> =>
    withClient(registry, options, work);
  const manifest = (options: RegistryOptions, repository = 'private/app'): Promise<unknown> =>
    ask(options, (client) => client.manifest(registry.host, repository, '1'));
  const tokenRequests = (): number => registry.requestsTo(/\/token/).length;

  for (const auth of ['basic', 'bearer'] as const) {
    describe(auth, () => {
      beforeEach(async () => {
        registry = await start({ auth });
      });

      it('opens a private repository with the right password', async () => {
        await manifest({ credentials: credential() });
      });

      it('ends at once with a wrong password, saying where it came from and never what it is', async () => {
        const error = await failureOf('auth', () => manifest({ credentials: credential('user', 'wr0ng') }));
        expect(error.message).to.include('/test/auth.json');
        expect(error.hint).to.match(/^log in again/);
        expect(textOf(error)).to.not.include('wr0ng');
        expect(registry.requests.length).to.equal(2);
      });

      it('says that no credentials fit when there are none', async () => {
        const error = await failureOf('auth', () => manifest({}));
        expect(error.hint).to.match(/^no credentials fit/);
      });

      it('authorizes in advance after the first challenge', async () => {
        await ask({ credentials: credential() }, async (client) => {
          for (const tag of ['1', '1', '1']) await client.manifest(registry.host, 'private/app', tag);
        });
        expect(registry.requestsTo(/manifests/)).to.have.length(4);
      });
    });
  }

  describe('tokens', () => {
    beforeEach(async () => {
      registry = await start({ auth: 'bearer' });
    });

    it('open a public repository anonymously, one for all requests', async () => {
      await ask({}, async (client) => {
        await client.manifest(registry.host, 'public/app', '1');
        await Promise.all(Array.from({ length: 10 }, () => client.manifest(registry.host, 'public/app', '1')));
        expect(client.evidence.requests).to.include({ auth: 1, manifests: 12 });
      });
    });

    it('are fetched once by requests that start together', async () => {
      await ask({}, async (client) => {
        await Promise.all(Array.from({ length: 8 }, () => client.manifest(registry.host, 'public/app', '1')));
      });
      expect(tokenRequests()).to.equal(1);
    });

    it('are asked for by service, scope and account, the password in a header alone', async () => {
      await manifest({ credentials: credential() });
      const [request] = registry.requestsTo(/\/token/);
      const { searchParams } = new URL(request?.url ?? '', registry.origin);
      expect(Object.fromEntries(searchParams)).to.deep.equal({
        service: 'fake',
        scope: 'repository:private/app:pull',
        account: 'user',
      });
      expect(request?.headers.authorization).to.match(/^Basic /);
    });

    it('are one for each repository', async () => {
      await ask({ credentials: credential() }, async (client) => {
        await client.manifest(registry.host, 'private/app', '1');
        await client.manifest(registry.host, 'private/other', '1');
        await client.manifest(registry.host, 'private/app', '1');
      });
      expect(tokenRequests()).to.equal(2);
      expect(registry.requestsTo(/manifests/)).to.have.length(4);
    });

    for (const [title, expiresIn, seconds, expected] of [
      ['kept until ten seconds before they expire', 300, 289, 1],
      ['renewed ten seconds before they expire', 300, 291, 2],
      ['good for a minute when nothing is said', undefined, 51, 2],
    ] as const) {
      it(`are ${title}`, async () => {
        registry = await start({ auth: 'bearer', ...(expiresIn === undefined ? {} : { expiresIn }) });
        let now = Date.UTC(2026, 0, 1);
        await ask({ now: () => new Date(now) }, async (client) => {
          await client.manifest(registry.host, 'public/app', '1');
          now += seconds * 1000;
          await client.manifest(registry.host, 'public/app', '1');
        });
        expect(tokenRequests()).to.equal(expected);
      });
    }

    it('are replaced when the registry no longer takes them', async () => {
      await ask({}, async (client) => {
        await client.manifest(registry.host, 'public/app', '1');
        registry.revokeTokens();
        await client.manifest(registry.host, 'public/app', '1');
      });
      expect(tokenRequests()).to.equal(2);
    });

    it('come for an identity token too, posted as a form', async () => {
      registry = await start({ auth: 'bearer', identityTokens: ['identity-of-the-test'] });
      await manifest({ credentials: identity });
      const [request] = registry.requestsTo(/^POST \/token/);
      expect(Object.fromEntries(new URLSearchParams(request?.body))).to.deep.equal({
        service: 'fake',
        scope: 'repository:private/app:pull',
        grant_type: 'refresh_token',
        client_id: 'imgcheck',
        refresh_token: 'identity-of-the-test',
      });
    });

    it('do not come for a stale identity token, which is not shown', async () => {
      const error = await failureOf('auth', () => manifest({ credentials: identity }));
      expect(textOf(error)).to.not.include('identity-of-the-test');
    });

    it('come from another host that the registry names, which is part of the evidence', async () => {
      const server = await start({ authority: registry.authority });
      registry.on(/manifests/, (answer) => {
        const header = answer.headers['www-authenticate']?.replace(registry.origin, server.origin);
        return header ? { ...answer, headers: { ...answer.headers, 'www-authenticate': header } } : undefined;
      });
      await failureOf('auth', () =>
        ask({}, async (client) => {
          try {
            await client.manifest(registry.host, 'public/app', '1');
          } finally {
            expect(client.evidence.hops.map(({ role }) => role)).to.deep.equal(['registry', 'token']);
          }
        }),
      );
      expect(server.requestsTo(/token/)).to.have.length(1);
    });

    const bad: readonly [string, string, 'tls' | 'hostile'][] = [
      ['without TLS', 'http://localhost:1/token', 'tls'],
      ['that is no URL', 'token', 'hostile'],
      ['of another scheme', 'file:///etc/passwd', 'tls'],
    ];
    for (const [title, realm, kind] of bad) {
      it(`are not asked of a realm ${title}`, async () => {
        registry = await start({ auth: 'bearer', realm });
        await failureOf(kind, () => manifest({ credentials: credential() }));
        expect(tokenRequests()).to.equal(0);
      });
    }

    const answers: readonly [string, string, 'hostile'][] = [
      ['longer than 1 MiB', `{"token":"${'x'.repeat(1024 * 1024)}"}`, 'hostile'],
      ['without a token', '{}', 'hostile'],
      ['with a token that would break a header', '{"token":"a\\r\\nb: c"}', 'hostile'],
    ];
    for (const [title, body, kind] of answers) {
      it(`are refused in an answer ${title}`, async () => {
        registry.on(/token/, () => answerOf(200, {}, body));
        await failureOf(kind, () => manifest({}, 'public/app'));
      });
    }
  });

  for (const host of ['registry.test', 'registry.test:8443']) {
    it(`authorizes for ${host} whether its port is written or not`, async () => {
      const url = `https://${host}/v2/private/app/manifests/1`;
      const challenge = responseOf(401, { 'www-authenticate': 'Basic realm="x"' }, '', url);
      const { send, requests } = sequence(challenge, responseOf(200, {}, '', url));
      const secrets = new Secrets();
      const options = { registry: host, host: hostAndPort(new URL(url)), credentials: credential(), secrets };
      await authenticate({ ...options, tokens: new Tokens(() => new Date(), secrets) })(send)(requestTo(url));
      expect(requests.map(({ headers }) => headers['authorization']?.slice(0, 6))).to.deep.equal([undefined, 'Basic ']);
    });
  }

  it('repeats no secret that a server repeats', async () => {
    registry = await start({ auth: 'bearer' });
    registry.on(/token/, (_, { headers }) => {
      const said = `${password} ${headers.authorization} ${headers.authorization?.slice(6)}`;
      return answerOf(401, {}, JSON.stringify({ errors: [{ code: 'DENIED', message: said }] }));
    });
    const error = await failureOf('auth', () => manifest({ credentials: credential() }));
    const text = textOf(error);
    expect(text).to.include('[secret]').and.not.include(password);
    expect(text).to.not.include(Buffer.from(`user:${password}`).toString('base64'));
  });

  it('answers no challenge of a host that it was redirected to', async () => {
    registry = await start({ auth: 'none' });
    const other = await start({ auth: 'basic', authority: registry.authority });
    registry.on(/manifests/, (_, { url }) => answerOf(307, { location: `${other.origin}${url}` }, ''));
    await failureOf('auth', () => manifest({ credentials: credential() }));
    expect(other.requests.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
  });

  it('takes 403 for a refusal', async () => {
    registry = await start({ auth: 'none' });
    registry.on(/manifests/, () => answerOf(403, {}, '{"errors":[{"code":"DENIED","message":"no access"}]}'));
    const error = await failureOf('auth', () => manifest({}));
    expect(error.message).to.match(/DENIED: no access$/);
  });
});

/** All that could be printed of an error, its causes included. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  const fields = error instanceof ImgcheckError ? [error.subject, error.hint] : [];
  return [error.message, error.stack, ...fields, textOf(error.cause)].join('\n');
}
