import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { contentOf } from '../../src/examination/content.js';
import { compareImages } from '../../src/examination/difference.js';
import type { ReadImage } from '../../src/examination/read-image.js';
import { buildDiffReport } from '../../src/report/build-diff-report.js';
import type { DiffReport } from '../../src/report/diff-report.js';
import { renderDiffText } from '../../src/report/diff-text.js';
import { safeJson } from '../../src/report/safe-json.js';
import { buildFrom, database, databasePath, openBuilt, osRelease, readerOf } from '../examination/rig.js';
import type { TarInput } from '../support/build-tar.js';
import { expectPrintable } from '../support/hostile.js';
import { plain } from './rig.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/diff.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true }).compile(schema);

interface Given {
  readonly layers?: readonly (readonly TarInput[])[];
  readonly run?: Readonly<Record<string, unknown>>;
  readonly compression?: 'gzip' | 'none';
  readonly history?: readonly Readonly<Record<string, unknown>>[];
}

async function read({ layers = [[]], run = {}, ...more }: Given): Promise<ReadImage> {
  const { image } = await openBuilt(buildFrom(layers, { config: { config: run }, ...more }));
  const gathered = await readerOf().gather(image);
  return { image, content: contentOf(gathered.facts, undefined), gathered };
}

/** The report of two images, by its schema, and fit to print in every form. */
async function diff(from: Given, to: Given): Promise<{ report: DiffReport; text: string }> {
  const [a, b] = [await read(from), await read(to)];
  const report = buildDiffReport(a, b, compareImages(a, b));
  expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
  const text = renderDiffText(report, { ...plain, width: 100 });
  expectPrintable(text);
  expectPrintable(safeJson(report, 2));
  return { report, text };
}

