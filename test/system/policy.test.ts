import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import type { TrustReport } from '../../src/report/trust-report.js';
import { imgcheck, type Ran } from '../support/command-line.js';

const layout = fileURLToPath(new URL('../../fixtures/demo', import.meta.url));
/** Five setuid and setgid files under /usr/bin, /usr/bin/su among them. */
const image = `oci:${layout}:base:1.1`;
const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/report.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

describe('the policy file', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'imgcheck-policy-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  const at = (name: string): string => join(folder, name);

  /** Runs with a policy that asks for setuid and not for what a local image leaves open. */
  function check(exceptions: readonly string[], ...args: readonly string[]): Promise<Ran> {
    const head = ['version: 1', 'checks: { setuid: required, base-current: off }'];
    const all = exceptions.length > 0 ? ['exceptions:', ...exceptions.map((one) => `  - ${one}`)] : [];
    writeFileSync(at('p.yaml'), [...head, ...all, ''].join('\n'));
    return imgcheck([image, '--base', 'scratch', '--policy', at('p.yaml'), '--cache', 'none', ...args]);
  }

  const excepting = (path: string, expiry = '9999-12-31', more = ''): string =>
    `{ check: setuid, match: { path: ${path} }, reason: because, owner: me, expiry: ${expiry}${more} }`;

  const cases: readonly [what: string, exceptions: readonly string[], code: number, said: RegExp][] = [
    ['no exception', [], 1, /setuid +5 setuid or setgid files/],
    ['one for all files', [excepting('/usr/bin/*')], 0, /\[waived until 9999-12-31 by me: because\]/],
    ['one for a file', [excepting('/usr/bin/su')], 1, /setuid +\/usr\/bin\/chage, .* \(4 of 5\)/],
    ['one that has expired', [excepting('/usr/bin/*', '2020-02-29')], 1, /p\.yaml:4 \(me\) expired on 2020-02-29/],
    ['one that matches nothing', [excepting('/opt/**')], 1, /p\.yaml:4 \(me\) matches nothing that was found/],
    [
      'one for another digest',
      [excepting('/usr/bin/*', '9999-12-31', `, digest: 'sha256:${'0'.repeat(64)}'`)],
      1,
      /is for sha256:000000000000 alone/,
    ],
  ];
  for (const [what, exceptions, code, said] of cases) {
    it(`ends with ${code} by ${what}, and says so`, async () => {
      const ran = await check(exceptions);
      expect(ran.stderr).to.equal('');
      expect(ran.code).to.equal(code);
      // Lines are wrapped where they would be too long.
      expect(ran.stdout.replace(/\s+/g, ' ')).to.match(said);
    });
  }

  it('reports waivers and exceptions as JSON by the schema', async () => {
    const { stdout } = await check([excepting('/usr/bin/s*'), excepting('/x', '2020-01-01')], '--format', 'json');
    const report = JSON.parse(stdout) as Report;
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
    expect(report.exceptions?.map(({ state, findings }) => [state, findings])).to.deep.equal([
      ['applied', 1],
      ['expired', 0],
    ]);
    const setuid = report.findings.filter((one) => one.check === 'setuid');
    expect(setuid.map(({ required, waived }) => [required, waived?.by])).to.deep.equal([
      [true, undefined],
      [false, 'me'],
    ]);
  });

  it('refuses an exception that is wrong, with its line and column', async () => {
    const { code, stderr } = await check(['{ check: setuid, match: { path: /a }, reason: b, owner: c, expiry: soon }']);
    expect(code).to.equal(2);
    expect(stderr).to.match(/p\.yaml:4:\d+: expiry must be a day, as 2030-12-31: soon\n$/);
  });

  it('lets nothing be promoted that is not signed', async () => {
    writeFileSync(at('promotion.yaml'), 'version: 1\nprofile: promotion\n');
    const { code, stdout } = await imgcheck(['verify', image, '--policy', at('promotion.yaml'), '--cache', 'none']);
    expect(stdout).to.include('the image is not signed');
    expect(code).to.equal(1);
  });

  it('names the files of trust and of registries, as seen from itself', async () => {
    mkdirSync(at('etc/registries.d'), { recursive: true });
    writeFileSync(at('etc/policy.json'), '{"default":[{"type":"reject"}]}');
    writeFileSync(at('etc/registries.conf'), 'unqualified-search-registries = ["r.example.com"]\n');
    writeFileSync(at('etc/registries.d/a.yaml'), 'default-docker:\n  lookaside: https://sigs.example.com\n');
    const text =
      'version: 1\npolicyJson: etc/policy.json\nregistriesD: etc/registries.d\nregistriesConf: etc/registries.conf\n';
    writeFileSync(at('trust.yaml'), text);
    const policy = ['--policy', at('trust.yaml')];
    const shown = await imgcheck(['policy', 'show', 'r.example.com/a', ...policy, '--format', 'json']);
    const report = JSON.parse(shown.stdout) as TrustReport;
    expect(report.policy?.path).to.equal(at('etc/policy.json'));
    expect(report.lookaside).to.match(/^https:\/\/sigs\.example\.com/);
    expect((await imgcheck(['rhel7', ...policy])).stderr).to.include('r.example.com/rhel7');
    writeFileSync(at('other.conf'), 'unqualified-search-registries = ["other.example.com"]\n');
    const told = await imgcheck(['rhel7', ...policy, '--registries-conf', at('other.conf')]);
    expect(told.stderr).to.include('other.example.com/rhel7').and.not.include('r.example.com/rhel7,');
  });
});

describe('imgcheck policy init', function () {
  this.timeout(120_000);
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'imgcheck-init-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('writes a file that imgcheck reads, and never over another', async () => {
    const file = join(folder, 'imgcheck.yaml');
    const wrote = await imgcheck(['policy', 'init', '--profile', 'nightly', '--output', file]);
    expect(wrote).to.deep.equal({ code: 0, stdout: '', stderr: '' });
    const { stdout, code } = await imgcheck(['policy', 'init', '--profile', 'nightly']);
    expect([code, stdout]).to.deep.equal([0, readFileSync(file, 'utf8')]);
    const read = await imgcheck(['policy', 'show', 'r.example.com/a', '--policy', file]);
    expect(read.code).to.equal(0);
    const again = await imgcheck(['policy', 'init', '--output', file]);
    expect(again.code).to.equal(2);
    expect(again.stderr).to.include(`${file}: the file exists, and is not written over`);
    expect(readFileSync(file, 'utf8')).to.equal(stdout);
    expect((await imgcheck(['policy', 'init', '--profile', 'weekly'])).code).to.equal(2);
  });
});

describe('formats for programs', function () {
  this.timeout(120_000);

  it('are taken by check and lint, and keep the exit code', async () => {
    const text = await imgcheck([image, '--cache', 'none']);
    for (const [format, form] of [
      ['sarif', /^\{\n {2}"\$schema": /],
      ['junit', /^<\?xml /],
      ['github', /^::/],
    ] as const) {
      const checked = await imgcheck([image, '--cache', 'none', '--format', format]);
      expect([checked.code, checked.stderr]).to.deep.equal([text.code, '']);
      expect(checked.stdout).to.match(form);
      const linted = await imgcheck(['lint', 'no-such-file', '--format', format]);
      expect(linted.code).to.equal(2);
      expect(linted.stdout).to.match(form);
      expect((await imgcheck(['freshness', image, '--format', format])).code).to.equal(2);
    }
  });
});
