import { describeRule, pod, service } from './rig.js';

describeRule('capabilities-dropped', [
  [
    'warns when nothing is dropped, and names the four',
    'a.yaml',
    pod(''),
    '7:7 warning: AUDIT_WRITE, MKNOD, SETFCAP, SETPCAP',
  ],
  ['warns of a part', 'a.yml', service('cap_drop: [MKNOD, AUDIT_WRITE]'), '3:16 warning: SETFCAP, SETPCAP'],
  [
    'warns without naming what is dropped',
    'a.yml',
    service('cap_drop: [MKNOD, AUDIT_WRITE, SETFCAP, SETPCAP]'),
    '3:16 warning: does not drop all capabilities',
  ],
  ['takes ALL in any case', 'a.yaml', pod('securityContext: {capabilities: {drop: [all]}}')],
  ['says nothing of a privileged one', 'a.yml', service('privileged: true')],
  ['says nothing of Windows', 'a.yaml', pod('', 'os: {name: windows}')],
  ['says nothing of a run line', 'Dockerfile', 'FROM r.example.com/a\nLABEL RUN="docker run NAME"\n'],
]);
