import { describeRule, pod, service } from './rig.js';

describeRule('run-as-non-root', [
  [
    'warns of root by name, number and with a group',
    'Dockerfile',
    'FROM r.example.com/a\nUSER root\n',
    '2:6 warning: runs as root',
  ],
  ['warns of 0', 'Dockerfile', 'FROM r.example.com/a\nUSER 0:1000\n', '2:6 warning: runs as root'],
  ['takes the last USER', 'Dockerfile', 'FROM r.example.com/a\nUSER root\nRUN a\nUSER 1001\n'],
  [
    'warns when the last is root again',
    'Dockerfile',
    'FROM r.example.com/a\nUSER app\nUSER root\n',
    '3:6 warning: runs as root',
  ],
  [
    'warns without USER, and says that the base decides',
    'Dockerfile',
    'FROM r.example.com/a\n',
    '1:1 warning: whoever its base says',
  ],
  ['knows that nothing is inherited from scratch', 'Dockerfile', 'FROM scratch\n', '1:1 warning: runs as root'],
  ['inherits from an earlier stage', 'Dockerfile', 'FROM r.example.com/a AS base\nUSER app\nFROM base\nCOPY a /a\n'],
  ['judges the last stage only', 'Dockerfile', 'FROM r.example.com/a\nUSER root\nFROM r.example.com/b\nUSER 1001\n'],
  [
    'does not take the USER of ONBUILD',
    'Dockerfile',
    'FROM r.example.com/a\nONBUILD USER app\n',
    '1:1 warning: whoever its base says',
  ],
  ['does not take a name that begins like root', 'Dockerfile', 'FROM r.example.com/a\nUSER rootless\n'],
  ['warns of a container that says nothing', 'a.yaml', pod(''), '7:7 warning: neither runAsNonRoot nor runAsUser'],
  ['warns of runAsUser 0', 'a.yaml', pod('securityContext:\n  runAsUser: 0'), '9:20 warning: runs as root'],
  [
    'warns of runAsNonRoot false',
    'a.yaml',
    pod('securityContext:\n  runAsNonRoot: false'),
    '9:23 warning: runAsNonRoot is false',
  ],
  ['takes what the pod says', 'a.yaml', pod('', 'securityContext:\n  runAsNonRoot: true')],
  [
    'prefers what the container says',
    'a.yaml',
    pod('securityContext:\n  runAsUser: 0', 'securityContext:\n  runAsUser: 1000'),
    '9:20 warning: runs as root',
  ],
  ['takes a number', 'a.yaml', pod('securityContext: {runAsUser: 1000}')],
  [
    'warns of a service that is root, and notes one that says nothing',
    'a.yml',
    'services:\n  a:\n    user: "0:0"\n  b:\n    image: r.example.com/b\n',
    '3:11 warning: runs as root',
    '4:3 note: whoever its image says',
  ],
  ['takes a user of a service', 'a.yml', service('user: ${UID:-1000}:1000')],
]);