describe('buildDiffReport', () => {
  it('says of an image and itself that nothing differs', async () => {
    const given: Given = { layers: [[osRelease('fedora'), database('a 1-1')], [{ path: 'bin/a', mode: 0o4755 }]] };
    const { report, text } = await diff(given, given);
    expect(report.complete).to.equal(true);
    expect(report.shared.layers).to.equal(2);
    expect([report.packages?.equal, report.special.equal, report.config]).to.deep.equal([1, 1, []]);
    expect(text).to.include('the same image').and.include('0 upgraded, 0 downgraded, 0 added, 0 removed, 1 the same');
  });

  it('counts the lowest layers that are the same files, however compressed', async () => {
    const base = [{ path: 'a', body: 'a' }];
    const { report } = await diff(
      { layers: [base, [{ path: 'b' }]], compression: 'none' },
      { layers: [base, [{ path: 'c' }], [{ path: 'd' }]] },
    );
    expect(report.shared).to.deep.equal({ layers: 1, size: report.a.layers[0]?.size });
    expect([report.a.layers.length, report.b.layers.length]).to.deep.equal([2, 3]);
  });

  it('says which packages came, went and changed, in both forms', async () => {
    const { report, text } = await diff(
      { layers: [[database('bash 5.1-1', 'gone 1-1', 'new 1:2-1')]] },
      { layers: [[database('bash 5.2-1', 'come 1-1', 'new 3-1')]] },
    );
    expect(report.packages).to.deep.equal({
      equal: 0,
      upgraded: [{ name: 'bash', arch: 'x86_64', from: '5.1-1', to: '5.2-1' }],
      downgraded: [{ name: 'new', arch: 'x86_64', from: '1:2-1', to: '3-1' }],
      rebuilt: [],
      added: [{ name: 'come', arch: 'x86_64', version: '1-1' }],
      removed: [{ name: 'gone', arch: 'x86_64', version: '1-1' }],
    });
    expect(text).to.include('  ~ bash.x86_64  upgraded    5.1-1 -> 5.2-1\n');
    expect(text).to.include('  ~ new.x86_64   downgraded  1:2-1 -> 3-1\n');
    expect(text).to.include('  + come.x86_64  added       1-1\n').and.include('  - gone.x86_64  removed     1-1\n');
  });

  const whole = [osRelease('fedora'), database('a 1-1')];
  const lists: readonly (readonly [what: string, to: Given, complete: boolean, compared: boolean, problem: RegExp])[] =
    [
      [
        'a removed database',
        { layers: [whole, [{ path: 'var/lib/rpm/.wh.rpmdb.sqlite' }]] },
        false,
        false,
        /was removed/,
      ],
      ['none on an RPM distribution', { layers: [[osRelease('rhel')]] }, false, false, /though os-release says rhel 1/],
      ['a broken database', { layers: [[{ path: databasePath, body: 'no' }]] }, false, false, /could not be read/],
      ['none on another distribution', { layers: [[osRelease('debian')]] }, true, true, /^no RPM database$/],
      ['none at all', { layers: [[]] }, true, true, /^no RPM database$/],
      [
        'another manager’s',
        { layers: [[osRelease('debian'), { path: 'var/lib/dpkg/status', body: '' }]] },
        true,
        true,
        /packages of dpkg are not compared/,
      ],
    ];
  for (const [what, to, complete, compared, problem] of lists) {
    it(`takes ${what} for ${complete ? 'an answer' : 'no answer'}, and says so`, async () => {
      const { report, text } = await diff({ layers: [whole] }, to);
      expect(report.complete).to.equal(complete);
      expect(report.packages !== undefined).to.equal(compared);
      expect(report.b.packages.problems.join('; ')).to.match(problem);
      expect(text.includes('packages  not compared')).to.equal(!compared);
    });
  }

  it('shows rights with mode, owner, capabilities, devices and what the other image has there', async () => {
    const capability = Uint8Array.of(1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const { report, text } = await diff(
      {
        layers: [
          [
            { path: 'bin/su', mode: 0o4755 },
            { path: 'bin/mount', mode: 0o4755, user: 'root', group: 'root' },
          ],
        ],
      },
      {
        layers: [
          [
            { path: 'bin/su', mode: 0o4711 },
            { path: 'bin/mount', mode: 0o755 },
            { path: 'bin/ping', mode: 0o755, xattrs: { 'security.capability': capability } },
            { path: 'dev/sda', type: 'block-device', dev: [8, 0], mode: 0o600 },
          ],
        ],
      },
    );
    expect(report.special.changed[0]).to.deep.include({ path: '/bin/su', changed: ['mode'] });
    expect(report.special.added.map(({ path, capabilities, device }) => [path, capabilities ?? device])).to.deep.equal([
      ['/bin/ping', 'cap_net_raw=ep'],
      ['/dev/sda', '8:0'],
    ]);
    expect(text).to.include('  ~ 4755 0:0 setuid -> 4711 0:0 setuid  /bin/su\n');
    expect(text).to.include('  - 4755 root:root setuid  /bin/mount, in B without these rights\n');
    expect(text).to.include('  + 0755 0:0 cap_net_raw=ep  /bin/ping\n');
    expect(text).to.include('  + 0600 0:0 block-device 8:0  /dev/sda\n');
  });

  it('shows no value of what is named like a secret, and no password in any other', async () => {
    const secret = 'hunter2hunter2';
    const { report, text } = await diff(
      {
        run: { Env: ['DB_PASSWORD=old', 'URL=x'], Labels: { 'app.token': 'a' }, Cmd: ['run', '--password', 'x'] },
      },
      {
        run: {
          Env: [`DB_PASSWORD=${secret}`, `URL=postgres://me:${secret}@db/x`, `NEW_API_KEY=${secret}`],
          Labels: { 'app.token': secret, note: `PASSWORD=${secret}` },
          Cmd: ['run', '--password', secret],
          Healthcheck: { Test: ['CMD-SHELL', `curl --token ${secret} x`] },
        },
        history: [{ created_by: `RUN |1 TOKEN=${secret} /bin/sh -c x` }],
      },
    );
    expect(JSON.stringify(report) + text).not.to.include(secret);
    expect(report.config).to.deep.include({ field: 'Env', key: 'DB_PASSWORD', change: 'changed', secret: true });
    expect(report.config).to.deep.include({ field: 'Env', key: 'NEW_API_KEY', change: 'added', secret: true });
    expect(text).to.include('  ~ Env DB_PASSWORD  (changed; its value is not shown)\n');
    expect(text).to.include('  ~ Env URL  x -> postgres://me:***@db/x\n');
    expect(text).to.include('["run","--password","***"]  (what differs is not shown)\n');
  });

  it('shows ports and volumes by name, and lists as they are split', async () => {
    const { text } = await diff(
      { run: { Entrypoint: ['a b'] } },
      { run: { Entrypoint: ['a', 'b'], ExposedPorts: { '8080': {} }, Volumes: { '/data': {} }, User: '7' } },
    );
    expect(text).to.include(
      'config    1 changed, 3 added, 0 removed\n  + User  7\n  ~ Entrypoint  ["a b"] -> ["a","b"]\n',
    );
    expect(text).to.include('  + ExposedPorts 8080/tcp\n  + Volumes /data\n');
  });

  it('prints nothing that could move a cursor, and cuts what is long', async () => {
    const bad = '\u001b[2J\u202e\r\n\u0007';
    const { text } = await diff(
      { layers: [[{ path: 'etc/os-release', body: `ID=x\nPRETTY_NAME="${bad}"\n` }]] },
      {
        layers: [[{ path: `bin/${bad}`, mode: 0o4755, user: '\u001b[1m' }, database(`a\u001b[31m 1\u202e-1`)]],
        run: { Env: [`A${bad}=${bad}`], Labels: { [bad]: 'x'.repeat(100_000) }, Cmd: [bad], User: bad },
      },
    );
    expect(text.length).to.be.below(5000);
  });

  it('lists five hundred of many packages in text, and all in JSON', async () => {
    const names = Array.from({ length: 600 }, (_, i) => `p${String(i).padStart(3, '0')} 1-1`);
    const { report, text } = await diff({ layers: [[database('a 1-1')]] }, { layers: [[database('a 1-1', ...names)]] });
    expect(report.packages?.added).to.have.length(600);
    expect(text).to.include('p499.x86_64').and.include('  ... and 100 more (--format json lists all)\n');
  });
});
