import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { imgcheck, type Ran } from '../support/command-line.js';
import { sharedRegistry, type SharedRegistry } from '../support/real-images.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/report.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

describe('imgcheck IMAGE on a real registry', function () {
  this.timeout(300_000);
  let world: SharedRegistry;

  before(async function () {
    world = await sharedRegistry(this);
  });

  const named = (name: string): string => `${world.registry.host}/public/${name}`;
  const run = (...args: string[]): Promise<Ran> =>
    imgcheck([...args, '--cert-dir', world.registry.certDir, '--cache', 'none', '--platform', 'linux/amd64']);

  async function report(...args: string[]): Promise<Report> {
    const { stdout, stderr } = await run(...args, '--format', 'json');
    expect(stderr).to.equal('');
    const parsed = JSON.parse(stdout) as Report;
    expect(validate(parsed), JSON.stringify(validate.errors)).to.equal(true);
    return parsed;
  }

  it('ends with 0 for an app on its base of today', async () => {
    const { code, stdout, stderr } = await run(named('app:on-1.1'), '--base', named('base:latest'));
    expect(stderr).to.equal('');
    expect(stdout).to.include('✓ pass: every required check passed (exit 0)').and.include('fresh');
    expect(code).to.equal(0);
  });

  it('ends with 4 for an app on an older release, and says which, how far and what differs', async () => {
    const { code, stdout } = await run(named('app:on-1.0'), '--base', named('base:latest'));
    expect(code).to.equal(4);
    expect(stdout).to.include('rebuild needed (exit 4)');
    expect(stdout).to.include(`stale, 1 release and 91 days behind`);
    expect(stdout).to.match(/built from +\S+\/public\/base:1\.0, created 2024-01-02/);
  });

  it('finds the base of an annotated image by itself', async () => {
    const { freshness, verdict } = await report(named('app:annotated'));
    expect(verdict).to.deep.equal({ outcome: 'fail', exitCode: 4, rebuild: true });
    expect(freshness?.bases[0]?.how).to.include('annotation');
    expect(freshness?.bases[0]?.proof).to.equal('layers');
    expect(freshness?.bases[0]?.builtFrom?.digest).to.equal(world.digests.get('base:1.0'));
    expect(freshness?.bases[0]?.current?.digest).to.equal(world.digests.get('base:1.1'));
  });

  it('says unknown, with 3, where a seam shows that there is a base and nobody names it', async () => {
    const { code, stdout } = await run(named('app:on-1.0'));
    expect(stdout).to.include('it seems to be built on another image');
    expect(code).to.equal(3);
  });

  it('judges a base by its own tag and the newer releases of its repository', async () => {
    const old = await run(named('base:1.0'));
    expect(old.code).to.equal(4);
    expect(old.stdout).to.include('a newer release is there');
    expect((await run(named('base:1.1'))).code).to.equal(0);
    expect((await run(named('base:latest'))).code).to.equal(0);
  });

  it('lists the packages and setuid files that real tools list', async () => {
    for (const image of world.images) {
      const one = await report(named(image.name), '--base', 'scratch');
      const visible = one.layers
        .flatMap((layer) => layer.setuid ?? [])
        .filter((file) => !file.hidden && file.kinds.some((kind) => kind === 'setuid' || kind === 'setgid'))
        .map((file) => file.path);
      const expected = image.flagged.map((line) => `/${(line.split(' ').at(-1) ?? '').replace(/^\/|^\.\//, '')}`);
      expect(visible.sort(), image.name).to.deep.equal(expected.sort());
    }
  });

  it('gives the package differences against the base of today', async () => {
    const { freshness } = await report(named('app:on-1.0'), '--base', named('base:latest'));
    const packages = freshness?.bases[0]?.packages;
    expect(packages?.behind.length).to.be.greaterThan(0);
    const rows = (name: string): Map<string, string> =>
      new Map(
        (world.images.find((image) => image.name === name)?.packages ?? [])
          .map((line) => line.split('\t'))
          .filter(([pkg]) => pkg !== 'gpg-pubkey')
          .map(([pkg, epoch, version, release, arch]) => [
            `${pkg}.${arch}`,
            `${epoch === '0' || epoch === '(none)' ? '' : `${epoch}:`}${version}-${release}`,
          ]),
      );
    const ours = rows('app:on-1.0');
    const theirs = rows('base:1.1');
    for (const { name, arch, from, to } of packages?.behind ?? []) {
      expect(ours.get(`${name}.${arch}`)).to.equal(from);
      expect(theirs.get(`${name}.${arch}`)).to.equal(to);
    }
    const changed = [...ours].filter(([key, evr]) => theirs.has(key) && theirs.get(key) !== evr).map(([key]) => key);
    const told = [...(packages?.behind ?? []), ...(packages?.ahead ?? [])].map((one) => `${one.name}.${one.arch}`);
    expect(told.sort()).to.deep.equal(changed.sort());
  });

  it('gives one object for one image, a list for several, and ends with the worst code', async () => {
    const { code, stdout, stderr } = await run(
      named('base:1.1'),
      named('base:none'),
      named('base:1.0'),
      '--format',
      'json',
    );
    const reports = JSON.parse(stdout) as Report[];
    expect(validate(reports), JSON.stringify(validate.errors)).to.equal(true);
    expect(reports.map((one) => one.verdict.exitCode)).to.deep.equal([0, 13, 4]);
    expect(reports[1]?.error?.kind).to.equal('missing');
    expect(stderr).to.match(/^imgcheck: missing: .*base:none/);
    expect(code).to.equal(13);
  });

  it('reads every form of one image alike: zstd, plain tar, schema 2, index', async () => {
    const digests = new Set<string>();
    for (const name of ['app:on-1.0', 'app:zstd', 'app:plain-tar', 'app:schema2']) {
      const one = await report(named(name), '--base', 'scratch');
      expect(one.coverage?.packages, name).to.equal('read');
      digests.add(JSON.stringify(one.layers.map((layer) => [layer.diffId, layer.packages?.added.length])));
    }
    expect(digests.size).to.equal(1);
    const indexed = await report(named('multi:1.0'), '--base', 'scratch');
    expect(indexed.image.platform).to.equal('linux/amd64');
  });

  it('reads every layer once, and none from the registry when the facts were kept', async () => {
    const cache = `${world.registry.certDir}-facts`;
    const args = [named('app:on-1.1'), '--base', named('base:latest'), '--cert-dir', world.registry.certDir];
    const first = await imgcheck([...args, '--format', 'json', '--cache', cache]);
    const second = await imgcheck([...args, '--format', 'json', '--cache', cache]);
    const [cold, warm] = [JSON.parse(first.stdout) as Report, JSON.parse(second.stdout) as Report];
    expect(cold.coverage?.bytesFetched).to.equal(cold.layers.reduce((sum, layer) => sum + layer.size, 0));
    expect(warm.coverage?.bytesFetched).to.equal(0);
    expect(warm.coverage?.layersCached).to.equal(warm.layers.length);
    // A tag is known the second time; all else is as it was.
    const lasting = (all: Report): object => ({
      ...all,
      coverage: undefined,
      findings: all.findings.filter((one) => one.check !== 'tag-moved-back'),
    });
    expect(lasting(warm)).to.deep.equal(lasting(cold));
  });

  it('says that nobody signed the image, which binds nobody who did not ask for it', async () => {
    const answer = await report(named('base:1.1'));
    expect(answer.coverage?.signatures).to.equal('checked');
    const found = answer.findings.find((one) => one.check === 'signature');
    expect(found).to.include({ outcome: 'fail', required: false });
    expect(found?.message).to.include('not signed');
  });
});
