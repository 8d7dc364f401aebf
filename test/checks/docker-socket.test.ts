import { expect } from 'chai';
import { dockerSocket } from '../../src/checks/docker-socket.js';
import { askRun, runExamination, type RunGiven } from './run-rig.js';

const kept = 'pass: nothing in it opens or asks for the socket of an engine';
const listens = 'fail: it starts an engine that listens on TCP without asking clients for a certificate';
const ports = (...names: string[]): RunGiven => ({
  run: { ExposedPorts: Object.fromEntries(names.map((name) => [name, {}])) },
});
const env = (...Env: string[]): RunGiven => ({ run: { Env } });
const label = (run: string): RunGiven => ({ labels: { run } });
const settings = (body: string): RunGiven => ({ layers: [[{ path: 'etc/docker/daemon.json', body }]] });

describe('docker-socket', () => {
  const cases: readonly (readonly [it: string, given: RunGiven, answers: readonly string[]])[] = [
    ['passes an image that asks for nothing', {}, [kept]],
    ['passes other ports', ports('80/tcp', '2375/udp', '12375', '23750/tcp'), [kept]],
    [
      'fails for the port without TLS',
      ports('2375/tcp'),
      ['fail: it exposes the port of an engine without TLS (2375)'],
    ],
    [
      'fails for both ports, in a range too',
      ports('2370-2380'),
      [
        'fail: it exposes the port of an engine without TLS (2375)',
        'fail: it exposes the port of an engine with TLS (2376)',
      ],
    ],
    [
      'fails for DOCKER_HOST over TCP',
      env('PATH=/bin', 'DOCKER_HOST=tcp://user:hunter2@docker:2375'),
      ['fail: DOCKER_HOST has it reach an engine over TCP without TLS'],
    ],
    ['passes DOCKER_HOST with TLS', env('DOCKER_HOST=tcp://docker:2376', 'DOCKER_TLS_VERIFY=1'), [kept]],
    ['passes DOCKER_HOST over SSH, or empty', env('DOCKER_HOST=ssh://me@host', 'CONTAINER_HOST='), [kept]],
    [
      'fails for an engine’s Unix socket in the environment',
      env('CONTAINER_HOST=unix:///run/podman/podman.sock'),
      ['fail: CONTAINER_HOST has it use an engine’s Unix socket, which must be mounted for that'],
    ],
    ['fails for a daemon on TCP', { run: { Entrypoint: ['dockerd'], Cmd: ['-H', 'tcp://0.0.0.0:2375'] } }, [listens]],
    ['fails for a daemon that a shell starts', { run: { Cmd: ['sh', '-c', 'dockerd -H tcp://[::]:2375'] } }, [listens]],
    [
      'passes a daemon that asks for certificates',
      { run: { Cmd: ['dockerd', '--tlsverify', '-H=tcp://x:1'] } },
      [kept],
    ],
    ['passes a daemon on its socket', { run: { Cmd: ['dockerd', '-H', 'unix:///run/docker.sock'] } }, [kept]],
    [
      'fails for a label that mounts the socket',
      label('docker run -v /var/run/docker.sock:/var/run/docker.sock IMAGE'),
      ['fail: the label run asks for the host’s /var/run/docker.sock'],
    ],
    [
      'fails for a label that mounts the socket of another engine',
      label('podman run --mount=type=bind,src=/run/crio/crio.sock,dst=/x IMAGE'),
      ['fail: the label run asks for the host’s /run/crio/crio.sock'],
    ],
    ['passes a label that mounts data', label('docker run -v /srv/docker.sock:/x IMAGE'), [kept]],
    [
      'fails for the socket as a volume',
      { run: { Volumes: { '/var/run/docker.sock': {}, '/data': {} } } },
      ['fail: it declares /var/run/docker.sock a volume'],
    ],
    [
      'fails for daemon.json with TCP',
      settings('{"hosts":["tcp://0.0.0.0:2375"]}'),
      ['fail: /etc/docker/daemon.json has dockerd listen on TCP without asking clients for a certificate'],
    ],
    ['passes daemon.json with certificates', settings('{"hosts":["tcp://0.0.0.0:2376"],"tlsverify":true}'), [kept]],
    [
      'does not know what a broken daemon.json says',
      settings('{"hosts":'),
      ['unknown: /etc/docker/daemon.json cannot be read: it is not JSON'],
    ],
    [
      'says nothing of a daemon.json that a higher layer removed',
      { layers: [[{ path: 'etc/docker/daemon.json', body: '{' }], [{ path: 'etc/.wh.docker' }]] },
      [kept],
    ],
  ];
  for (const [title, given, answers] of cases) {
    it(title, async () => {
      expect(await askRun(dockerSocket, given)).to.deep.equal(answers);
    });
  }

  it('makes few findings of ten thousand variables', async () => {
    const findings = dockerSocket.evaluate(
      await runExamination(env(...Array<string>(9000).fill('DOCKER_HOST=tcp://x'))),
    );
    expect(findings.map(({ message }) => message).at(-1)).to.equal('8980 more variables that lead to an engine');
    expect(findings).to.have.length(21);
  });

  it('shows no value of the environment, but where it stands', async () => {
    const findings = dockerSocket.evaluate(await runExamination(env('A=b', 'DOCKER_HOST=tcp://me:hunter2@x:1')));
    expect(JSON.stringify(findings)).not.to.include('hunter2');
    expect(findings[0].evidence[0]).to.include({ type: 'document', field: 'config.Env[1]' });
  });
});
