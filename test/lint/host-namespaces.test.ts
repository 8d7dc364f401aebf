import { describeRule, pod, service } from './rig.js';

describeRule('host-namespaces', [
  [
    'refuses those of a pod',
    'a.yaml',
    pod('', 'hostNetwork: true\nhostPID: true\nhostIPC: true'),
    '9:16 error: network',
    '10:12 error: PID',
    '11:12 error: IPC',
  ],
  ['takes false', 'a.yaml', pod('', 'hostNetwork: false')],
  [
    'refuses those of a service',
    'a.yml',
    service('network_mode: host\npid: host\nipc: host\nuserns_mode: host\nuts: host'),
    '3:19 error: network',
    '4:10 error: PID',
    '5:10 error: IPC',
    '6:18 error: user',
    '7:10 error: UTS',
  ],
  ['takes another service’s', 'a.yml', service('network_mode: service:db\npid: service:db\nipc: shareable')],
  [
    'reads run lines',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run --net=host --pid host NAME"\n',
    '2:23 error: network',
    '2:40 error: PID',
  ],
  [
    'warns of the network of a RUN',
    'Dockerfile',
    'FROM r.example.com/a\nRUN --network=host a\n',
    '2:5 warning: network',
  ],
]);
