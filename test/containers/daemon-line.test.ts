import { expect } from 'chai';
import { readDaemonLines } from '../../src/containers/daemon-line.js';

describe('containers/daemon-line', () => {
  const cases: readonly (readonly [words: readonly string[], found: readonly string[]])[] = [
    [[], []],
    [['dockerd'], ['']],
    [['dockerd', '-H', 'tcp://0.0.0.0:2375'], ['tcp://0.0.0.0:2375']],
    [['/usr/bin/dockerd', '-Htcp://[::]:2375', '-H', 'unix:///x'], ['tcp://[::]:2375']],
    [['dockerd', '--host=tcp://a', '--host', 'tcp://b', '--hostx=tcp://c'], ['tcp://a tcp://b']],
    [['dockerd', '--tlsverify', '-H=tcp://a:2376'], ['tcp://a:2376 verified']],
    [['dockerd', '--tlsverify=false', '--tls', '-H=tcp://a:2376'], ['tcp://a:2376']],
    [['dockerd', '-H'], ['']],
    [['tini', '--', 'dockerd-entrypoint.sh', '--host', 'tcp://a'], ['tcp://a']],
    [['docker', 'daemon', '-H', 'tcp://a'], ['tcp://a']],
    [['docker', '-d', '-H', 'tcp://a'], ['tcp://a']],
    [['docker', '-H', 'tcp://a', 'ps'], []],
    [['docker', '-H', 'tcp://a', 'run', '-d', 'img'], []],
    [['docker', '-H=tcp://a', 'compose', 'up', '-d'], []],
    [['docker', '-H', 'tcp://a', '-d'], ['tcp://a']],
    [['podman', 'system', 'service', '--time=0', 'tcp://:8080'], ['tcp://:8080']],
    [['podman', 'system', 'service', 'unix:///run/x'], ['']],
    [['podman', 'run', 'service', 'tcp://x'], []],
    [['sh', '-c', 'dockerd -H tcp://a & exec app'], ['tcp://a']],
    [['sh', '-c', 'x'.repeat(70_000)], []],
  ];
  for (const [words, found] of cases) {
    it(`reads ${JSON.stringify(words).slice(0, 90)}`, () => {
      const lines = readDaemonLines(words.map((text) => ({ text, offset: 0 }))).map(({ tcp, verified }) =>
        [...tcp.map(({ text }) => text), ...(verified ? ['verified'] : [])].join(' '),
      );
      expect(lines).to.deep.equal(found);
    });
  }

  it('says which registries it trusts without a certificate, and where that stands', () => {
    const [line] = readDaemonLines([
      { text: 'dockerd', offset: 3 },
      { text: '--insecure-registry=a', offset: 11 },
      { text: '--insecure-registry', offset: 33 },
      { text: 'b', offset: 53 },
      { text: '--insecure-registryx=c', offset: 55 },
    ]);
    expect(line?.insecureRegistries).to.deep.equal([
      { text: 'a', offset: 11 },
      { text: 'b', offset: 53 },
    ]);
  });
});
