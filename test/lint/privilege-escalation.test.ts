import { describeRule, pod, service } from './rig.js';

describeRule('privilege-escalation', [
  ['warns when a container says nothing', 'a.yaml', pod(''), '7:7 warning: does not keep'],
  [
    'warns of true',
    'a.yaml',
    pod('securityContext:\n  allowPrivilegeEscalation: true'),
    '9:35 warning: lets processes gain',
  ],
  ['takes false', 'a.yaml', pod('securityContext:\n  allowPrivilegeEscalation: false')],
  ['notes it in a service', 'a.yml', service('image: r.example.com/a'), '2:3 note: does not keep'],
  [
    'takes no-new-privileges in every form',
    'a.yml',
    'services:\n  a:\n    security_opt: [no-new-privileges]\n  b:\n    security_opt: ["no-new-privileges:true"]\n  c:\n    security_opt: [no-new-privileges=true]\n',
  ],
  [
    'warns when it is turned off',
    'a.yml',
    service('security_opt: ["no-new-privileges:false"]'),
    '3:20 warning: lets processes gain',
  ],
]);
