import { describeRule, pod, service } from './rig.js';

const id = `sha256:${'a'.repeat(64)}`;

describeRule('image-qualified', [
  ['refuses a naked FROM', 'Dockerfile', 'FROM rhel7\n', '1:6 error: rhel7 does not say which registry'],
  ['refuses a name with a namespace alone', 'Dockerfile', 'FROM library/rhel7:1\n', '1:6 error: library/rhel7:1'],
  ['looks past --platform', 'Dockerfile', 'FROM --platform=linux/arm64 rhel7\n', '1:29 error: rhel7'],
  [
    'takes a registry with dot, port or localhost',
    'Dockerfile',
    'FROM r.example.com/a\nFROM r:5000/a\nFROM localhost/a\n',
  ],
  ['takes scratch', 'Dockerfile', 'FROM scratch\n'],
  [
    'takes a stage by its name, in any case',
    'Dockerfile',
    'FROM r.example.com/a AS Build\nFROM build\nCOPY --from=BUILD /a /b\n',
  ],
  [
    'refuses a name that is a stage only further down',
    'Dockerfile',
    'FROM later\nFROM r.example.com/a AS later\n',
    '1:6 error: later',
  ],
  [
    'takes a stage by its number in COPY',
    'Dockerfile',
    'FROM r.example.com/a\nFROM r.example.com/b\nCOPY --from=0 /a /b\n',
  ],
  [
    'refuses a naked COPY --from',
    'Dockerfile',
    'FROM r.example.com/a\nCOPY --from=nginx:1 /a /b\n',
    '2:13 error: nginx:1',
  ],
  [
    'refuses a naked mount',
    'Dockerfile',
    'FROM r.example.com/a\nRUN --mount=type=bind,from=tools,target=/t a\n',
    '2:28 error: tools',
  ],
  ['puts the default of an ARG in its place', 'Dockerfile', 'ARG BASE=rhel7\nFROM $BASE\n', '2:6 error: rhel7'],
  ['follows one ARG to another', 'Dockerfile', 'ARG HOST=r.example.com\nARG BASE=${HOST}/a\nFROM ${BASE}:${TAG:-1}\n'],
  [
    'says when an ARG without a default leaves it open',
    'Dockerfile',
    'ARG BASE\nFROM $BASE\n',
    '2:6 note: known only when it is filled in',
  ],
  [
    'does not take an ARG of a stage for one before the first FROM',
    'Dockerfile',
    'FROM r.example.com/a\nARG X=r.example.com/b\nFROM $X\n',
    '3:6 note: $X',
  ],
  ['says what docker.io leaves out', 'Dockerfile', 'FROM docker.io/nginx\n', '1:6 error: leaves out its namespace'],
  ['says what is no name at all', 'Dockerfile', 'FROM r.example.com/UPPER\n', '1:6 error: must be lower case'],
  ['says that an image ID is known to one machine only', 'Dockerfile', `FROM ${id}\n`, '1:6 warning: ID'],
  ['refuses a naked image of a pod', 'a.yaml', pod('image: nginx:1'), '8:14 error: nginx:1'],
  [
    'notes an image that is still to be filled in',
    'a.yaml',
    pod('image: $(REGISTRY)/nginx:1'),
    '8:14 note: $(REGISTRY)/nginx:1',
  ],
  ['takes a qualified image of a pod', 'a.yaml', pod('image: r.example.com/nginx:1')],
  [
    'refuses a naked image of a service, with the default of its variable',
    'a.yml',
    service('image: "nginx:${TAG:-1}"'),
    '3:12 error: nginx:1',
  ],
  ['leaves a service alone that is built', 'a.yml', service('build: .\nimage: web')],
  ['leaves a service alone whose image is a variable', 'a.yml', service('image: ${IMAGE}')],
]);
