import { describeRule, pod, service } from './rig.js';

describeRule('selinux-confined', [
  [
    'refuses label:disable in both forms',
    'a.yml',
    'services:\n  a:\n    security_opt: ["label:disable"]\n  b:\n    security_opt: [label=disable]\n',
    '3:20 error: service a',
    '5:20 error: service b',
  ],
  ['refuses unconfined types', 'a.yaml', pod('securityContext: {seLinuxOptions: {type: spc_t}}'), '8:48 error: spc_t'],
  [
    'refuses the type of the pod once',
    'a.yaml',
    pod('', 'initContainers: [{name: i}]\nsecurityContext:\n  seLinuxOptions:\n    type: unconfined_t'),
    '12:13 error: unconfined_t',
  ],
  ['refuses a type in a service', 'a.yml', service('security_opt: ["label:type:spc_t"]'), '3:20 error: spc_t'],
  ['takes a type that confines', 'a.yml', service('security_opt: ["label=type:container_logreader_t"]')],
  [
    'reads run lines',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run --security-opt label:disable NAME"\n',
    '2:38 error: label RUN',
  ],
  [
    'warns of a daemon that labels nothing',
    'daemon.json',
    '{"selinux-enabled": false}',
    '1:21 warning: dockerd labels no container',
  ],
  [
    'warns of it in a unit',
    'a.service',
    '[Service]\nExecStart=/usr/bin/dockerd --selinux-enabled=false\n',
    '2:28 warning: dockerd labels no container',
  ],
  ['takes a daemon that labels', 'daemon.json', '{"selinux-enabled": true}'],
]);
