import { describeRule } from './rig.js';

const file = (line: string): string => `FROM r.example.com/a\n${line}\n`;

describeRule('add-from-url', [
  [
    'warns of a URL',
    'Dockerfile',
    file('ADD https://r.example.com/a.tgz /a'),
    '2:5 warning: https://r.example.com/a.tgz',
  ],
  [
    'repeats neither user nor query',
    'Dockerfile',
    file('ADD https://u:hunter2@r.example.com/a?token=hunter2 /a'),
    '2:5 warning: fetches https://r.example.com/a without',
  ],
  ['warns of a repository', 'Dockerfile', file('ADD git@r.example.com:a.git /a'), '2:5 warning: git@'],
  ['takes a checksum', 'Dockerfile', file(`ADD --checksum=sha256:${'0'.repeat(64)} https://r.example.com/a /a`)],
  ['takes a commit', 'Dockerfile', file(`ADD https://r.example.com/a.git#${'0'.repeat(40)} /a`)],
  ['says nothing of local files', 'Dockerfile', file('ADD https.tgz a.tgz /https://')],
  ['says nothing of COPY', 'Dockerfile', file('COPY a /a')],
]);
