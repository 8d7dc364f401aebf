import { describeRule, pod, service } from './rig.js';

describeRule('privileged-container', [
  [
    'refuses it in a pod',
    'a.yaml',
    pod('securityContext:\n  privileged: true'),
    '9:21 error: container web of Pod shop is privileged',
  ],
  ['knows the words of YAML 1.1', 'a.yaml', pod('securityContext:\n  privileged: yes'), '9:21 error: privileged'],
  [
    'takes false, and an init container by itself',
    'a.yaml',
    pod(
      'securityContext:\n  privileged: false',
      'initContainers:\n  - name: i\n    securityContext: {privileged: true}',
    ),
    '12:37 error: init container i',
  ],
  ['refuses it in a service', 'a.yml', service('privileged: true'), '3:17 error: service web'],
  [
    'refuses it in the run line of a label',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run -d --privileged NAME"\n',
    '2:26 error: label RUN',
  ],
  [
    'does not take an argument of the program for an option',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run NAME --privileged"\n',
  ],
  [
    'does not take a description for a run line',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL description="docker run --privileged NAME"\n',
  ],
  [
    'refuses a RUN without walls',
    'Dockerfile',
    'FROM r.example.com/a\nRUN --security=insecure a\n',
    '2:5 error: RUN is privileged',
  ],
]);
