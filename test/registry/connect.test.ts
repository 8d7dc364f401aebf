import { connect as connectTcp, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { expect } from 'chai';
import type { TlsHop } from '../../src/registry/evidence.js';
import type { RegistryOptions } from '../../src/registry/client.js';
import { issueCertificate, makeAuthority, selfSignedCertificate } from '../support/certificate.js';
import { FakeRegistry, type FakeRegistryOptions } from '../support/fake-registry.js';
import { failureOf } from '../source/failure.js';
import { trusting, withClient } from './rig.js';

const authority = makeAuthority('Authority of the Test');
const names = { names: ['localhost', 'other.test'], ips: ['127.0.0.1'] };
const client = issueCertificate(authority, { commonName: 'client', client: true });

describe('registry/connect', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function start(options: FakeRegistryOptions): Promise<FakeRegistry> {
    const registry = await FakeRegistry.start({ authority, ...options });
    closers.push(() => registry.close());
    registry.putImage('public/app', '1');
    return registry;
  }

  /** The hops that a fetch of a manifest leaves behind. */
  function visit(
    registry: FakeRegistry,
    options: RegistryOptions = {},
    host = registry.host,
  ): Promise<readonly TlsHop[]> {
    return withClient(registry, options, async (visitor) => {
      await visitor.manifest(host, 'public/app', '1');
      return visitor.evidence.hops;
    });
  }

  describe('trust', () => {
    const day = 86_400_000;
    const expired = { notBefore: new Date(Date.UTC(2020, 0, 1)), notAfter: new Date(Date.UTC(2020, 1, 1)) };
    const cases: readonly [string, FakeRegistryOptions, RegExp][] = [
      [
        'an expired certificate, with its date',
        { certificate: issueCertificate(authority, { ...names, ...expired }) },
        /^the certificate expired on 2020-02-01$/,
      ],
      [
        'a certificate of tomorrow',
        { certificate: issueCertificate(authority, { ...names, notBefore: new Date(Date.now() + day) }) },
        /^the certificate is not valid before \d{4}-\d\d-\d\d$/,
      ],
      [
        'a certificate of another name, with its names',
        { certificate: issueCertificate(authority, { names: ['registry.test', '*.registry.test'] }) },
        /^the certificate is for registry.test, \*.registry.test, not for localhost$/,
      ],
      [
        'a certificate of an unknown authority, by its name',
        { certificate: issueCertificate(makeAuthority('Stranger'), names) },
        /^the certificate is signed by an unknown authority: CN=Stranger$/,
      ],
      [
        'a self-signed certificate',
        { certificate: selfSignedCertificate(names) },
        /^the certificate is self-signed and not trusted$/,
      ],
      ['a server that speaks plain HTTP', { plain: true }, /^the server speaks plain HTTP where TLS was expected$/],
      [
        'a server that requires a client certificate',
        { clientAuthority: authority },
        /^the server requires a client certificate that it trusts$/,
      ],
    ];
    for (const [title, options, message] of cases) {
      it(`is refused to ${title}, at the first try`, async () => {
        const registry = await start(options);
        const error = await failureOf('tls', () => visit(registry));
        expect(error.message).to.match(message);
        expect(error.subject).to.equal(registry.host);
        expect(registry.requests).to.have.length(0);
      });
    }

    it('is refused to a server of the right authority when no authority was added', async () => {
      const registry = await start({});
      await failureOf('tls', () =>
        visit(registry, { certificates: () => Promise.resolve({ authorities: [], clients: [] }) }),
      );
    });

    it('is given to an address that the certificate names', async () => {
      const registry = await start({});
      const host = registry.host.replace('localhost', '127.0.0.1');
      expect((await visit(registry, {}, host))[0]).to.include({ host, verified: true });
    });
  });

  describe('without verification', () => {
    it('goes on over TLS and records that nothing was verified', async () => {
      const registry = await start({ certificate: selfSignedCertificate(names) });
      const [hop] = await visit(registry, { tlsVerify: false });
      expect(hop).to.include({ protocol: 'TLSv1.3', verified: false, ca: 'CN=localhost (not verified)' });
    });

    it('speaks plain HTTP with a server that knows no TLS and records it', async () => {
      const registry = await start({ plain: true });
      expect(await visit(registry, { tlsVerify: false })).to.deep.equal([
        {
          host: registry.host,
          role: 'registry',
          protocol: 'none',
          cipher: 'none',
          verified: false,
          chain: [],
          names: [],
          daysLeft: 0,
          ca: 'none',
          insecure: '--tls-verify=false',
        },
      ]);
    });

    it('does not go over to plain HTTP when the connection is refused', async () => {
      const registry = await start({});
      const { host } = registry;
      await closers.pop()?.();
      const error = await failureOf('network', () => visit(registry, { tlsVerify: false }, host));
      expect(error.message).to.equal('the connection was refused');
    });
  });

  it('shows the client certificate to a registry that asks for it', async () => {
    const registry = await start({ clientAuthority: authority });
    const certificates = async (): ReturnType<ReturnType<typeof trusting>> => ({
      ...(await trusting(registry)(registry.host)),
      clients: [client],
    });
    await visit(registry, { certificates });
  });

  it('records protocol, cipher, chain, names, days left and where the trust came from', async () => {
    const registry = await start({});
    const [hop] = await visit(registry);
    expect(hop).to.include({
      host: registry.host,
      role: 'registry',
      protocol: 'TLSv1.3',
      verified: true,
      alpn: 'http/1.1',
      daysLeft: 89,
      ca: 'CN=Authority of the Test (the test)',
    });
    expect(hop?.cipher).to.match(/^TLS_/);
    expect(hop?.names).to.deep.equal(['localhost', '127.0.0.1']);
    expect(hop?.chain.map(({ subject, issuer }) => [subject, issuer])).to.deep.equal([
      ['CN=localhost', 'CN=Authority of the Test'],
      ['CN=Authority of the Test', 'CN=Authority of the Test'],
    ]);
    expect(hop?.chain[0]?.fingerprint256).to.match(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(hop?.chain[0]?.validTo).to.match(/^\d{4}-\d\d-\d\dT/);
  });

  it('says that a host does not answer in time', async () => {
    const sockets: Socket[] = [];
    const deaf = createTcpServer((socket) => sockets.push(socket));
    deaf.listen(0, '127.0.0.1');
    await once(deaf, 'listening');
    closers.push(async () => {
      for (const socket of sockets) socket.destroy();
      deaf.close();
      await once(deaf, 'close');
    });
    const host = `localhost:${(deaf.address() as AddressInfo).port}`;
    const registry = await start({});
    const error = await failureOf('network', () => visit(registry, { timeouts: { connect: 30 } }, host));
    expect(error).to.include({ message: 'no connection within 0.03 seconds', subject: host });
  });

  describe('through a proxy', () => {
    const target = 'registry.proxied.test';

    /** A proxy that leads every CONNECT to the registry and notes what it was asked. */
    async function startProxy(
      registry: FakeRegistry,
      tls: boolean,
      password?: string,
    ): Promise<{ url: string; asked: string[] }> {
      const asked: string[] = [];
      const tunnels: Duplex[] = [];
      const server = tls ? createTlsServer(issueCertificate(authority, names)) : createHttpServer();
      server.on('connect', (request, socket) => {
        tunnels.push(socket);
        asked.push(`${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
        if (password !== undefined && request.headers['proxy-authorization'] !== basic(password)) {
          socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
          return;
        }
        const onward = connectTcp(Number(registry.host.split(':')[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          onward.on('data', (part) => socket.write(part)).on('close', () => socket.destroy());
          socket.on('data', (part) => onward.write(part)).on('end', () => onward.destroy());
        });
        for (const end of [socket, onward]) end.on('error', () => undefined);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      closers.push(async () => {
        for (const tunnel of tunnels) tunnel.destroy();
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      });
      return { url: `${tls ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`, asked };
    }
    const basic = (secret: string): string => `Basic ${Buffer.from(`joe:${secret}`).toString('base64')}`;
    const proxied = (): Promise<FakeRegistry> =>
      start({ certificate: issueCertificate(authority, { names: [target] }) });

    for (const tls of [false, true]) {
      it(`that speaks ${tls ? 'TLS' : 'plain HTTP'}, the registry is reached with its own certificate verified`, async () => {
        const registry = await proxied();
        const proxy = await startProxy(registry, tls);
        const hops = await visit(registry, { env: { HTTPS_PROXY: proxy.url } }, target);
        expect(proxy.asked).to.deep.equal([`${target}:443 -`]);
        expect(hops.map(({ host, role, verified }) => [host, role, verified])).to.deep.equal([
          [new URL(proxy.url).host, 'proxy', tls],
          [`${target}:443`, 'registry', true],
        ]);
      });
    }

    it('a registry of the wrong name is refused', async () => {
      const registry = await start({});
      const proxy = await startProxy(registry, false);
      await failureOf('tls', () => visit(registry, { env: { https_proxy: proxy.url } }, target));
    });

    it('the user and password of its URL are sent to the proxy alone', async () => {
      const registry = await proxied();
      const proxy = await startProxy(registry, false, 's3cret');
      await visit(registry, { env: { https_proxy: proxy.url.replace('//', '//joe:s3cret@') } }, target);
      expect(proxy.asked).to.deep.equal([`${target}:443 ${basic('s3cret')}`]);
      expect(registry.requests[0]?.headers).to.not.have.property('proxy-authorization');
    });

    it('a wrong password of the proxy is a failure of kind auth that does not show it', async () => {
      const registry = await proxied();
      const proxy = await startProxy(registry, false, 's3cret');
      const env = { https_proxy: proxy.url.replace('//', '//joe:wr0ng@') };
      const error = await failureOf('auth', () => visit(registry, { env }, target));
      expect(`${error.message} ${error.subject} ${error.hint} ${error.stack}`).to.not.include('wr0ng');
      expect(error.message).to.equal('the proxy cannot be used: it asks for other credentials (407)');
    });

    it('a proxy that is not there is named', async () => {
      const registry = await proxied();
      const error = await failureOf('network', () => visit(registry, { env: { HTTPS_PROXY: 'localhost:1' } }, target));
      expect(error).to.include({
        message: 'the proxy cannot be used: the connection was refused',
        subject: 'localhost:1',
      });
    });
  });
});
