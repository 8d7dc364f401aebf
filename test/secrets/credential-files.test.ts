import { expect } from 'chai';
import { findCredentials, isCredentialFile } from '../../src/secrets/credential-files.js';

/** `kind line:column|what is found`. */
function found(path: string, text: string): string[] {
  expect(isCredentialFile(path), path).to.equal(true);
  return findCredentials(path, text).map(({ kind, from, to }) => {
    const before = text.slice(0, from).split('\n');
    return `${kind} ${before.length}:${(before.at(-1) ?? '').length + 1}|${text.slice(from, to)}`;
  });
}

const login = (text: string): string => Buffer.from(text).toString('base64');
const key = 'aGVsbG8gd29ybGQgdGhpcyBpcyBhIGtleSBvZiAzMiE=';

/** Where, what, and what is found in it. */
const cases: readonly (readonly [path: string, text: string, ...found: string[]])[] = [
  [
    'root/.docker/config.json',
    `{"auths":{"r.io":{"auth":"${login('bob:hunter22')}"}}}`,
    `registry login 1:27|${login('bob:hunter22')}`,
  ],
  [
    'run/containers/0/auth.json',
    `{\n "auths": {\n "r.io": {"auth": "${login('bob:hunter22')}"}}}`,
    `registry login 3:20|${login('bob:hunter22')}`,
  ],
  ['root/.dockercfg', '{"r.io":{"identitytoken":"tok3nvalue"}}', 'registry token 1:27|tok3nvalue'],
  ['root/.netrc', '# mine\nmachine r.io login bob password hunter22\n', 'password in .netrc 2:33|hunter22'],
  ['etc/apt/auth.conf.d/a.conf', 'machine r.io\nlogin bob\npassword hunter22', 'password in .netrc 3:10|hunter22'],
  [
    'home/a/.pgpass',
    '# c\ndb:5432:app:bob:hunter22\n*:*:*:*:other123',
    'PostgreSQL password 2:17|hunter22',
    'PostgreSQL password 3:9|other123',
  ],
  ['root/.my.cnf', '[client]\nuser=root\npassword="hunter22"\n', 'MySQL password 3:11|hunter22'],
  ['root/.git-credentials', 'https://bob:hunter22@git.io\n', 'Git credential 1:13|hunter22'],
  ['app/.git/config', '[remote "origin"]\n\turl = https://bob:hunter22@git.io/a.git', 'Git credential 2:20|hunter22'],
  [
    'root/.npmrc',
    '//r.io/:_authToken=tok3nvalue\n//r.io/:_password="aHVudGVy"',
    'npm credential 1:20|tok3nvalue',
    'npm credential 2:20|aHVudGVy',
  ],
  ['root/.yarnrc.yml', 'npmAuthToken: "tok3nvalue"', 'npm credential 1:16|tok3nvalue'],
  ['root/.pypirc', '[pypi]\nusername = bob\npassword = hunter22', 'PyPI password 3:12|hunter22'],
  ['etc/pip.conf', '[global]\nindex-url = https://bob:hunter22@p.io/simple', 'password in a URL 2:25|hunter22'],
  ['etc/apt/sources.list', 'deb https://bob:hunter22@d.io/ stable main', 'password in a URL 1:17|hunter22'],
  [
    'etc/yum.repos.d/a.repo',
    '[a]\nbaseurl=https://bob:hunter22@d.io/\npassword=other123',
    'password in a URL 2:21|hunter22',
    'password of a package repository 3:10|other123',
  ],
  [
    'root/.aws/credentials',
    '[default]\naws_access_key_id = A\naws_secret_access_key = abcdefgh1',
    'AWS credential 3:25|abcdefgh1',
  ],
  [
    'root/.kube/config',
    `users:\n- user:\n    client-key-data: ${key}\n    token: tok3nvalue`,
    `Kubernetes client key 3:22|${key}`,
    'Kubernetes credential 4:12|tok3nvalue',
  ],
  ['etc/kubernetes/admin.conf', `    client-key-data: ${key}`, `Kubernetes client key 1:22|${key}`],
  [
    'var/run/secrets/kubernetes.io/serviceaccount/token',
    'eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.e30.c2ln',
    'Kubernetes service account token 1:1|eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.e30.c2ln',
  ],
  [
    'root/.config/gcloud/application_default_credentials.json',
    '{"client_id":"a","refresh_token":"1//tok3n"}',
    'gcloud credentials 1:35|1//tok3n',
  ],
  [
    'root/.azure/msal_token_cache.json',
    '{"RefreshToken":{"x":{"secret":"tok3nvalue"}}}',
    'Azure token 1:33|tok3nvalue',
  ],
  ['root/.config/gh/hosts.yml', 'github.com:\n    oauth_token: tok3nvalue', 'GitHub token 2:18|tok3nvalue'],
  [
    'root/.terraform.d/credentials.tfrc.json',
    '{"credentials":{"app.t.io":{"token":"tok3nvalue"}}}',
    'HashiCorp Terraform token 1:38|tok3nvalue',
  ],
  ['root/.vault-token', 'hvs-tok3nvalue\n', 'HashiCorp Vault token 1:1|hvs-tok3nvalue'],
  ['root/.m2/settings.xml', '<server><id>a</id><password>hunter22</password></server>', 'Maven password 1:29|hunter22'],
  [
    'root/.nuget/NuGet/NuGet.Config',
    '<add key="ClearTextPassword" value="hunter22" />',
    'NuGet password 1:37|hunter22',
  ],
  [
    'root/.composer/auth.json',
    '{"http-basic":{"r.io":{"username":"b","password":"hunter22"}}}',
    'Composer credential 1:51|hunter22',
  ],
  [
    'etc/wireguard/wg0.conf',
    `[Interface]\nPrivateKey = ${'a1B2'.repeat(10)}xyz=`,
    `WireGuard private key 2:14|${'a1B2'.repeat(10)}xyz=`,
  ],
  [
    'etc/NetworkManager/system-connections/a.nmconnection',
    '[wifi-security]\npsk=hunter22',
    'Wi-Fi or VPN password 2:5|hunter22',
  ],
  [
    'app/.env',
    'PORT=80\nexport DB_PASSWORD="hunter 22"\nTOKEN_FILE=/run/x\nAPI_KEY=k3yvalue # mine',
    'secret in an environment file 2:20|"hunter 22"',
    'secret in an environment file 4:9|k3yvalue',
  ],
  ['app/.env.production', 'SECRET_KEY_BASE=abcdef12', 'secret in an environment file 1:17|abcdef12'],
  [
    'root/.gradle/gradle.properties',
    'signing.password=hunter22\nsigningPassword=other123',
    'secret in an environment file 1:18|hunter22',
    'secret in an environment file 2:17|other123',
  ],
];

