import { expect } from 'chai';
import { line, lintText } from './rig.js';

/** What the guide builds in its chapter 5, in words of our own: a browser in a container, on a qualified base. */
const firefox = `FROM registry.example.com/rhel7/rhel

# bring the base up to date, then what the browser needs
RUN yum -y update && yum clean all
RUN yum -y install firefox xorg-x11-server-utils \\
        dejavu-sans-fonts pulseaudio-libs && \\
    yum clean all

RUN groupadd -g 1000 viewer && useradd -u 1000 -g 1000 -m viewer
ENV DISPLAY=:0
COPY start.sh /usr/local/bin/
USER viewer
CMD ["/usr/bin/firefox", "--no-remote"]
`;

describe('lintFile', () => {
  it('says of the browser of the guide that its base is not pinned and its update is cached, no more', async () => {
    const { kind, findings } = await lintText('Dockerfile', firefox);
    expect(kind).to.equal('dockerfile');
    expect(findings.map((one) => `${one.rule} ${line(one)}`)).to.deep.equal([
      'image-pinned 1:6 warning: the image registry.example.com/rhel7/rhel has no tag, which means latest: another one tomorrow',
      'update-cached 4:5 warning: nothing makes this RUN run again: its layer may hold the packages of an earlier day',
    ]);
  });

  it('says all that is wrong with the careless form of it', async () => {
    const careless = firefox
      .replace('registry.example.com/rhel7/rhel', 'rhel7')
      .replace('RUN yum -y update && yum clean all\n', 'COPY . /src\nRUN yum -y update\n')
      .replace(/ && \\\n {4}yum clean all/, '\nRUN yum clean all')
      .replace('USER viewer', 'ENV VNC_PASSWORD=secret');
    const { findings } = await lintText('Dockerfile', careless);
    expect(findings.map(({ rule, line: at, column }) => `${at}:${column} ${rule}`)).to.deep.equal([
      '1:1 run-as-non-root',
      '1:6 image-pinned',
      '1:6 image-qualified',
      '4:1 copy-before-packages',
      '5:5 packages-cleaned',
      '5:5 update-cached',
      '6:5 packages-cleaned',
      '8:5 clean-too-late',
      '13:5 literal-secret',
    ]);
  });

  it('says nothing of a file as it should be', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    const dockerfile = `FROM registry.example.com/ubi9:9.4@${digest}\nARG TODAY\nRUN dnf -y update && dnf -y install a && dnf clean all\nCOPY . /app\nUSER 1001\n`;
    expect((await lintText('Dockerfile', dockerfile)).findings).to.deep.equal([]);
    const pod = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  securityContext:
    runAsNonRoot: true
    seccompProfile: {type: RuntimeDefault}
  containers:
    - name: a
      image: registry.example.com/a@${digest}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}
`;
    expect((await lintText('a.yaml', pod)).findings).to.deep.equal([]);
  });

  it('gives every finding a remedy, and its place within the text', async () => {
    const { findings } = await lintText(
      'a.yml',
      'services:\n  a:\n    image: b\n    privileged: true\n    pid: host\n',
    );
    for (const { remedy, line: at, column } of findings) {
      expect(remedy).to.be.a('string').and.not.equal('');
      expect(at).to.be.within(1, 5);
      expect(column).to.be.greaterThan(0);
    }
  });
});
