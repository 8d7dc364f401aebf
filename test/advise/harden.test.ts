import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { database } from '../examination/rig.js';
import type { RunGiven } from '../checks/run-rig.js';
import { adviseOn, capability, capNumbers, imagesByName, passwd, valuesOf } from './rig.js';

const engines = ['docker', 'podman', 'kubernetes'] as const;

describe('harden', () => {
  it('gives nginx as root what it needs to bind and to switch, and Docker no capability for the port', async () => {
    const told = await adviseOn(imagesByName.nginx);
    expect(valuesOf(told, 'cap-drop')).to.deep.equal(['ALL']);
    expect(valuesOf(told, 'cap-add', 'docker')).to.deep.equal(['CHOWN', 'SETGID', 'SETUID']);
    for (const engine of ['podman', 'kubernetes'] as const)
      expect(valuesOf(told, 'cap-add', engine)).to.deep.equal(['CHOWN', 'NET_BIND_SERVICE', 'SETGID', 'SETUID']);
    expect(valuesOf(told, 'tmpfs')).to.deep.equal(['/tmp', '/run', '/var/cache/nginx']);
    expect(valuesOf(told, 'no-new-privileges')).to.deep.equal(['true']);
    expect(told.advice.find(({ value }) => value === 'NET_BIND_SERVICE')?.reason).to.match(
      /port 80\/tcp.*since 20\.10/,
    );
  });

  it('gives an image of a numeric user and a high port nothing back', async () => {
    const told = await adviseOn(imagesByName.app);
    expect(valuesOf(told, 'cap-add')).to.deep.equal([]);
    expect(valuesOf(told, 'sysctl')).to.deep.equal([]);
    expect(valuesOf(told, 'user')).to.deep.equal(['1001']);
    expect(valuesOf(told, 'tmpfs')).to.deep.equal(['/tmp']);
  });

  it('lowers the first free port for a user who is not root, whom no engine gives a capability', async () => {
    const run = { User: '1001', ExposedPorts: { '443/tcp': {}, '80/tcp': {} }, Cmd: ['nginx'] };
    const told = await adviseOn({ run });
    expect(valuesOf(told, 'cap-add')).to.deep.equal([]);
    expect(valuesOf(told, 'sysctl', 'docker')).to.deep.equal([]);
    expect(valuesOf(told, 'sysctl', 'podman')).to.deep.equal(['net.ipv4.ip_unprivileged_port_start=80']);
  });

  it('lets chronyd set the clock only where the command does not say -x, and says whose clock it is', async () => {
    const told = await adviseOn(imagesByName.chrony);
    expect(valuesOf(told, 'cap-add')).to.include('SYS_TIME');
    expect(told.advice.find(({ value }) => value === 'SYS_TIME')?.reason).to.include('the host’s');
    for (const flags of [['-x', '-d'], ['-dx']]) {
      const served = await adviseOn({ ...imagesByName.chrony, run: { Cmd: ['chronyd', ...flags] } });
      expect(valuesOf(served, 'cap-add')).not.to.include('SYS_TIME');
      expect(served.withheld.find((one) => one.capability === 'SYS_TIME')?.reason).to.include('leave the clock alone');
    }
    const script = await adviseOn({ ...imagesByName.chrony, run: { Cmd: ['/start.sh'] } });
    expect(valuesOf(script, 'cap-add')).not.to.include('SYS_TIME');
    expect(script.withheld.map((one) => one.capability)).to.include('SYS_TIME');
  });

  it('lets the entry script of postgres hand over its folder, and mounts the volume and its socket’s folder', async () => {
    const told = await adviseOn(imagesByName.postgres);
    expect(valuesOf(told, 'cap-add')).to.deep.equal(['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'SETGID', 'SETUID']);
    expect(valuesOf(told, 'volume')).to.deep.equal(['/var/lib/pgsql/data']);
    expect(valuesOf(told, 'tmpfs')).to.deep.equal(['/tmp', '/run', '/run/postgresql']);
    expect(told.unknown.join('\n')).to.include('docker-entrypoint.sh');
  });

  it('takes an installed service for the one that runs where only a script is named, and says that it did', async () => {
    const told = await adviseOn({ ...imagesByName.postgres, run: { Cmd: ['/start.sh'] } });
    const chown = told.advice.find(({ value }) => value === 'CHOWN');
    expect(chown?.confidence).to.equal('from packages');
    expect(chown?.evidence).to.deep.equal([
      { type: 'package', package: 'postgresql-server-13.11-1.el9.x86_64', layer: 0 },
    ]);
    expect(told.unknown.join('\n')).to.include('it was taken to start postgresql');
    const other = await adviseOn({ ...imagesByName.postgres, run: { Cmd: ['/opt/server'] } });
    expect(valuesOf(other, 'cap-add')).to.deep.equal([]);
    expect(other.unknown.join('\n')).to.include('whether postgresql is started too');
  });

  it('gives the command’s own program its file capability, and lets it gain it', async () => {
    const told = await adviseOn(imagesByName.ping);
    expect(valuesOf(told, 'cap-add')).to.deep.equal(['NET_RAW']);
    expect(valuesOf(told, 'no-new-privileges')).to.deep.equal(['false']);
    expect(valuesOf(told, 'user')).to.deep.equal(['1001']);
  });

  it('withholds the file capabilities of programs that the command does not name', async () => {
    const told = await adviseOn({ ...imagesByName.ping, run: { User: '1001', Cmd: ['/opt/app'] } });
    expect(valuesOf(told, 'cap-add')).to.deep.equal([]);
    expect(valuesOf(told, 'no-new-privileges')).to.deep.equal(['true']);
    const raw = told.withheld.find((one) => one.capability === 'NET_RAW');
    expect(raw?.reason).to.match(/^\/usr\/bin\/ping has it .* does not even start without it/);
    expect(raw?.evidence).to.deep.equal([{ type: 'file', path: '/usr/bin/ping', layer: 0 }]);
  });

  it('never gives back the four that nobody needs, nor what opens the host', async () => {
    const body = 'x';
    const bits = [capNumbers.setpcap, capNumbers.sysAdmin, capNumbers.setuid];
    const tool = { path: 'usr/bin/tool', mode: 0o755, body, ...capability(bits) };
    const told = await adviseOn({ run: { User: '1001', Cmd: ['tool'] }, layers: [[tool]] });
    expect(valuesOf(told, 'cap-add')).to.deep.equal(['SETUID']);
    const withheld = told.withheld.map((one) => one.capability);
    expect(withheld).to.deep.equal(['AUDIT_WRITE', 'MKNOD', 'SETFCAP', 'SETPCAP', 'SYS_ADMIN']);
    for (const given of Object.values(imagesByName)) {
      const added = valuesOf(await adviseOn(given), 'cap-add');
      for (const name of ['AUDIT_WRITE', 'MKNOD', 'SETFCAP', 'SETPCAP', 'SYS_ADMIN'])
        expect(added).not.to.include(name);
    }
  });

  it('leaves an init its writable root, and tells Podman of it', async () => {
    const told = await adviseOn(imagesByName.systemd);
    expect(valuesOf(told, 'read-only')).to.deep.equal(['false']);
    expect(valuesOf(told, 'selinux-type')).to.deep.equal(['container_init_t']);
    expect(engines.filter((one) => valuesOf(told, 'systemd', one).length > 0)).to.deep.equal(['podman']);
    expect(told.unknown.join('\n')).to.include('which units systemd starts').and.include('sshd');
    const overlay = await adviseOn({ ...imagesByName.systemd, run: { Cmd: ['/init'] } });
    expect(valuesOf(overlay, 'selinux-type')).to.deep.equal(['container_t']);
  });

  it('lets sudo gain rights only where the command starts it as another user than root', async () => {
    const told = await adviseOn(imagesByName.sudo);
    expect(valuesOf(told, 'no-new-privileges')).to.deep.equal(['false']);
    expect(valuesOf(told, 'cap-add')).to.deep.equal(['SETGID', 'SETUID']);
    const root = await adviseOn({ ...imagesByName.sudo, run: { Cmd: ['sudo', 'x'] } });
    expect(valuesOf(root, 'no-new-privileges')).to.deep.equal(['true']);
    const idle = await adviseOn({ ...imagesByName.sudo, run: { User: '1001', Cmd: ['/opt/app'] } });
    const [line] = idle.advice.filter(({ setting }) => setting === 'no-new-privileges');
    expect(line?.value).to.equal('true');
    expect(line?.reason).to.include('/usr/bin/sudo').and.include('names none of them');
  });

  it('does not count what a higher layer took away', async () => {
    const [layer = []] = imagesByName.sudo.layers;
    const told = await adviseOn({ ...imagesByName.sudo, layers: [layer, [{ path: 'usr/bin/.wh.sudo' }]] });
    expect(valuesOf(told, 'no-new-privileges')).to.deep.equal(['true']);
  });

  it('says nothing of a user whom it does not know', async () => {
    const told = await adviseOn({ run: { User: 'nobody', Cmd: ['x'] }, layers: [[passwd]] });
    expect(valuesOf(told, 'user')).to.deep.equal([]);
    expect(told.unknown.join('\n')).to.include('who nobody is');
  });

  const gaps: readonly (readonly [string, RunGiven, string])[] = [
    ['packages of another kind', { layers: [[{ path: 'var/lib/dpkg/status', body: '' }]] }, 'dpkg is not read'],
    ['a database that was removed', { layers: [[database('a 1-1')], [{ path: 'var/lib/.wh.rpm' }]] }, 'was removed'],
    ['no command at all', { layers: [[]] }, 'neither ENTRYPOINT nor CMD'],
  ];
  for (const [title, given, words] of gaps) {
    it(`says what it cannot know with ${title}`, async () => {
      expect((await adviseOn(given)).unknown.join('\n')).to.include(words);
    });
  }

  it('gives no advice for another system', async () => {
    try {
      await adviseOn({ platform: 'windows/amd64' });
      expect.fail('it gave some');
    } catch (error) {
      expect(error).to.be.instanceOf(ImgcheckError).with.property('kind', 'unsupported');
    }
  });
});
