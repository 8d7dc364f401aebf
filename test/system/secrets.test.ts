import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { buildImage, writeOciLayout } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { imgcheck } from '../support/command-line.js';
import { plantedKeys, plantedTokens } from '../support/planted-secrets.js';

/** Everywhere at once: in a layer, deleted above, in a variable, a label, the command and the history. */
const planted = [...plantedTokens(), ...plantedKeys()];
const password = ['hunter', '22', 'elsewhere'].join('');

describe('imgcheck of an image full of secrets', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'imgcheck-secrets-'));
  const layout = `oci:${join(folder, 'image')}:a`;
  const cache = join(folder, 'cache');

  before(() => {
    const files = planted.map(({ secret }, i) => ({ path: `app/${i}`, body: `x = ${secret}\n` }));
    const tokens = plantedTokens().map((one) => one.secret);
    const image = buildImage({
      layers: [
        buildTar(files.slice(0, 150)),
        buildTar([
          { path: '.wh.app', body: '' },
          ...files.slice(150),
          { path: 'root/.netrc', body: `machine a login b password ${password}` },
        ]),
      ],
      history: [
        { created_by: `RUN |2 V=1 NPM_TOKEN=${tokens[0]} /bin/sh -c npm --password ${password} ci` },
        { created_by: `RUN curl -u bob:${password} https://bob:${password}@r.io/${tokens[1]}` },
        { created_by: `ENV ALL=${tokens.join(',')}`, empty_layer: true },
        ...plantedKeys().map(({ secret }) => ({ created_by: `RUN echo "${secret}" > key`, empty_layer: true })),
      ],
      config: {
        config: {
          Env: [`DB_PASSWORD=${password}`, ...tokens.map((token, i) => `V${i}=${token}`)],
          Labels: { run: `docker run -e T=${tokens[2]} IMAGE` },
          Cmd: ['serve', '--token', password],
        },
      },
    });
    writeOciLayout(join(folder, 'image'), { a: image });
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Any part of a secret that is drawn: its head is the same for all of a kind. */
  function expectNone(text: string, where: string): void {
    for (const { secret } of planted) {
      for (const piece of secret.slice(16).match(/[A-Za-z0-9+/]{10,}/g) ?? []) {
        if (!/^(?:PRIVATE|IncomingWebhook|T3BlbkFJ)/.test(piece))
          expect(text.includes(piece), `${where}: ${piece.slice(0, 4)}`).to.equal(false);
      }
    }
    expect(text.includes(password), where).to.equal(false);
  }

  for (const format of ['json', 'text']) {
    for (const round of ['first', 'second'] as const) {
      it(`prints nothing of them as ${format}, the ${round} time`, async () => {
        const { stdout, stderr } = await imgcheck([layout, '--cache', cache, '--format', format, '--base', 'scratch']);
        expect(stdout).to.include('GitHub token');
        expectNone(stdout, 'output');
        expectNone(stderr, 'errors');
      });
    }
  }

  it('prints nothing of them in the other commands', async () => {
    for (const args of [
      ['layers', layout],
      ['layers', layout, '--format', 'json'],
      ['freshness', layout, '--format', 'json'],
    ]) {
      const { stdout, stderr } = await imgcheck([...args, '--cache', cache, '--base', 'scratch']);
      expectNone(stdout + stderr, args.join(' '));
    }
  });

  it('finds each kind that was planted, in the layers and in the config', async () => {
    const { stdout } = await imgcheck([layout, '--cache', cache, '--format', 'json', '--base', 'scratch']);
    const report = JSON.parse(stdout) as Report;
    const messages = report.findings.filter((one) => one.check === 'secrets').map((one) => one.message);
    const inConfig = messages.filter((one) => one.includes('config')).join('\n');
    for (const { kind } of planted) expect(inConfig).to.include(kind);
    for (const where of [
      'environment variable DB_PASSWORD',
      'label run',
      'command',
      'line 1 of',
      'line 2 of',
      'line 3 of',
    ]) {
      expect(inConfig).to.include(where);
    }
    expect(messages.some((one) => one.includes('deleted in layer 2, still in layer 1'))).to.equal(true);
  });

  it('keeps nothing of them in its cache', () => {
    const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).map((name) => join(cache, name));
    const kept = files.filter((path) => statSync(path).isFile()).map((path) => readFileSync(path, 'latin1'));
    expect(kept.some((text) => text.includes('GitHub token'))).to.equal(true);
    for (const text of kept) expectNone(text, 'cache');
  });
});
