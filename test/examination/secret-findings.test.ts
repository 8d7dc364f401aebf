import { expect } from 'chai';
import { configSecrets, searchNotes, secretFindings } from '../../src/examination/secret-findings.js';
import { parseConfig } from '../../src/oci/config.js';
import { stackOf } from '../layer/walked.js';
import { plantedTokens } from '../support/planted-secrets.js';

const [token = { kind: '', secret: '' }] = plantedTokens();
const secret = { path: 'root/token', body: token.secret };

function inConfig(document: Readonly<Record<string, unknown>>): string[] {
  const config = parseConfig(Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', ...document })));
  return configSecrets(config).map(({ field, where, kinds }) => `${field} (${where}): ${kinds.join(', ')}`);
}

describe('examination/secret-findings', () => {
  it('tells what ships, in which layer, whose it is, and who hid it', async () => {
    const stack = await stackOf(
      [secret],
      [{ path: 'root/.wh.token', body: '' }],
      [{ path: 'app/b', body: token.secret }],
    );
    const { files } = secretFindings(stack, 1);
    expect(files.map(({ file, layer, hidden, origin }) => [file.path, layer, hidden?.layer, origin])).to.deep.equal([
      ['root/token', 0, 1, 'base'],
      ['app/b', 2, undefined, 'own'],
    ]);
    expect(secretFindings(stack, undefined).files.map((one) => one.origin)).to.deep.equal(['unknown', 'unknown']);
  });

  it('tells each of a file that was replaced by another with secrets', async () => {
    const { files } = secretFindings(await stackOf([secret], [{ ...secret, body: `${token.secret}\n` }]), 0);
    expect(files.map(({ layer, hidden }) => [layer, hidden?.how])).to.deep.equal([
      [0, 'replaced'],
      [1, undefined],
    ]);
  });

  it('knows a hard link into a lower layer by what it leads to', async () => {
    const stack = await stackOf([secret], [{ path: 'app/b', type: 'hardlink', linkname: 'root/token' }]);
    expect(secretFindings(stack, 0).files.map(({ file, layer }) => [file.path, layer])).to.deep.equal([
      ['root/token', 0],
      ['app/b', 1],
    ]);
  });

  it('sets apart what is in documentation, and sums up the searches', async () => {
    const large = { path: 'a', body: ' '.repeat(1_100_000) };
    const doc = { path: 'usr/share/doc/x/key', body: token.secret };
    const { files, allowed, search } = secretFindings(await stackOf([large, doc], [large]), 0);
    expect([files.length, allowed.map((one) => one.file.place)]).to.deep.equal([0, ['documentation']]);
    expect(search).to.deep.equal({ unlisted: 0, partly: 2, unread: 0 });
    expect(searchNotes(search).join()).to.include('2 files were searched for secrets in part only');
    expect(searchNotes({ unlisted: 0, partly: 0, unread: 1 })).to.deep.equal([
      '1 sparse files were not searched for secrets',
    ]);
  });

  describe('of a config', () => {
    for (const [title, document, expected] of [
      [
        'variables by their names',
        { config: { Env: ['DB_PASSWORD=hunter22', 'PATH=/usr/bin'] } },
        'config.Env.DB_PASSWORD (environment variable DB_PASSWORD): value of a variable named like a secret',
      ],
      [
        'variables with spaces',
        { config: { Env: ['DB_PASSWORD=two words'] } },
        'config.Env.DB_PASSWORD (environment variable DB_PASSWORD): value of a variable named like a secret',
      ],
      [
        'variables by their values',
        { config: { Env: [`X=${token.secret}`] } },
        'config.Env.X (environment variable X): GitHub token',
      ],
      [
        'URLs with passwords',
        { config: { Env: ['DATABASE_URL=pg://a:hunter22@b/c'] } },
        'config.Env.DATABASE_URL (environment variable DATABASE_URL): password in a URL',
      ],
      [
        'a variable without a name',
        { config: { Env: [token.secret] } },
        'config.Env.(without a name) (environment variable (without a name)): GitHub token',
      ],
      [
        'labels',
        { config: { Labels: { run: `docker run -e T=${token.secret} i` } } },
        'config.Labels.run (label run): GitHub token',
      ],
      [
        'commands',
        { config: { Cmd: ['serve', '--password=hunter22'] } },
        'config.Cmd (command): secret as an option of a command',
      ],
      [
        'entry points',
        { config: { Entrypoint: ['a', '--token', 'tok3nvalue'] } },
        'config.Entrypoint (entry point): secret as an option of a command',
      ],
      [
        'arguments of the build',
        { history: [{}, { created_by: 'RUN |1 TOKEN=tok3nvalue /bin/sh -c x' }] },
        'history[1].created_by (line 2 of the history): value of a variable named like a secret',
      ],
      [
        'comments',
        { history: [{ comment: token.secret }] },
        'history[0].comment (comment 1 of the history): GitHub token',
      ],
    ] as const) {
      it(`finds ${title}, and tells no value`, () => {
        expect(inConfig(document)).to.deep.equal([expected]);
      });
    }

    it('finds nothing in what official images have', () => {
      const env = [
        'GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D',
        'PYTHON_SETUPTOOLS_VERSION=65.5.1',
        'MYSQL_ALLOW_EMPTY_PASSWORD=yes',
        'PGDATA=/var/lib/postgresql/data',
        'NODE_VERSION=20',
        'TOKEN_FILE=/run/secrets/t',
        'POSTGRES_PASSWORD=',
        'SECRET=changeme',
      ];
      const history = [
        { created_by: '/bin/sh -c #(nop) ADD file:0b8d8e8d5f4f27d4e8a4ad7a2c7cf0d6b1c2e3f4 in / ' },
        { created_by: 'RUN /bin/sh -c set -eux; wget -O k.asc "https://k/$GPG_KEY" # buildkit' },
      ];
      expect(
        inConfig({ config: { Env: env, Labels: { 'org.opencontainers.image.url': 'https://a.io/b' } }, history }),
      ).to.deep.equal([]);
    });
  });
});
