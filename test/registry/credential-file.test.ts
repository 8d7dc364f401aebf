import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { parseCredentialFile } from '../../src/registry/credential-file.js';
import { needShared } from '../support/shared.js';

const parse = (content: unknown, legacy = false): ReturnType<typeof parseCredentialFile> =>
  parseCredentialFile(
    Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
    '/test/auth.json',
    legacy,
  );
const auth = (user: string, secret: string): { auth: string } => ({
  auth: Buffer.from(`${user}:${secret}`).toString('base64'),
});

interface Case {
  readonly file: string;
  readonly key: string;
  readonly user?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly legacyDockercfg?: boolean;
}

describe('registry/credential-file', () => {
  it('finds what containers/image finds in its own test files', function () {
    const root = needShared(this, 'data/containers-image-fixtures');
    const { cases } = JSON.parse(readFileSync(`${root}/expected/auth-lookup.json`, 'utf8')) as { cases: Case[] };
    expect(cases.length).to.be.greaterThan(15);
    for (const { file, key, user, password, identityToken, legacyDockercfg } of cases) {
      const [host = '', ...repository] = key.split('/');
      const parsed = parseCredentialFile(readFileSync(`${root}/${file}`), file, legacyDockercfg);
      const found = parsed.entryFor(host, repository.join('/'));
      const expected =
        user === undefined
          ? undefined
          : identityToken === undefined
            ? { kind: 'basic', username: user, password, from: file }
            : { kind: 'identity-token', token: identityToken, from: file };
      expect(found, `${key} in ${file}`).to.deep.equal(expected);
    }
  });

  const auths = {
    'registry.test/team/app': auth('a', '1'),
    'registry.test/team': auth('b', '2'),
    'registry.test': auth('c', '3'),
    'https://index.docker.io/v1/': auth('d', '4'),
    'empty.test': {},
  };
  const lookUps: readonly [string, string, string | undefined][] = [
    ['registry.test', 'team/app', 'a'],
    ['registry.test', 'team/app/more', 'a'],
    ['registry.test', 'team/application', 'b'],
    ['registry.test', 'other', 'c'],
    ['registry.test:443', 'team/app', undefined],
    ['sub.registry.test', 'team/app', undefined],
    ['docker.io', 'library/app', 'd'],
    ['empty.test', 'app', undefined],
    ['none.test', 'app', undefined],
  ];
  for (const [host, repository, user] of lookUps) {
    it(`finds ${user ? `the entry of user ${user}` : 'no entry'} for ${host}/${repository}`, () => {
      const found = parse({ auths }).entryFor(host, repository);
      expect(found?.kind === 'basic' ? found.username : undefined).to.equal(user);
    });
  }

  it('keeps colons in a password and drops zero bytes after it', () => {
    const found = parse({ auths: { 'r.test': auth('u', 'a:b\0\0') } }).entryFor('r.test', 'app');
    expect(found).to.include({ username: 'u', password: 'a:b' });
  });

  it('finds the helper of a host, the hub under any of its names, and the store', () => {
    const file = parse({ credHelpers: { 'r.test': 'one', 'https://index.docker.io/v1/': 'two' }, credsStore: 'three' });
    expect([file.helperFor('r.test'), file.helperFor('docker.io'), file.helperFor('s.test'), file.store]).to.deep.equal(
      ['one', 'two', undefined, 'three'],
    );
  });

  const secret = 'c2VjcmV0';
  const broken: readonly [string, string][] = [
    ['is not JSON', `{"auths": {"r.test": {"auth": "${secret}"`],
    ['is not an object', `["${secret}"]`],
    ['has auths that are no object', `{"auths": "${secret}"}`],
    ['has an entry that is no object', `{"auths": {"r.test": "${secret}"}}`],
    ['has an auth without a colon', `{"auths": {"r.test": {"auth": "${secret}"}}}`],
    ['has an auth that is a number', `{"auths": {"r.test": {"auth": 5, "x": "${secret}"}}}`],
    ['has one member twice', `{"auths": {"r.test": {"auth": "${secret}"}, "r.test": {}}}`],
  ];
  for (const [title, content] of broken) {
    it(`names the file, and shows nothing of it, when it ${title}`, () => {
      let error: unknown;
      try {
        parse(content).entryFor('r.test', 'app');
      } catch (thrown) {
        error = thrown;
      }
      if (!(error instanceof ImgcheckError)) throw new Error('expected an ImgcheckError');
      expect(error).to.include({ kind: 'usage', subject: '/test/auth.json' });
      expect(`${error.message} ${error.hint} ${error.stack} ${String(error.cause)}`).to.not.match(/c2VjcmV0|secret/);
    });
  }
});
