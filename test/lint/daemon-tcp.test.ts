import { describeRule, pod, service } from './rig.js';

const unit = (line: string): string => `[Unit]\nDescription=a\n\n[Service]\n${line}\n`;

describeRule('daemon-tcp', [
  [
    'refuses TCP without tlsverify in daemon.json',
    'daemon.json',
    '{\n\t"hosts": ["fd://", "tcp://0.0.0.0:2375"]\n}',
    '2:21 error: tcp://0.0.0.0:2375',
  ],
  [
    'does not take tls without tlsverify',
    'daemon.json',
    '{"hosts": ["tcp://0.0.0.0:2376"], "tls": true}',
    '1:12 error: certificate',
  ],
  ['takes tlsverify', 'daemon.json', '{"hosts": ["tcp://0.0.0.0:2376"], "tlsverify": true}'],
  ['takes sockets', 'daemon.json', '{"hosts": ["fd://", "unix:///var/run/docker.sock"]}'],
  [
    'refuses it in a unit, in every form of the option',
    'a.service',
    unit('ExecStart=/usr/bin/dockerd -H fd:// -H tcp://a --host=tcp://b -Htcp://c'),
    '5:40 error: tcp://a',
    '5:48 error: tcp://b',
    '5:63 error: tcp://c',
  ],
  [
    'refuses it in a continued line and behind prefixes',
    'a.service',
    unit('ExecStart=-/usr/bin/dockerd \\\n  -H tcp://a'),
    '6:6 error: tcp://a',
  ],
  ['takes tlsverify in a unit', 'a.service', unit('ExecStart=/usr/bin/dockerd -H tcp://a --tlsverify --tlscacert=/ca')],
  [
    'takes what a drop-in clears',
    'override.conf',
    '[Service]\nExecStart=/usr/bin/dockerd -H tcp://a\nExecStart=\nExecStart=/usr/bin/dockerd -H fd://\n',
  ],
  [
    'refuses options that come in the environment',
    'a.service',
    unit('Environment="OPTIONS=-H tcp://0.0.0.0"\nExecStart=/usr/bin/dockerd $OPTIONS'),
    '5:13 error: through its options',
  ],
  ['refuses a socket unit on the port', 'docker.socket', '[Socket]\nListenStream=2375\n', '2:14 error: on 2375'],
  ['takes other programs with the same words', 'a.service', unit('ExecStart=/usr/bin/curl -H tcp://a')],
  [
    'refuses the service of Podman on TCP',
    'a.service',
    unit('ExecStart=/usr/bin/podman system service --time=0 tcp:0.0.0.0:8080'),
    '5:51 error: tcp:0.0.0.0:8080',
  ],
  [
    'warns of DOCKER_HOST in images, pods and services',
    'Dockerfile',
    'FROM r.example.com/a\nENV DOCKER_HOST=tcp://docker:2375\n',
    '2:5 warning: DOCKER_HOST',
  ],
  [
    'warns of it in a pod',
    'a.yaml',
    pod('env:\n  - name: DOCKER_HOST\n    value: tcp://localhost:2375'),
    '9:11 warning: DOCKER_HOST',
  ],
  [
    'takes it with DOCKER_TLS_VERIFY, or over SSH',
    'a.yml',
    'services:\n  a:\n    environment: {DOCKER_HOST: "tcp://d:2376", DOCKER_TLS_VERIFY: 1}\n  b:\n    environment: [DOCKER_HOST=ssh://d]\n',
  ],
  [
    'refuses a daemon that a service runs',
    'a.yml',
    service('command: dockerd --host tcp://0.0.0.0:2375'),
    '3:14 error: tcp://0.0.0.0:2375',
  ],
  ['warns of the port in an image', 'Dockerfile', 'FROM r.example.com/a\nEXPOSE 80 2375/tcp\n', '2:11 warning: port'],
  ['takes other ports', 'Dockerfile', 'FROM r.example.com/a\nEXPOSE 12375 2376\n'],
]);
