import { describeRule, pod, service } from './rig.js';

describeRule('capabilities-added', [
  [
    'refuses what is root by another name',
    'a.yaml',
    pod('securityContext:\n  capabilities:\n    add: [SYS_ADMIN, ALL]'),
    '10:17 error: SYS_ADMIN',
    '10:28 error: ALL',
  ],
  [
    'warns of what no engine gives',
    'a.yaml',
    pod('securityContext:\n  capabilities:\n    add:\n      - NET_ADMIN'),
    '11:15 warning: NET_ADMIN',
  ],
  [
    'notes the four that most do not need',
    'a.yml',
    service('cap_add: [AUDIT_WRITE, MKNOD, SETFCAP, SETPCAP]'),
    '3:15 note: AUDIT_WRITE',
    '3:28 note: MKNOD',
    '3:35 note: SETFCAP',
    '3:44 note: SETPCAP',
  ],
  ['takes what is added back to nothing', 'a.yml', service('cap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE, CHOWN]')],
  [
    'knows the name in any case and with its prefix',
    'a.yml',
    service('cap_add: [cap_sys_ptrace]'),
    '3:15 error: SYS_PTRACE',
  ],
  [
    'reads run lines',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL INSTALL docker run --cap-add=SYS_MODULE NAME\n',
    '2:26 error: SYS_MODULE',
  ],
]);
