import { expect } from 'chai';
import { enginePortsIn, isTcp } from '../../src/containers/engine-address.js';

describe('containers/engine-address', () => {
  it('tells TCP from sockets and SSH', () => {
    for (const address of ['tcp://0.0.0.0:2375', 'TCP://a', 'tcp:0.0.0.0:1']) expect(isTcp(address)).to.equal(true);
    for (const address of ['unix:///run/docker.sock', 'fd://', 'ssh://a', 'tcpx://a', ''])
      expect(isTcp(address)).to.equal(false);
  });

  const ports: readonly (readonly [text: string, ports: readonly number[]])[] = [
    ['2375', [2375]],
    ['2375/tcp', [2375]],
    ['2376/TCP', [2376]],
    ['2370-2380/tcp', [2375, 2376]],
    ['2376-2380', [2376]],
    ['2375/udp', []],
    ['12375', []],
    ['23750', []],
    ['2380-2370', []],
    ['${PORT}', []],
    ['', []],
  ];
  for (const [text, found] of ports) {
    it(`finds ${found.join(', ') || 'none'} in ${JSON.stringify(text)}`, () => {
      expect(enginePortsIn(text).map(({ port }) => port)).to.deep.equal(found);
    });
  }

  it('knows which of them ask for a certificate', () => {
    expect(enginePortsIn('2375-2376').map(({ tls }) => tls)).to.deep.equal([false, true]);
  });
});
