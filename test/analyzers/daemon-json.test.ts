import { expect } from 'chai';
import { daemonJson } from '../../src/analyzers/daemon-json.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { walked } from '../layer/walked.js';

const path = 'etc/docker/daemon.json';

async function read(input: Omit<TarInput, 'path'>): Promise<readonly unknown[]> {
  const found = factsOf(await walked([{ path, ...input }]), daemonJson);
  return found.map(({ tcp, verified, problem }) => problem ?? [tcp, verified]);
}

describe('analyzers/daemon-json', () => {
  const cases: readonly (readonly [body: string, found: unknown])[] = [
    ['{}', [0, false]],
    ['', [0, false]],
    ['{"hosts": ["unix:///var/run/docker.sock"]}', [0, false]],
    ['{"hosts": ["fd://", "tcp://0.0.0.0:2375", "TCP://[::]:2375"]}', [2, false]],
    ['{"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": true}', [1, true]],
    ['{"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": false, "tls": true}', [1, false]],
    ['{"hosts": "tcp://0.0.0.0:2375"}', 'it.hosts is not a list'],
    ['{"hosts": [', 'it is not JSON'],
    ['[]', 'it is not an object'],
  ];
  for (const [body, found] of cases) {
    it(`reads ${body || 'an empty file'}`, async () => {
      expect(await read({ body })).to.deep.equal([found]);
    });
  }

  it('says why it read nothing of a file that is too long, or is none', async () => {
    expect(await read({ body: ' '.repeat(70_000) })).to.deep.equal([`${path} of 70000 bytes exceeds 65536`]);
    expect(await read({ linkname: '/srv/daemon.json' })).to.deep.equal(['it is a symlink']);
  });
});
