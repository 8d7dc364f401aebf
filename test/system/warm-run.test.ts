import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { buildTar } from '../support/build-tar.js';
import { imgcheck } from '../support/command-line.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { digestOf } from '../../src/oci/digest.js';

describe('imgcheck freshness, run again and again', function () {
  this.timeout(120_000);
  let registry: FakeRegistry;
  let folder: string;
  const layers = ['base', 'app'].map((word) => Buffer.from(buildTar([{ path: `${word}.txt`, body: word }])));

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    folder = await mkdtemp(join(tmpdir(), 'imgcheck-warm-'));
    await writeFile(join(folder, 'ca.crt'), registry.authority.cert);
    push('app:1', layers, 'app');
    push('base:latest', layers.slice(0, 1), 'base');
  });
  afterEach(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  function push(name: string, tars: readonly Buffer[], author: string): void {
    const [repository = '', tag = ''] = name.split(':');
    const config = {
      os: 'linux',
      architecture: 'amd64',
      author,
      rootfs: { type: 'layers', diff_ids: tars.map((tar) => digestOf(tar)) },
    };
    registry.putImage(repository, tag, tars, config);
  }

  async function run(...more: string[]): Promise<{ asked: string[]; report: Report; stderr: string }> {
    registry.requests.length = 0;
    const args = ['freshness', `${registry.host}/app:1`, '--base', `${registry.host}/base:latest`, '--no-releases'];
    const cache = ['--cert-dir', folder, '--cache', join(folder, 'cache')];
    const fixed = ['--platform', 'linux/amd64', '--format', 'json'];
    const { stdout, stderr } = await imgcheck([...args, ...cache, ...fixed, ...more]);
    const asked = registry.requests.map(({ method, url }) => `${method} ${url.replace(/sha256:\w+/, 'DIGEST')}`);
    return { asked, report: JSON.parse(stdout) as Report, stderr };
  }

  function findings({ findings }: Report): string[] {
    return findings
      .filter(({ check }) => check === 'tag-moved-back')
      .map(({ outcome, message }) => `${outcome}: ${message}`);
  }

  const heads = ['HEAD /v2/app/manifests/1', 'HEAD /v2/base/manifests/latest'];

  it('answers the second time from HEAD requests alone, with the same verdict', async () => {
    const cold = await run();
    expect(cold.asked.filter((one) => one.startsWith('HEAD'))).to.deep.equal([]);
    expect(cold.asked).to.have.length(4);
    const warm = await run();
    expect(warm.asked.sort()).to.deep.equal(heads);
    expect(warm.report.coverage?.requests).to.include({ manifests: 2, blobs: 0 });
    expect([cold, warm].map(({ report }) => report.freshness?.outcome)).to.deep.equal(['fresh', 'fresh']);
    expect(warm.report.image).to.deep.equal(cold.report.image);
    expect(warm.report.tls).to.have.length(1);
  });

  it('keeps nothing, and asks for everything, with --cache none', async () => {
    await run('--cache', 'none');
    expect((await run('--cache', 'none')).asked).to.have.length(4);
    expect(await readdir(folder)).to.deep.equal(['ca.crt']);
  });

  it('finds a base that goes back to an older image, with the dates, until it moves on', async () => {
    expect(findings((await run()).report)).to.deep.equal([
      `pass: seen for the first time: ${registry.host}/app:1; ${registry.host}/base:latest`,
    ]);
    push('base:latest', layers.slice(0, 1), 'a newer base');
    expect(findings((await run()).report)[0]).to.match(/^pass: .*names a new image; before, sha256/);
    push('base:latest', layers.slice(0, 1), 'base');
    for (const _round of [1, 2]) {
      const { report } = await run();
      const [finding = ''] = findings(report);
      expect(finding).to.match(/^fail: \S+\/base:latest went back to sha256:\w{12} \(seen on \d{4}-\d\d-\d\d\), after/);
      expect(report.verdict.exitCode).to.equal(0);
    }
    push('base:latest', layers.slice(0, 1), 'the newest base');
    expect(findings((await run()).report)[0]).to.match(/^pass: /);
  });

  it('tells people, too, that a tag went back, and that it binds for a nightly job', async () => {
    await run();
    push('app:1', layers, 'a newer app');
    await run();
    push('app:1', layers, 'app');
    await writeFile(join(folder, 'policy.yaml'), 'version: 1\nprofile: nightly\n');
    const { code, stdout } = await imgcheck([
      ...['freshness', `${registry.host}/app:1`, '--base', `${registry.host}/base:latest`, '--no-releases'],
      ...['--cert-dir', folder, '--cache', join(folder, 'cache'), '--policy', join(folder, 'policy.yaml')],
    ]);
    expect(stdout).to.match(/tag-moved-back\s+\S+\/app:1 went back to/);
    expect(code).to.equal(1);
  });

  it('says when what it remembers was damaged', async () => {
    await run();
    for (const name of await readdir(join(folder, 'cache/tags')))
      await writeFile(join(folder, 'cache/tags', name), '{');
    const { asked, report } = await run();
    expect(findings(report)[0]).to.match(/^unknown: what was remembered of .* cannot be read and is started anew/);
    expect(asked.filter((one) => one.startsWith('GET'))).to.have.length(2);
  });

  it('says that nothing can be kept, and answers all the same', async () => {
    await writeFile(join(folder, 'cache'), 'in the way');
    const { report, stderr } = await run();
    expect(report.freshness?.outcome).to.equal('fresh');
    expect(stderr)
      .to.match(/note: documents could not be kept/)
      .and.match(/note: tags could not be kept/);
  });
});
