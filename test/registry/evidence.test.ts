import { expect } from 'chai';
import { ConnectionEvidence, plainHop, type Insecurity, type TlsHop } from '../../src/registry/evidence.js';

function hop(host: string, verified: boolean, insecure?: Insecurity): TlsHop {
  return { ...plainHop(host, 'registry', insecure), protocol: verified ? 'TLSv1.3' : 'none', verified };
}

describe('registry/evidence', () => {
  it('keeps one hop for each host, the latest', () => {
    const evidence = new ConnectionEvidence();
    for (const daysLeft of [3, 2]) evidence.record({ ...hop('a.test:443', true), daysLeft });
    expect(evidence.hops.map(({ daysLeft }) => daysLeft)).to.deep.equal([2]);
  });

  it('does not let a verified connection hide an unverified one to the same host', () => {
    const evidence = new ConnectionEvidence();
    evidence.record(hop('a.test:443', false, 'registries.conf'));
    evidence.record(hop('a.test:443', true, 'registries.conf'));
    evidence.record(hop('a.test:443', true));
    expect(evidence.hops.map(({ verified, insecure }) => [verified, insecure])).to.deep.equal([
      [false, 'registries.conf'],
      [true, undefined],
    ]);
  });

  it('tells the hops that were used since a mark, connections used again among them', () => {
    const evidence = new ConnectionEvidence();
    for (const host of ['a.test:443', 'b.test:443']) {
      evidence.record(hop(host, true));
      evidence.count('manifests', host);
    }
    evidence.record({ ...hop('proxy.test:3128', false), role: 'proxy' });
    const mark = evidence.mark();
    expect(evidence.hopsSince(mark).map(({ host }) => host)).to.deep.equal(['proxy.test:3128']);
    evidence.count('blobs', 'a.test:443');
    expect(evidence.hopsSince(mark).map(({ host }) => host)).to.deep.equal(['a.test:443', 'proxy.test:3128']);
    expect(evidence.hops).to.have.length(3);
  });

  it('keeps for whom credentials were sent apart for connections with and without verification', () => {
    const evidence = new ConnectionEvidence();
    evidence.record(hop('a.test:443', false, 'registries.conf'));
    evidence.record(hop('a.test:443', true));
    for (const registry of ['a.test:443', 'b.test:443', 'a.test:443']) evidence.noteCredentials('a.test:443', registry);
    expect(evidence.hops.map(({ credentialsFor }) => credentialsFor)).to.deep.equal([
      undefined,
      ['a.test:443', 'b.test:443'],
    ]);
  });

  it('keeps each redirect once, remembering that credentials were withheld from it', () => {
    const evidence = new ConnectionEvidence();
    evidence.record(hop('a.test:443', true));
    for (const credentialsWithheld of [false, true, false]) {
      evidence.noteRedirect({ from: 'a.test:443', to: 'cdn.test:443', credentialsWithheld });
    }
    expect(evidence.redirects).to.deep.equal([{ from: 'a.test:443', to: 'cdn.test:443', credentialsWithheld: true }]);
  });

  it('keeps no endless list of places that a host redirects to', () => {
    const evidence = new ConnectionEvidence();
    evidence.record(hop('a.test:443', true));
    for (let i = 0; i < 1000; i += 1) {
      evidence.noteRedirect({ from: 'a.test:443', to: `${i}.test:443`, credentialsWithheld: false });
    }
    expect(evidence.redirects).to.have.length(64);
  });
});
