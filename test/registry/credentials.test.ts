import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { loadCredentials, type Credential } from '../../src/registry/credentials.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';

const entry = (user: string): object => ({ auth: Buffer.from(`${user}:secret`).toString('base64') });

/** Writes files under a directory that serves as home; objects as JSON. */
function write(dir: string, files: Readonly<Record<string, object | string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
    if (name.startsWith('bin/')) chmodSync(join(dir, name), 0o755);
  }
}

const userOf = (credential: Credential | undefined): string | undefined =>
  credential?.kind === 'basic' ? credential.username : credential?.token;

describe('registry/credentials', () => {
  const everywhere = {
    'run/containers/auth.json': { auths: { 'r.test': entry('runtime') } },
    'xdg/containers/auth.json': { auths: { 'r.test': entry('config'), 's.test': entry('config') } },
    'docker/config.json': { auths: { 's.test': entry('docker'), 't.test': entry('docker') } },
    '.dockercfg': { 't.test': entry('dockercfg'), 'u.test': entry('dockercfg') },
    'only.json': { auths: { 'z.test': entry('only') } },
  };
  const environment = (dir: string): Record<string, string> => ({
    HOME: dir,
    XDG_RUNTIME_DIR: join(dir, 'run'),
    XDG_CONFIG_HOME: join(dir, 'xdg'),
    DOCKER_CONFIG: join(dir, 'docker'),
    PATH: `${join(dir, 'bin')}:/usr/bin:/bin`,
  });

  const order: readonly [string, string | undefined][] = [
    ['r.test', 'runtime'],
    ['s.test', 'config'],
    ['t.test', 'docker'],
    ['u.test', 'dockercfg'],
    ['v.test', undefined],
  ];
  for (const [host, user] of order) {
    it(`takes ${user ? `the first file with an entry for ${host}: ${user}` : 'nothing where no file has an entry'}`, () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, everywhere);
        expect(userOf(await loadCredentials(environment(dir))(host, 'app'))).to.equal(user);
      }));
  }

  it('looks in the usual places of the home folder when no variable says otherwise', () =>
    inTemporaryDirectory(async (dir) => {
      write(dir, {
        '.config/containers/auth.json': { auths: { 'r.test': entry('config') } },
        '.docker/config.json': { auths: { 's.test': entry('docker') } },
      });
      const credentials = loadCredentials({ HOME: dir });
      expect(userOf(await credentials('r.test', 'app'))).to.equal('config');
      expect(userOf(await credentials('s.test', 'app'))).to.equal('docker');
    }));

  it('looks nowhere else than in the file that is named', () =>
    inTemporaryDirectory(async (dir) => {
      write(dir, everywhere);
      const only = join(dir, 'only.json');
      for (const credentials of [
        loadCredentials(environment(dir), { authfile: only }),
        loadCredentials({ ...environment(dir), REGISTRY_AUTH_FILE: only }),
      ]) {
        expect(await credentials('z.test', 'app')).to.include({ username: 'only', from: only });
        expect(await credentials('r.test', 'app')).to.equal(undefined);
      }
    }));

  it('says that the file that is named is not there', () =>
    inTemporaryDirectory(async (dir) => {
      const error = await failureOf('usage', () =>
        loadCredentials({}, { authfile: join(dir, 'no.json') })('r.test', 'app'),
      );
      expect(error.subject).to.equal(join(dir, 'no.json'));
    }));

  it('goes on to the next file after an empty entry', () =>
    inTemporaryDirectory(async (dir) => {
      write(dir, {
        'run/containers/auth.json': { auths: { 'r.test': {} } },
        'xdg/containers/auth.json': { auths: { 'r.test': entry('config') } },
      });
      expect(userOf(await loadCredentials(environment(dir))('r.test', 'app'))).to.equal('config');
    }));

  describe('helpers', () => {
    /** Notes the host it is asked for, then does as `script` says. */
    const helper = (script: string): string =>
      `#!/bin/sh\nread -r host\necho "$1 $host" >> "$(dirname "$0")/asked"\n${script}\n`;
    const answer = (user: string, secret: string): string =>
      helper(`echo '{"ServerURL":"x","Username":"${user}","Secret":"${secret}"}'`);
    const asked = (dir: string): string[] => readFileSync(join(dir, 'bin/asked'), 'utf8').trim().split('\n');

    it('come before the entries of their file and are asked once for a host', () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, {
          'bin/docker-credential-test': answer('helped', 'secret'),
          'run/containers/auth.json': { credHelpers: { 'r.test': 'test' }, auths: { 'r.test': entry('entry') } },
        });
        const credentials = loadCredentials(environment(dir));
        await Promise.all([credentials('r.test', 'a'), credentials('r.test', 'b')]);
        expect(await credentials('r.test', 'c')).to.deep.equal({
          kind: 'basic',
          username: 'helped',
          password: 'secret',
          from: `docker-credential-test, named in ${join(dir, 'run/containers/auth.json')}`,
        });
        expect(asked(dir)).to.deep.equal(['get r.test']);
      }));

    it('are final in their file, even without an answer', () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, {
          'bin/docker-credential-test': helper("echo 'credentials not found in native keychain'; exit 1"),
          'run/containers/auth.json': { credHelpers: { 'r.test': 'test' }, auths: { 'r.test': entry('entry') } },
          'xdg/containers/auth.json': { auths: { 'r.test': entry('next') } },
        });
        expect(userOf(await loadCredentials(environment(dir))('r.test', 'app'))).to.equal('next');
      }));

    it('may give an identity token', () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, {
          'bin/docker-credential-test': answer('<token>', 'identity'),
          'run/containers/auth.json': { credHelpers: { 'r.test': 'test' } },
        });
        const found = await loadCredentials(environment(dir))('r.test', 'app');
        expect(found).to.include({ kind: 'identity-token', token: 'identity' });
      }));

    it('are asked for the hub under the name docker stores it', () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, {
          'bin/docker-credential-test': answer('hub', 'secret'),
          'docker/config.json': { credsStore: 'test' },
        });
        expect(userOf(await loadCredentials(environment(dir))('docker.io', 'library/app'))).to.equal('hub');
        expect(asked(dir)).to.deep.equal(['get https://index.docker.io/v1/']);
      }));

    it('of all hosts count in the config of docker alone', () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, {
          'bin/docker-credential-test': answer('stored', 'secret'),
          'xdg/containers/auth.json': { credsStore: 'test' },
        });
        expect(await loadCredentials(environment(dir))('r.test', 'app')).to.equal(undefined);
      }));

    const failures: readonly [string, string, RegExp][] = [
      [
        'fails',
        helper("echo 'secret: s3cret'; exit 3"),
        /^the credential helper docker-credential-test ended with code 3$/,
      ],
      ['gives no JSON', helper('echo s3cret'), /gave an answer that is not the JSON of a credential$/],
      ['writes without end', helper('yes s3cret'), /wrote more than 65536 bytes$/],
    ];
    for (const [title, script, message] of failures) {
      it(`that ${title} is named, without what it said`, () =>
        inTemporaryDirectory(async (dir) => {
          write(dir, {
            'bin/docker-credential-test': script,
            'run/containers/auth.json': { credHelpers: { 'r.test': 'test' } },
          });
          const error = await failureOf('auth', () => loadCredentials(environment(dir))('r.test', 'app'));
          expect(error.message).to.match(message);
          expect(`${error.message} ${error.hint} ${String(error.cause)}`).to.not.include('s3cret');
        }));
    }

    it('that is not there is named', () =>
      inTemporaryDirectory(async (dir) => {
        write(dir, { 'run/containers/auth.json': { credHelpers: { 'r.test': 'absent' } } });
        const error = await failureOf('auth', () => loadCredentials(environment(dir))('r.test', 'app'));
        expect(error.message).to.equal('the credential helper docker-credential-absent is not in PATH');
      }));

    for (const name of ['../../evil', 'a b', 'x;touch y', '']) {
      it(`named ${JSON.stringify(name)} is not run`, () =>
        inTemporaryDirectory(async (dir) => {
          write(dir, { 'run/containers/auth.json': { credHelpers: { 'r.test': name } } });
          await failureOf('usage', () => loadCredentials(environment(dir))('r.test', 'app'));
        }));
    }
  });
});
