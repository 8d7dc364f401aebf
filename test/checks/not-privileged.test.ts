import { expect } from 'chai';
import { notPrivileged } from '../../src/checks/not-privileged.js';
import { askRun, runExamination } from './run-rig.js';

const ask = async (options: string, label = 'run'): Promise<string[]> =>
  askRun(notPrivileged, { labels: { [label]: `docker run ${options} IMAGE` } });

describe('not-privileged', () => {
  it('passes an image without such labels', async () => {
    expect(await askRun(notPrivileged, { labels: { name: 'docker run --privileged' } })).to.deep.equal([
      'pass: no label says how to run it',
    ]);
  });

  const asked: readonly (readonly [options: string, words: string])[] = [
    ['--privileged', '--privileged'],
    ['--privileged=true', '--privileged'],
    ['-it --rm --privileged', '--privileged'],
    ['${OPT1} --privileged', '--privileged'],
    ['--cap-add=ALL', 'the capability ALL'],
    ['--cap-add sys_admin', 'the capability SYS_ADMIN'],
    ['--cap-add CAP_SYS_PTRACE,NET_ADMIN', 'the capability SYS_PTRACE'],
    ['--pid=host', 'the host’s PID namespace'],
    ['--net=host', 'the host’s network namespace'],
    ['--network host --ipc host', 'the host’s network namespace, the host’s IPC namespace'],
    [
      '--userns=host --uts=host --cgroupns=host',
      'the host’s user namespace, the host’s UTS namespace, the host’s cgroup namespace',
    ],
    ['-v /:/host', 'the host’s /'],
    ['-v/:/host:ro,rslave', 'the host’s /'],
    ['--volume=/etc/:/etc', 'the host’s /etc/'],
    ['--mount type=bind,source=/proc,target=/p', 'the host’s /proc'],
    ['-v "/:/host"', 'the host’s /'],
    ['--device /dev/sda', 'the device /dev/sda'],
    ['--device=/dev/mem:/dev/mem', 'the device /dev/mem:/dev/mem'],
    ['--security-opt apparmor=unconfined', 'no AppArmor profile'],
    ['--security-opt apparmor:unconfined', 'no AppArmor profile'],
    ['--security-opt systempaths=unconfined --security-opt unmask=ALL', '/proc and /sys without masks'],
  ];
  for (const [options, words] of asked) {
    it(`fails for ${options}`, async () => {
      expect(await ask(options)).to.deep.equal([`fail: the label run asks for ${words}`]);
    });
  }

  const harmless: readonly string[] = [
    '',
    '--privileged=false',
    '--name x --cap-drop=ALL --cap-add=NET_BIND_SERVICE',
    '--net=bridge --pid=container:x',
    '-v /data:/data -v name:/x -v /srv',
    '-v /etc/localtime:/etc/localtime:ro',
    '-v /var/run/docker.sock:/var/run/docker.sock',
    '--device /dev/fuse --device=/dev/dri/card0:/dev/dri/card0 --device nvidia.com/gpu=all',
    '--security-opt no-new-privileges --security-opt label=disable --security-opt seccomp=unconfined',
    'IMAGE --privileged',
    '-e X=--privileged',
  ];
  for (const options of harmless) {
    it(`passes ${options || 'no options'}`, async () => {
      expect((await ask(options))[0]).to.match(/^pass: the labels that say how to run it ask for no privilege \(run\)/);
    });
  }

  it('says which capabilities are added', async () => {
    expect(await ask('--cap-add net_admin --cap-add SYS_TIME')).to.deep.equal([
      'pass: the labels that say how to run it ask for no privilege (run); capabilities added: NET_ADMIN, SYS_TIME',
    ]);
  });

  for (const label of [
    'run',
    'RUN',
    'Run',
    'INSTALL',
    'install',
    'uninstall',
    'debug',
    'usage',
    'org.label-schema.docker.cmd',
    'org.label-schema.docker.cmd.debug',
  ]) {
    it(`reads the label ${label}`, async () => {
      expect(await ask('--privileged', label)).to.deep.equal([`fail: the label ${label} asks for --privileged`]);
    });
  }

  it('reads what a shell in the label runs', async () => {
    const labels = { install: `sh -c 'docker run --privileged -v /:/host IMAGE'` };
    expect(await askRun(notPrivileged, { labels })).to.deep.equal([
      'fail: the label install asks for --privileged, the host’s /',
    ]);
  });

  it('has one finding a label, which points at it and shows no more than what is wrong', async () => {
    const labels = {
      run: 'docker run --privileged -e PASSWORD=hunter2 IMAGE',
      install: 'docker run -v /:/host IMAGE',
      stop: 'docker stop x',
    };
    const examination = await runExamination({ labels });
    const findings = notPrivileged.evaluate(examination);
    expect(findings.map(({ message }) => message)).to.deep.equal([
      'the label run asks for --privileged',
      'the label install asks for the host’s /',
    ]);
    const digest = examination.image.manifest.config.digest;
    expect(findings[0].evidence).to.deep.equal([{ type: 'document', digest, field: 'config.Labels.run' }]);
    expect(JSON.stringify(findings)).not.to.include('hunter2');
  });

  it('names eight of many', async () => {
    const options = Array.from({ length: 12 }, (_, i) => `--device /dev/sd${i}`).join(' ');
    expect((await ask(options))[0]).to.match(/, the device \/dev\/sd7 and 4 more$/);
  });

  it('does not know what a label without end says', async () => {
    const run = `docker run --name ${'x'.repeat(70_000)} --privileged IMAGE`;
    expect(await askRun(notPrivileged, { labels: { run } })).to.deep.equal([
      'unknown: the label run is too long to be read',
    ]);
  });
});
