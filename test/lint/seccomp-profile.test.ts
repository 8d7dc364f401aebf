import { describeRule, pod, service } from './rig.js';

describeRule('seccomp-profile', [
  [
    'refuses Unconfined in a container',
    'a.yaml',
    pod('securityContext: {seccompProfile: {type: Unconfined}}'),
    '8:48 error: without seccomp',
  ],
  [
    'refuses it once for a pod',
    'a.yaml',
    pod('', 'initContainers: [{name: i}]\nsecurityContext: {seccompProfile: {type: Unconfined}}'),
    '10:44 error: without seccomp',
  ],
  ['warns when nothing is said, since Kubernetes applies none', 'a.yaml', pod(''), '7:7 warning: no seccomp profile'],
  [
    'takes RuntimeDefault of the pod, and a profile',
    'a.yaml',
    pod(
      'securityContext: {seccompProfile: {type: Localhost, localhostProfile: a.json}}',
      'initContainers: [{name: i}]\nsecurityContext: {seccompProfile: {type: RuntimeDefault}}',
    ),
  ],
  [
    'reads the annotation of old',
    'a.yaml',
    pod('').replace('name: shop', 'annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}'),
    '4:59 error: without seccomp',
  ],
  [
    'takes the annotation of old',
    'a.yaml',
    pod('').replace('name: shop', 'annotations: {container.seccomp.security.alpha.kubernetes.io/web: runtime/default}'),
  ],
  [
    'refuses unconfined in a service, with both signs',
    'a.yml',
    service('security_opt: ["seccomp:unconfined"]'),
    '3:20 error: service web',
  ],
  ['refuses it after =', 'a.yml', service('security_opt: [seccomp=unconfined]'), '3:20 error: service web'],
  ['takes the engine’s default in a service', 'a.yml', service('image: r.example.com/a')],
  [
    'refuses it in run lines',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="podman run --security-opt seccomp=unconfined NAME"\n',
    '2:38 error: label RUN',
  ],
  ['refuses it in daemon.json', 'daemon.json', '{"seccomp-profile": "unconfined"}', '1:21 error: every container'],
  ['takes a profile in daemon.json', 'daemon.json', '{"seccomp-profile": "/etc/docker/a.json"}'],
]);
