import { describeRule } from './rig.js';

const file = (...lines: string[]): string => ['FROM r.example.com/a', ...lines, 'RUN yum -y install a', ''].join('\n');

describeRule('copy-before-packages', [
  ['warns of the whole context before an installation', 'Dockerfile', file('COPY . /app'), '2:1 warning: COPY of .'],
  [
    'warns of folders of sources, with flags and in the exec form',
    'Dockerfile',
    file('COPY --chown=1 src/ /app/', 'ADD ["app", "/app"]'),
    '2:1 warning: src/',
    '3:1 warning: app',
  ],
  ['says nothing when it stands below', 'Dockerfile', `${file()}COPY . /app\n`],
  [
    'says nothing of repository files and keys',
    'Dockerfile',
    file(
      'COPY repos/ /tmp/',
      'COPY my.repo /etc/yum.repos.d/',
      'COPY RPM-GPG-KEY-a keys/ /etc/pki/rpm-gpg/',
      'COPY rpms/ /tmp/rpms/',
    ),
  ],
  ['says nothing of single files', 'Dockerfile', file('COPY requirements.txt /tmp/', 'COPY Gemfile Gemfile.lock ./')],
  ['says nothing of another stage', 'Dockerfile', file('COPY --from=r.example.com/b / /out')],
  ['says nothing of system folders', 'Dockerfile', file('COPY etc/ /etc/', 'COPY root/ /')],
  ['says nothing without an installation', 'Dockerfile', 'FROM r.example.com/a\nCOPY . /app\nRUN make\n'],
  [
    'judges each stage by itself',
    'Dockerfile',
    'FROM r.example.com/a\nCOPY . /a\nFROM r.example.com/b\nRUN yum -y install a\n',
  ],
]);
