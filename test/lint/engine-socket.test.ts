import { describeRule, pod, service } from './rig.js';

const mounted = (path: string): string =>
  pod('volumeMounts: [{name: s, mountPath: /s}]', `volumes:\n  - name: s\n    hostPath:\n      path: ${path}`);

describeRule('engine-socket', [
  [
    'refuses docker.sock in a pod, where its path stands',
    'a.yaml',
    mounted('/var/run/docker.sock'),
    '12:15 error: /var/run/docker.sock',
  ],
  [
    'refuses containerd, Podman and CRI-O, in odd spellings',
    'a.yml',
    service(
      'volumes:\n  - /run/containerd/containerd.sock:/a\n  - /run/podman/podman.sock:/b:ro\n  - /var/run/crio/crio.sock:/c\n  - /run//docker.sock:/d\n  - /run/user/1000/podman/podman.sock:/e',
    ),
    '4:9 error: containerd',
    '5:9 error: podman',
    '6:9 error: crio',
    '7:9 error: docker.sock',
    '8:9 error: user/1000',
  ],
  [
    'refuses the long form of a mount',
    'a.yml',
    service('volumes:\n  - type: bind\n    source: /var/run/docker.sock\n    target: /a'),
    '5:17 error: docker.sock',
  ],
  [
    'refuses it in run lines',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run -v /var/run/docker.sock:/a NAME"\n',
    '2:26 error: docker.sock',
  ],
  [
    'refuses it as a volume of the image',
    'Dockerfile',
    'FROM r.example.com/a\nVOLUME ["/var/run/docker.sock"]\n',
    '2:8 error: docker.sock',
  ],
  [
    'takes sockets of other programs',
    'a.yml',
    service('volumes:\n  - /run/mysqld/mysqld.sock:/a\n  - ./docker.sock:/b'),
  ],
  [
    'takes a volume that no container mounts',
    'a.yaml',
    pod('', 'volumes: [{name: s, hostPath: {path: /run/docker.sock}}]'),
  ],
  [
    'says it once for two containers',
    'a.yaml',
    mounted('/run/docker.sock').replace(
      'volumes:',
      'initContainers: [{name: i, volumeMounts: [{name: s}]}]\n  volumes:',
    ),
    '13:15 error: docker.sock',
  ],
]);
