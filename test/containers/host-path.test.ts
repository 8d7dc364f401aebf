import { expect } from 'chai';
import { hostPathsOf, isUsualPath, opensHost, volumeSource } from '../../src/containers/host-path.js';

describe('containers/host-path', () => {
  for (const path of '/ // /./ /.. /etc /etc/ /etc/shadow /etc/../etc /proc /sys /sys/kernel /dev /dev/sda1 /dev/mem /root /root/.ssh /run /var/run /var/lib /var/lib/docker /var/lib/kubelet/pods /usr /usr/bin /usr/lib64/x /boot/grub /home /srv/../etc/sudoers.d'.split(
    ' ',
  )) {
    it(`says that ${path} opens the host`, () => {
      expect(opensHost(path)).to.equal(true);
    });
  }
  for (const path of '/data /srv /etc/localtime /etc/timezone /etc/pki/rsyslog /usr/share/zoneinfo/UTC /var/log /var/lib/app /dev/shm /dev/fuse /dev/net/tun /sys/fs/cgroup /opt/project /etcetera /rootfs /runner'.split(
    ' ',
  )) {
    it(`says that ${path} does not`, () => {
      expect(opensHost(path)).to.equal(false);
    });
  }

  it('ends on a path without end', () => {
    expect(opensHost('/a/..'.repeat(100_000))).to.equal(true);
  });

  it('tells what many containers see from the rest', () => {
    for (const path of ['/etc/localtime', '/etc/../etc//timezone', '/dev/fuse'])
      expect(isUsualPath(path)).to.equal(true);
    for (const path of ['/etc', '/srv', '/usr/share']) expect(isUsualPath(path)).to.equal(false);
  });

  it('does not lose sight of a path behind more steps than a path may have', () => {
    expect(opensHost(`/srv${'/x/..'.repeat(2000)}/../etc`)).to.equal(true);
  });

  it('tells a path of the host from a volume of the engine', () => {
    expect(['/a:/b', '/a', 'a:/b', './a:/b', ''].map(volumeSource)).to.deep.equal([
      '/a',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  const mounts: readonly (readonly [name: string, value: string, paths: readonly string[]])[] = [
    ['volume', '/a:/b:ro', ['/a']],
    ['volume', '/a', []],
    ['volume', 'name:/b', []],
    ['volume', '${DATA}:/b', []],
    ['mount', 'type=bind,source=/a,target=/b', ['/a']],
    ['mount', 'src=/a', ['/a']],
    ['mount', 'type=volume,source=a,target=/b', []],
    ['mount', 'type=tmpfs,destination=/b', []],
    ['env', '/a:/b', []],
  ];
  for (const [name, value, paths] of mounts) {
    it(`sees the paths of the host in --${name} ${value}`, () => {
      expect(hostPathsOf({ name, value })).to.deep.equal(paths);
    });
  }
});
