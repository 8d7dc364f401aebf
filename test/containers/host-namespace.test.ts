import { expect } from 'chai';
import { hostNamespaceOf } from '../../src/containers/host-namespace.js';

describe('containers/host-namespace', () => {
  const cases: readonly (readonly [name: string, value: string, namespace: string | undefined])[] = [
    ['network', 'host', 'network'],
    ['pid', 'host', 'PID'],
    ['ipc', 'host', 'IPC'],
    ['uts', 'host', 'UTS'],
    ['userns', 'host', 'user'],
    ['cgroupns', 'host', 'cgroup'],
    ['pid', 'container:a', undefined],
    ['network', 'hosts', undefined],
    ['hostname', 'host', undefined],
    ['constructor', 'host', undefined],
  ];
  for (const [name, value, namespace] of cases) {
    it(`says that --${name}=${value} takes ${namespace ?? 'none'}`, () => {
      expect(hostNamespaceOf({ name, value })).to.equal(namespace);
    });
  }
});
