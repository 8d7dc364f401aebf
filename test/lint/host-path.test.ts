import { describeRule, pod, service } from './rig.js';

const mounted = (path: string): string =>
  pod('volumeMounts: [{name: s, mountPath: /s}]', `volumes: [{name: s, hostPath: {path: ${path}}}]`);

describeRule('host-path', [
  [
    'refuses what opens the host',
    'a.yml',
    service(
      'volumes:\n  - /:/host\n  - /etc:/a\n  - /proc/sys:/b\n  - /var/lib/kubelet/pods:/c\n  - /etc/../root:/d\n  - /dev/sda:/e',
    ),
    '4:9 error: host’s /',
    '5:9 error: /etc',
    '6:9 error: /proc/sys',
    '7:9 error: /var/lib/kubelet',
    '8:9 error: /root',
    '9:9 error: /dev/sda',
  ],
  ['refuses it in a pod', 'a.yaml', mounted('/var/lib'), '9:40 error: /var/lib'],
  ['warns of any other folder in a pod', 'a.yaml', mounted('/srv/files'), '9:40 warning: /srv/files'],
  [
    'takes folders of the project in a service, and volumes',
    'a.yml',
    service('volumes:\n  - ./etc:/etc\n  - files:/var/lib/files\n  - /srv/files:/srv\n  - /only/inside'),
  ],
  [
    'takes the clock’s zone',
    'a.yml',
    service('volumes:\n  - /etc/localtime:/etc/localtime:ro\n  - /etc/timezone:/etc/timezone:ro'),
  ],
  ['leaves the engine’s socket to its own rule', 'a.yml', service('volumes: ["/var/run/docker.sock:/a"]')],
  [
    'reads run lines',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run -v /:/host --mount type=bind,src=/etc,dst=/e NAME"\n',
    '2:26 error: host’s /',
    '2:42 error: /etc',
  ],
]);
