import { expect } from 'chai';
import type { Credential } from '../../src/registry/credentials.js';
import { failureOf } from '../source/failure.js';
import { redirectTo } from '../support/fake-answer.js';
import { FakeRegistry, type FakeRegistryOptions } from '../support/fake-registry.js';
import { credential, password, withClient } from './rig.js';

describe('registry/session', () => {
  const started: FakeRegistry[] = [];
  afterEach(async () => {
    for (const one of started.splice(0)) await one.close();
  });

  async function start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = await FakeRegistry.start(options);
    started.push(registry);
    registry.putImage('public/app', '1');
    return registry;
  }

  describe('of the insecure sibling', () => {
    it('takes a certificate that nobody vouches for, and says who allowed it', async () => {
      const registry = await start();
      await withClient([], {}, async (client) => {
        await failureOf('tls', () => client.manifest(registry.host, 'public/app', '1'));
        await client.insecure.manifest(registry.host, 'public/app', '1');
        const [hop] = client.evidence.hops;
        expect(hop).to.include({ host: registry.host, verified: false, insecure: 'registries.conf' });
      });
    });

    it('speaks plain HTTP with a server that knows no TLS', async () => {
      const registry = await start({ plain: true });
      await withClient([], {}, async (client) => {
        await client.insecure.manifest(registry.host, 'public/app', '1');
        expect(client.evidence.hops[0]).to.include({ protocol: 'none', insecure: 'registries.conf' });
      });
    });

    it('leaves the client as strict as it was, even to the same host', async () => {
      const registry = await start();
      await withClient([], {}, async (client) => {
        await client.insecure.manifest(registry.host, 'public/app', '1');
        await failureOf('tls', () => client.manifest(registry.host, 'public/app', '1'));
      });
    });

    it('is the client itself where nothing is verified anyway', async () => {
      await withClient([], { tlsVerify: false }, (client) => {
        expect(client.insecure).to.equal(client);
        return Promise.resolve();
      });
    });

    it('shares credentials and secrets, counts its requests with the others, and ends with its client', async () => {
      const registry = await start({ auth: 'basic', users: { user: password } });
      await withClient([], { credentials: credential() }, async (client) => {
        expect(client.insecure).to.equal(client.insecure);
        await client.insecure.manifest(registry.host, 'public/app', '1');
        expect(client.evidence.requests.manifests).to.equal(2);
        registry.on(/manifests/, (answer) => ({ ...answer, status: 403, body: Buffer.from(refusal) }));
        const error = await failureOf('auth', () => client.insecure.manifest(registry.host, 'public/app', '1'));
        expect(error.message).to.include('[secret]').and.not.include(password);
        const { insecure } = client;
        await client.close();
        await failureOf('network', () => insecure.manifest(registry.host, 'public/app', '1'));
      });
    });
    const refusal = JSON.stringify({ errors: [{ code: 'DENIED', message: `not with ${password}` }] });
  });

  describe('leaves as evidence', () => {
    for (const auth of ['basic', 'bearer'] as const) {
      it(`that a password was sent to the registry itself, by ${auth}`, async () => {
        const registry = await start({ auth, users: { user: password } });
        await withClient(registry, { credentials: credential() }, async (client) => {
          await client.manifest(registry.host, 'public/app', '1');
          expect(client.evidence.hops[0]?.credentialsFor).to.deep.equal([registry.host]);
        });
      });
    }

    it('that none was sent where none was needed, or only an anonymous token', async () => {
      for (const auth of ['none', 'bearer'] as const) {
        const registry = await start({ auth, users: { user: password } });
        await withClient(registry, auth === 'none' ? { credentials: credential() } : {}, async (client) => {
          await client.manifest(registry.host, 'public/app', '1');
          expect(client.evidence.hops[0]).to.not.have.property('credentialsFor');
        });
      }
    });

    const identity: Credential = { kind: 'identity-token', token: 'identity', from: '/test/auth.json' };
    for (const [what, source] of [
      ['a password', credential()],
      ['an identity token', () => Promise.resolve(identity)],
    ] as const) {
      it(`for whom ${what} went to a token server of another origin`, async () => {
        const server = await start({ auth: 'bearer', users: { user: password }, identityTokens: ['identity'] });
        const registry = await start({ auth: 'bearer', authority: server.authority, realm: `${server.origin}/token` });
        await withClient(registry, { credentials: source }, async (client) => {
          // The fake registry knows no tokens but its own: what matters has happened by then.
          await failureOf('auth', () => client.manifest(registry.host, 'public/app', '1'));
          const [own, other] = client.evidence.hops;
          expect(own).to.include({ role: 'registry' }).and.not.have.property('credentialsFor');
          expect(other).to.include({ host: server.host, role: 'token' });
          expect(other?.credentialsFor).to.deep.equal([registry.host]);
        });
      });
    }

    it('where it was redirected to, and that credentials were withheld there', async () => {
      const front = await start({ auth: 'basic', users: { user: password } });
      const store = await start({ authority: front.authority });
      const blob = store.putBlob('content');
      front.on(/blobs/, ({ status }, { url }) => (status === 401 ? undefined : redirectTo(`${store.origin}${url}`)));
      await withClient(front, { credentials: credential() }, async (client) => {
        for await (const _ of client.blob(front.host, 'public/app', blob));
        expect(client.evidence.redirects).to.deep.equal([
          { from: front.host, to: store.host, credentialsWithheld: true },
        ]);
        expect(client.evidence.hops[0]?.redirects).to.deep.equal([{ to: store.host, credentialsWithheld: true }]);
      });
    });

    it('that a redirect to plain HTTP was refused, which nobody was asked about', async () => {
      const registry = await start();
      const plain = await start({ plain: true });
      registry.on(/manifests/, (_, { url }) => redirectTo(`${plain.origin}${url}`));
      await withClient(registry, {}, async (client) => {
        const error = await failureOf('tls', () => client.manifest(registry.host, 'public/app', '1'));
        expect(error.message).to.match(/^redirected from https to plain http, to /);
        expect(client.evidence.redirects).to.deep.equal([
          { from: registry.host, to: plain.host, credentialsWithheld: false, refused: true },
        ]);
        expect(plain.requests).to.have.length(0);
      });
    });
  });
});
