import { expect } from 'chai';
import { describeRule, lintText, pod, service } from './rig.js';

describeRule('literal-secret', [
  [
    'refuses ENV with a value',
    'Dockerfile',
    'FROM r.example.com/a\nENV A=b DB_PASSWORD=hunter2\n',
    '2:9 error: DB_PASSWORD',
  ],
  [
    'refuses the older form of ENV',
    'Dockerfile',
    'FROM r.example.com/a\nENV API_TOKEN hunter2\n',
    '2:5 error: API_TOKEN',
  ],
  [
    'refuses an ARG with a default, and warns of one without',
    'Dockerfile',
    'FROM r.example.com/a\nARG SECRET=hunter2\nARG SECRET\n',
    '2:5 error: SECRET',
    '3:5 warning: history',
  ],
  [
    'warns of ENV that keeps what was passed',
    'Dockerfile',
    'FROM r.example.com/a\nENV NPM_TOKEN=${NPM_TOKEN}\n',
    '2:5 warning: config',
  ],
  [
    'takes names that only speak of a secret',
    'Dockerfile',
    'FROM r.example.com/a\nENV PASSWORD_FILE=/run/secrets/a TOKEN_URL=https://a MAX_TOKENS=5 SECRET_NAME=a GPG_KEY=A0 PUBLIC_KEY=a\n',
  ],
  [
    'takes values that are none',
    'Dockerfile',
    'FROM r.example.com/a\nENV ALLOW_EMPTY_PASSWORD=yes PASSWORD= TOKEN=/run/secrets/token\n',
  ],
  [
    'refuses a value in a pod, not a reference',
    'a.yaml',
    pod(
      'env:\n  - name: PASSWORD\n    value: hunter2\n  - name: TOKEN\n    valueFrom: {secretKeyRef: {name: a, key: b}}\n  - {name: SECRET, value: $(OTHER)}',
    ),
    '9:11 error: PASSWORD',
  ],
  [
    'refuses it in services, as a map or a list',
    'a.yml',
    'services:\n  a:\n    environment:\n      API_KEY: hunter2\n  b:\n    environment:\n      - API_KEY=hunter2\n',
    '4:7 error: API_KEY',
    '7:9 error: API_KEY',
  ],
  [
    'takes what is interpolated or passed through',
    'a.yml',
    service('environment:\n  API_KEY: ${API_KEY}\n  TOKEN:\n  SECRET: ${SECRET:?must be set}'),
  ],
  [
    'refuses the default of an interpolation',
    'a.yml',
    service('environment: ["API_KEY=${API_KEY:-hunter2}"]'),
    '3:19 error: API_KEY',
  ],
  [
    'refuses arguments of a build',
    'a.yml',
    service('build: {context: ., args: {TOKEN: hunter2}}'),
    '3:32 error: TOKEN',
  ],
  [
    'refuses it in a unit',
    'a.service',
    '[Service]\nEnvironment=A=b "REGISTRY_PASSWORD=hunter2"\n',
    '2:17 error: REGISTRY_PASSWORD',
  ],
  [
    'refuses it in a run line',
    'Dockerfile',
    'FROM r.example.com/a\nLABEL RUN="docker run -e TOKEN=hunter2 NAME"\n',
    '2:26 error: TOKEN',
  ],
]);

describe('literal-secret and what it repeats', () => {
  it('never repeats a value', async () => {
    const text =
      'FROM r.example.com/a\nENV PASSWORD=hunter2\nARG TOKEN=hunter2\nLABEL RUN="docker run -e TOKEN=hunter2 -v hunter2:/a x"\n';
    expect(JSON.stringify((await lintText('Dockerfile', text)).findings)).not.to.include('hunter2');
  });
});
