import { describeRule, pod, service } from './rig.js';

const digest = `sha256:${'a'.repeat(64)}`;

describeRule('image-pinned', [
  ['warns of no tag', 'Dockerfile', 'FROM r.example.com/a\n', '1:6 warning: no tag'],
  ['warns of latest', 'Dockerfile', 'FROM r.example.com/a:latest\n', '1:6 warning: is latest'],
  ['notes a tag alone', 'Dockerfile', 'FROM r.example.com/a:9.4\n', '1:6 note: tag alone'],
  [
    'takes a digest, with a tag or without',
    'Dockerfile',
    `FROM r.example.com/a@${digest}\nFROM r.example.com/a:1@${digest}\n`,
  ],
  ['does not take the port for a tag', 'Dockerfile', 'FROM r:5000/a\n', '1:6 warning: no tag'],
  ['sees the tag of a naked name too', 'Dockerfile', 'FROM rhel7:7.9\n', '1:6 note: rhel7:7.9'],
  ['takes an image ID, scratch and stages', 'Dockerfile', `FROM ${digest} AS a\nFROM scratch\nFROM a\n`],
  ['says nothing of what is no name', 'Dockerfile', 'FROM r.example.com/UPPER\n'],
  ['warns in a pod and in a service', 'a.yaml', pod('image: r.example.com/a'), '8:14 warning: no tag'],
  ['warns in a service', 'a.yml', service('image: r.example.com/a:latest'), '3:12 warning: is latest'],
]);
