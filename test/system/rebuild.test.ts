import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { imgcheck, type Ran } from '../support/command-line.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';
import { readLines } from '../support/rpm-database.js';

type Freshness = NonNullable<Report['freshness']>;

/** The forecast as rpm's lists of two releases would say it: name, what happens, from, to. */
function differences({ forecast }: Freshness): readonly string[] {
  if (!forecast) throw new Error('nothing was foreseen');
  const evr = (text: string): string => (/^\d+:/.test(text) ? text : `0:${text}`);
  const row = (name: string, word: string, from: string, to: string): string => [name, word, from, to].join('\t');
  const { upgraded, held, lost, withdrawn, dropped, brought } = forecast;
  const whole = (one: (typeof dropped)[number]): string => `${one.epoch}:${one.version}-${one.release}`;
  return [
    ...[...upgraded, ...held].map((one) => row(one.name, 'upgraded', evr(one.from), evr(one.to))),
    ...[...withdrawn, ...lost].map((one) => row(one.name, 'downgraded', evr(one.from), evr(one.to))),
    ...dropped.map((one) => row(one.name, 'removed', whole(one), '-')),
    ...brought.map((one) => row(one.name, 'added', '-', whole(one))),
  ].sort();
}

describe('what a rebuild would change, and when one is wanted', function () {
  this.timeout(300_000);
  let world: SharedRegistry;
  let folder: string;

  before(async function () {
    world = await sharedRegistry(this);
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-rebuild-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const named = (name: string): string => `${world.registry.host}/public/${name}`;
  const run = (...args: string[]): Promise<Ran> =>
    imgcheck([...args, '--cert-dir', world.registry.certDir, '--cache', 'none', '--platform', 'linux/amd64']);
  const on = (image: string, ...args: string[]): Promise<Ran> =>
    run(named(image), '--base', named('base:latest'), ...args);

  it('is told beneath the base, and by all three measures', async () => {
    const { stdout } = await on('app:on-1.0');
    expect(stdout).to.match(/^rebuild {2}on \S+base:latest: would upgrade \d+ packages/m);
    expect(stdout.replace(/\s+/g, ' ')).to.match(
      /by layers needed \[binds\], by packages needed \(\d+ packages differ from today’s base\), by advisories not known/,
    );
  });

  const codes: readonly [command: 'check' | 'freshness', image: string, when: string | undefined, code: number][] = [
    ['check', 'app:on-1.0', undefined, 4],
    ['check', 'app:on-1.0', 'layers-differ', 4],
    ['check', 'app:on-1.0', 'packages-differ', 4],
    ['check', 'app:on-1.0', 'advisories', 3],
    ['check', 'app:on-1.1', 'packages-differ', 0],
    ['check', 'app:on-1.1', 'advisories', 0],
    ['freshness', 'app:on-1.0', undefined, 4],
    ['freshness', 'app:on-1.0', 'packages-differ', 3],
    ['freshness', 'app:on-1.0', 'advisories', 3],
    ['freshness', 'app:on-1.1', 'packages-differ', 0],
  ];
  for (const [command, image, when, expected] of codes) {
    it(`ends ${command} of ${image} with ${expected} for ${when ?? 'no word of when'}`, async () => {
      const option = when === undefined ? [] : ['--rebuild-when', when];
      const args = [named(image), '--base', named('base:latest'), ...option, '--format', 'json'];
      const { stdout, code } = await run(command, ...args);
      const report = JSON.parse(stdout) as Report;
      expect(code).to.equal(expected);
      expect(report.freshness?.rebuild?.when).to.equal(when ?? 'layers-differ');
      expect(report.freshness?.rebuild?.layers).to.equal(image === 'app:on-1.0' ? 'needed' : 'not-needed');
      const base = report.findings.find((one) => one.check === 'base-current');
      expect(base?.message).to.include(image === 'app:on-1.0' ? 'an older release' : 'the base as it is today');
    });
  }

  it('goes by the policy file, and by the option before it', async () => {
    const policy = join(folder, 'imgcheck.yaml');
    writeFileSync(policy, 'version: 1\nrebuildWhen: packages-differ\n');
    const args = ['freshness', named('app:on-1.0'), '--base', named('base:latest'), '--policy', policy];
    expect((await run(...args)).code).to.equal(3);
    expect((await run(...args, '--rebuild-when', 'layers-differ')).code).to.equal(4);
  });

  it('refuses another word', async () => {
    const { code, stderr } = await on('app:on-1.0', '--rebuild-when', 'always');
    expect([code, stderr]).to.satisfy(([one, text]: [number, string]) => one === 2 && text.includes('packages-differ'));
  });
});

/** A laboratory of registries, as the recipe beside the shared data builds it; where it is told by IMGCHECK_LAB. */
describe('what a rebuild would change in the laboratory', function () {
  this.timeout(300_000);
  const lab = process.env['IMGCHECK_LAB'] ?? '';

  before(function () {
    if (lab !== '' && existsSync(join(lab, 'oracle'))) return;
    console.log('      skipped: IMGCHECK_LAB names no laboratory');
    this.skip();
  });

  for (const [from, to] of ['12', '13', '23']) {
    it(`is what rpm says of release ${from} beside release ${to ?? ''}, line by line`, async () => {
      const conf = readFileSync(join(lab, 'conf/reg-anon.yml'), 'utf8');
      const host = `localhost:${/addr: \S+:(\d+)/.exec(conf)?.[1] ?? ''}/public`;
      const options = ['--cert-dir', join(lab, 'conf/certs.d'), '--cache', 'none', '--format', 'json'];
      const base = ['--base', `${host}/base:1.${to ?? ''}`, '--platform', 'linux/amd64'];
      const { stdout } = await imgcheck([`${host}/app:on-1.${from ?? ''}`, ...base, ...options]);
      const report = JSON.parse(stdout) as Report;
      const truth = readLines(join(lab, 'oracle', `r${from ?? ''}-r${to ?? ''}.diff.tsv`));
      if (!report.freshness) throw new Error('the base was asked for');
      expect(differences(report.freshness)).to.deep.equal([...truth].sort());
    });
  }
});
