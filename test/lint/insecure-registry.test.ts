import { describeRule } from './rig.js';

describeRule('insecure-registry', [
  [
    'refuses each in daemon.json',
    'daemon.json',
    '{"insecure-registries":\n ["r.example.com:5000", "10.0.0.0/8"]}',
    '2:3 error: r.example.com:5000',
    '2:25 error: 10.0.0.0/8',
  ],
  [
    'refuses it in a unit',
    'docker.service',
    '[Service]\nExecStart=/usr/bin/dockerd --insecure-registry r:5000 --insecure-registry=s:5000\n',
    '2:48 error: r:5000',
    '2:55 error: s:5000',
  ],
  ['takes an empty list', 'daemon.json', '{"insecure-registries": []}'],
]);
