import { describeRule } from './rig.js';

const two = (a: string, b: string): string =>
  `services:\n  a:\n    security_opt: ["label=level:${a}"]\n  b:\n    security_opt: ["label=level:${b}"]\n`;
const deployment = (name: string, level: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec:\n  template:\n    spec:\n      securityContext: {seLinuxOptions: {level: "${level}"}}\n      containers: [{name: x}, {name: y}]\n`;

describeRule('selinux-level-shared', [
  [
    'warns of one level for two services',
    'a.yml',
    two('s0:c1,c2', 's0:c1,c2'),
    '5:20 warning: service b has the level s0:c1,c2 of service a',
  ],
  ['takes levels that differ', 'a.yml', two('s0:c1,c2', 's0:c1,c3')],
  ['takes a level without categories, which keeps nothing apart', 'a.yml', two('s0', 's0')],
  [
    'warns of two workloads, not of the containers of one',
    'a.yaml',
    `${deployment('a', 's0:c1,c2')}---\n${deployment('b', 's0:c1,c2')}`,
    '16:49 warning: Deployment b has the level s0:c1,c2 of Deployment a',
  ],
]);
