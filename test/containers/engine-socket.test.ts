import { expect } from 'chai';
import { isEngineSocket } from '../../src/containers/engine-socket.js';

describe('containers/engine-socket', () => {
  for (const path of '/var/run/docker.sock /run/docker.sock /run//docker.sock /run/./docker.sock /srv/../run/docker.sock /run/docker/containerd/containerd.sock /run/cri-dockerd.sock /run/podman/podman.sock /run/podman/ /run/user/1000/docker.sock /run/user/1000/podman/podman.sock /run/containerd/containerd.sock /run/crio/crio.sock /run/k3s/containerd/containerd.sock'.split(
    ' ',
  )) {
    it(`knows ${path}`, () => {
      expect(isEngineSocket(path)).to.equal(true);
    });
  }
  for (const path of '/ /run /var/run /run/docker.socket /run/../docker.sock run/docker.sock /run/docker.sock.d /srv/run/docker.sock /run/mysqld/mysqld.sock docker.sock'.split(
    ' ',
  )) {
    it(`does not take ${path} for one`, () => {
      expect(isEngineSocket(path)).to.equal(false);
    });
  }

  it('knows it behind more steps than a path may have', () => {
    expect(isEngineSocket(`/run${'/x/..'.repeat(2000)}/docker.sock`)).to.equal(true);
  });
});
