import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type SecureContext, type Server } from 'node:tls';
import { expect } from 'chai';
import { TrustStore } from '../../src/registry/trust.js';
import { issueCertificate, makeAuthority, type Authority } from '../support/certificate.js';
import { failureOf } from '../source/failure.js';

const [ours, theirs] = [makeAuthority('ours'), makeAuthority('theirs')];

function authoritiesOf(...all: readonly Authority[]): { pem: string; from: string }[] {
  return all.map(({ cert }) => ({ pem: cert, from: 'a file' }));
}

describe('registry/trust', () => {
  let servers: Server[];
  before(async () => {
    servers = [ours, theirs].map((authority) =>
      createServer(issueCertificate(authority, { names: ['localhost'], ips: ['127.0.0.1'] })),
    );
    for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => servers.forEach((server) => server.close()));

  /** Whether each of the two servers is trusted. */
  async function trusted(secureContext: SecureContext): Promise<boolean[]> {
    const answers: boolean[] = [];
    for (const server of servers) {
      const { port } = server.address() as AddressInfo;
      const socket = connect({
        port,
        host: '127.0.0.1',
        servername: 'localhost',
        secureContext,
        rejectUnauthorized: false,
      });
      await once(socket, 'secureConnect');
      answers.push(socket.authorized);
      socket.destroy();
    }
    return answers;
  }

  it('trusts what was added, apart and beside what Node brings along, and in no other context', async () => {
    const store = new TrustStore();
    const trust = store.trust({ authorities: authoritiesOf(ours), clients: [] });
    expect(trust.added && (await trusted(trust.added))).to.deep.equal([true, false]);
    expect(await trusted(trust.context)).to.deep.equal([true, false]);
    const plain = store.trust({ authorities: [], clients: [] });
    expect(plain.added).to.equal(undefined);
    expect(await trusted(plain.context)).to.deep.equal([false, false]);
  });

  it('has one context of all where many are added', async () => {
    const many = Array.from({ length: 16 }, (_, i) => makeAuthority(`authority ${i}`));
    const trust = new TrustStore().trust({ authorities: authoritiesOf(...many, theirs), clients: [] });
    expect(trust.added).to.equal(undefined);
    expect(await trusted(trust.context)).to.deep.equal([false, true]);
  });

  it('refuses a client certificate with the key of another', async () => {
    const [one, two] = [1, 2].map((i) => issueCertificate(ours, { names: [`client ${i}`], ips: [] }));
    const clients = [{ cert: one?.cert ?? '', key: two?.key ?? '' }];
    for (const authorities of [[], authoritiesOf(ours)]) {
      await failureOf('usage', () => Promise.resolve().then(() => new TrustStore().trust({ authorities, clients })));
    }
  });
});
