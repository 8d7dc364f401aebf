import { describeRule, pod } from './rig.js';

describeRule('read-only-root', [
  ['notes that it can be written', 'a.yaml', pod(''), '7:7 note: can write'],
  [
    'notes false where it stands',
    'a.yaml',
    pod('securityContext: {readOnlyRootFilesystem: false}'),
    '8:49 note: can write',
  ],
  ['takes true', 'a.yaml', pod('securityContext: {readOnlyRootFilesystem: true}')],
  [
    'judges services',
    'a.yml',
    'services:\n  a: {read_only: true}\n  b: {image: r.example.com/b}\n',
    '3:3 note: service b',
  ],
]);
