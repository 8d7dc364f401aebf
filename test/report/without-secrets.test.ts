import { expect } from 'chai';
import { commandWithoutSecrets, withoutSecrets } from '../../src/report/without-secrets.js';

describe('withoutSecrets', () => {
  const cases: readonly (readonly [text: string, expected: string])[] = [
    ['postgres://app:hunter2@db:5432/x', 'postgres://app:***@db:5432/x'],
    ['see https://example.com/a:b@c', 'see https://example.com/a:b@c'],
    ['curl --password hunter2 https://x', 'curl --password *** https://x'],
    ['export DB_PASSWORD=hunter2 && run', 'export DB_PASSWORD=*** && run'],
    ['API_TOKEN="two words" x', 'API_TOKEN=*** x'],
    ['java -Dspring.datasource.password=hunter2 -jar a', 'java -Dspring.datasource.password=*** -jar a'],
    ['PASSWORD_FILE=/run/secrets/x PUBLIC_KEY=abc', 'PASSWORD_FILE=/run/secrets/x PUBLIC_KEY=abc'],
    ['/usr/bin:/bin', '/usr/bin:/bin'],
    ['', ''],
  ];
  for (const [text, expected] of cases) {
    it(`writes ${JSON.stringify(text)} as ${JSON.stringify(expected)}`, () => {
      expect(withoutSecrets(text)).to.equal(expected);
    });
  }

  for (const piece of ['a', '-a', '--a-', '://', '://a:', 'a="', "a='", '-a ', ' ', '=', 'TOKEN=']) {
    it(`ends for a mebibyte of ${JSON.stringify(piece)}`, () => {
      expect(withoutSecrets(piece.repeat(Math.ceil(2 ** 20 / piece.length)))).to.be.a('string');
    });
  }
});

describe('commandWithoutSecrets', () => {
  const cases: readonly (readonly [words: string[], expected: string[]])[] = [
    [
      ['run', '--password', 'hunter2', '-v'],
      ['run', '--password', '***', '-v'],
    ],
    [
      ['run', '--token=a b c'],
      ['run', '--token=***'],
    ],
    [
      ['env', 'SECRET=a b c', 'run'],
      ['env', 'SECRET=***', 'run'],
    ],
    [
      ['run', '--password', '-v'],
      ['run', '--password', '-v'],
    ],
    [
      ['sh', '-c', 'x --token abc'],
      ['sh', '-c', 'x --token ***'],
    ],
    [
      ['--user', 'me'],
      ['--user', 'me'],
    ],
  ];
  for (const [words, expected] of cases) {
    it(`writes ${JSON.stringify(words)} as ${JSON.stringify(expected)}`, () => {
      expect(commandWithoutSecrets(words)).to.deep.equal(expected);
    });
  }
});