describe('secrets/credential-files', () => {
  for (const [path, text, ...expected] of cases) {
    it(`finds what /${path} keeps, and where`, () => {
      expect(found(path, text)).to.deep.equal(expected);
      expect(found(path, text.replaceAll('\n', '\r\n'))).to.deep.equal(expected);
    });

    it(`finds nothing in /${path} with blanks in place of it`, () => {
      for (const blank of ['${SECRET}', 'changeme', '<secret>', '']) {
        const filled = expected.reduce((filled, one) => {
          const secret = one.slice(one.indexOf('|') + 1);
          const value = secret === login('bob:hunter22') ? login(`bob:${blank}`) : blank;
          return filled.replace(secret, value);
        }, text);
        expect(found(path, filled), blank).to.deep.equal([]);
      }
    });

    it(`finds nothing of the kind in a file beside /${path}`, () => {
      expect(findCredentials(`${path}/x.txt`, text)).to.deep.equal([]);
      expect(findCredentials(`x${path.split('/').at(-1)}x`, text)).to.deep.equal([]);
    });
  }

  for (const [title, path, text] of [
    [
      'a docker config that has only helpers',
      'root/.docker/config.json',
      '{"credsStore":"desktop","auths":{"r.io":{}}}',
    ],
    ['a login without a password', 'root/.docker/config.json', `{"auths":{"r":{"auth":"${login('bob:')}"}}}`],
    ['a sample of an environment file', 'app/.env.example', 'DB_PASSWORD=hunter22'],
    ['a URL without a password', 'root/.git-credentials', 'https://bob@git.io/a:b'],
    ['a Maven settings file with an encrypted id', 'root/.m2/settings.xml', '<password>${env.PASSWORD}</password>'],
    [
      'yum.conf as packaged',
      'etc/dnf/dnf.conf',
      '[main]\ngpgcheck=1\ninstallonly_limit=3\nclean_requirements_on_remove=True',
    ],
  ] as const) {
    it(`finds nothing in ${title}`, () => {
      expect(findCredentials(path, text)).to.deep.equal([]);
    });
  }

  it('ends for files of a mebibyte made to be slow', () => {
    for (const [path, text] of cases) {
      for (const piece of [
        text,
        text.replaceAll('\n', ' '),
        ' '.repeat(500),
        text.slice(0, -3),
        'password token: ://a:',
      ]) {
        const slow = piece.repeat(Math.ceil((1 << 19) / piece.length));
        expect(findCredentials(path, slow).length, path).to.be.at.most(1100);
      }
    }
  });
});
