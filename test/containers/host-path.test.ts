import { expect } from 'chai';
import { opensHost } from '../../src/containers/host-path.js';

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
});
