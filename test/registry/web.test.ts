import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { HostCertificates } from '../../src/registry/certs.js';
import { WebClient, type WebOptions } from '../../src/registry/web.js';
import { drain, failureOf } from '../source/failure.js';
import { answerOf, redirectTo } from '../support/fake-answer.js';
import { WebServer } from '../support/web-server.js';

describe('WebClient', () => {
  let server: WebServer;
  let client: WebClient;

  function open(options: WebOptions = {}): WebClient {
    const authorities = [{ pem: server.authority.cert, from: 'the test' }];
    return new WebClient({
      certificates: () => Promise.resolve({ authorities, clients: [] }),
      sleep: () => Promise.resolve(),
      ...options,
    });
  }

  beforeEach(async () => {
    server = await WebServer.start();
    client = open();
  });

  afterEach(async () => {
    await client.close();
    await server.close();
  });

  const file = { what: 'the file', limit: 1000 };
  const at = (path: string): URL => new URL(path, server.origin);

  it('fetches a document whole and records the connection', async () => {
    server.put('/a', 'content');
    expect(Buffer.from(await client.document(at('/a'), file)).toString()).to.equal('content');
    const [hop] = client.evidence.hops;
    expect(hop).to.include({ role: 'repository', verified: true, host: new URL(server.origin).host });
    expect(hop?.ca).to.match(/the test/);
  });

  it('tries again after 503', async () => {
    server.put('/a', answerOf(503, {}, ''), answerOf(503, {}, ''), 'content');
    expect((await client.document(at('/a'), file)).byteLength).to.equal(7);
  });

  it('goes on where a stream of known size broke off', async () => {
    const bytes = randomBytes(300_000);
    server.put('/a', { ...answerOf(200, {}, bytes), cutAt: 100_000 }, bytes);
    const got = await drain(client.stream(at('/a'), { what: 'f', limit: 1e6, size: bytes.length }));
    expect(Buffer.from(got).equals(bytes)).to.equal(true);
    expect(server.requests[1]).to.match(/^GET \/a bytes=\d+-$/);
  });

  it('follows a redirect to another origin', async () => {
    server.put('/a', redirectTo(`${server.origin.replace('localhost', '127.0.0.1')}/b`));
    server.put('/b', 'there');
    expect(Buffer.from(await drain(client.stream(at('/a'), file))).toString()).to.equal('there');
    expect(client.evidence.hops.length).to.equal(2);
  });

  it('shows a client certificate to hosts that were asked for alone', async () => {
    const asked: string[] = [];
    const clients: HostCertificates['clients'] = [{ cert: 'not PEM', key: 'not PEM' }];
    const authorities = [{ pem: server.authority.cert, from: 'the test' }];
    const other = server.origin.replace('localhost', '127.0.0.1');
    server.put('/a', redirectTo(`${other}/b`));
    server.put('/b', 'there');
    const picky = open({
      certificates: (host) => {
        asked.push(host);
        // A certificate that would be used is one that fails here.
        return Promise.resolve({ authorities, clients: host.startsWith('127.') ? clients : [] });
      },
    });
    try {
      expect((await picky.document(at('/a'), file)).byteLength).to.equal(5);
      expect(asked.length).to.equal(2);
    } finally {
      await picky.close();
    }
  });

  const answers: readonly [status: number, kind: 'missing' | 'auth' | 'network' | 'unsupported'][] = [
    [404, 'missing'],
    [410, 'missing'],
    [401, 'auth'],
    [403, 'auth'],
    [429, 'network'],
    [500, 'network'],
    [418, 'unsupported'],
  ];
  for (const [status, kind] of answers) {
    it(`makes ${kind} of ${status}, without the text of the page`, async () => {
      server.put('/a', answerOf(status, {}, '<html>secret</html>'));
      const hinted = { ...file, missingHint: 'look elsewhere' };
      for (const work of [
        () => client.document(at('/a'), hinted),
        () => drain(client.stream(at('/a'), hinted)),
        () => drain(client.stream(at('/a'), { ...hinted, size: 5 })),
      ]) {
        const error = await failureOf(kind, work);
        expect(error.message)
          .to.match(/the file/)
          .and.not.match(/secret/);
        if (kind === 'missing') expect(error.hint).to.equal('look elsewhere');
      }
    });
  }

  it('refuses what is longer than its limit, whether it says so or not', async () => {
    server.put('/a', Buffer.alloc(1001));
    server.put('/endless', { ...answerOf(200, {}, Buffer.alloc(500)), endless: true });
    await failureOf('hostile', () => client.document(at('/a'), file));
    await failureOf('hostile', () => drain(client.stream(at('/a'), file)));
    await failureOf('hostile', () => drain(client.stream(at('/endless'), file)));
    await failureOf('hostile', async () => drain(client.stream(at('/a'), { ...file, size: 1001 })));
  });

  it('refuses another size than the one that is known', async () => {
    server.put('/a', Buffer.alloc(10));
    const error = await failureOf('integrity', () => drain(client.stream(at('/a'), { ...file, size: 11 })));
    expect(error.message).to.equal('size mismatch: expected 11 bytes, the server announces 10');
  });

  it('refuses other schemes, and a password without showing it', async () => {
    await failureOf('usage', () => client.document(new URL('ftp://a.invalid/x'), file));
    const url = at('/a');
    url.username = 'user';
    url.password = 'pa55';
    const error = await failureOf('usage', () => client.document(url, file));
    expect(JSON.stringify([error.message, error.subject, error.hint])).to.not.match(/pa55/);
    expect(server.requests).to.deep.equal([]);
  });

  it('does not trust a certificate that nobody vouches for', async () => {
    const distrustful = new WebClient({ sleep: () => Promise.resolve() });
    try {
      await failureOf('tls', () => distrustful.document(at('/a'), file));
    } finally {
      await distrustful.close();
    }
  });
});
