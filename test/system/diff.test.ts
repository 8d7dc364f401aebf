import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { DiffReport } from '../../src/report/diff-report.js';
import { imgcheck, type Ran } from '../support/command-line.js';
import { debianTool, type Tool } from '../support/debian.js';
import { realImages, sharedRegistry, type RealImages, type SharedRegistry } from '../support/real-images.js';
import { needShared } from '../support/shared.js';

const schema = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../docs/diff.schema.json', import.meta.url)), 'utf8'),
) as object;
const validate = new Ajv2020({ strict: true }).compile(schema);

describe('imgcheck diff', function () {
  this.timeout(300_000);
  let world: SharedRegistry;
  let images: RealImages;
  let rpm: Tool;
  let skopeo: Tool;

  before(async function () {
    [rpm, skopeo] = [await debianTool(this, 'rpm'), await debianTool(this, 'skopeo')];
    images = await realImages(this);
    world = await sharedRegistry(this);
  });

  const named = (name: string): string => `${world.registry.host}/public/${name}`;
  const run = (a: string, b: string, ...args: string[]): Promise<Ran> =>
    imgcheck(['diff', a, b, ...args, '--cert-dir', world.registry.certDir, '--cache', 'none']);

  async function diff(a: string, b: string, ...args: string[]): Promise<DiffReport> {
    const { stdout, stderr } = await run(a, b, '--format', 'json', '--platform', 'linux/amd64', ...args);
    expect(stderr).to.equal('');
    const report = JSON.parse(stdout) as DiffReport;
    expect(validate(report), JSON.stringify(validate.errors)).to.equal(true);
    return report;
  }

  /** By name and architecture, [epoch:]version-release as rpm -qa says. */
  function listed(name: string): Map<string, string> {
    const lines = world.images.find((one) => one.name === name)?.packages ?? [];
    return new Map(
      lines.flatMap((line) => {
        const [pkg = '', epoch = '', version = '', release = '', arch = ''] = line.split('\t');
        const evr = `${epoch === '0' || epoch === '(none)' ? '' : `${epoch}:`}${version}-${release}`;
        return pkg === 'gpg-pubkey' ? [] : [[`${pkg}.${arch}`, evr] as const];
      }),
    );
  }

  it('tells of two releases what rpm tells, each way', async () => {
    for (const [from, to] of [
      ['base:1.0', 'base:1.1'],
      ['base:1.1', 'base:1.0'],
    ] as const) {
      const [before, after] = [listed(from), listed(to)];
      const pairs = [...new Set([...before.keys(), ...after.keys()])]
        .map((key) => ({ key, old: before.get(key), now: after.get(key) }))
        .filter(({ old, now }) => old !== now);
      const asked = pairs.map(({ old, now }) => `io.write(rpm.vercmp('${old ?? '0'}', '${now ?? '0'}')..' ')`);
      const orders = (await rpm.run(['--eval', `%{lua:${asked.join(' ')}}`])).stdout.trim().split(/\s+/);
      const expected = pairs.map(({ key, old, now }, i) => {
        if (old === undefined || now === undefined) return `${now === undefined ? 'removed' : 'added'} ${key}`;
        return `${orders[i] === '-1' ? 'upgraded' : 'downgraded'} ${key} ${old} ${now}`;
      });
      const { packages } = await diff(named(from), named(to));
      const found = [
        ...(packages?.upgraded ?? []).map((one) => `upgraded ${one.name}.${one.arch} ${one.from} ${one.to}`),
        ...(packages?.downgraded ?? []).map((one) => `downgraded ${one.name}.${one.arch} ${one.from} ${one.to}`),
        ...(packages?.added ?? []).map((one) => `added ${one.name}.${one.arch}`),
        ...(packages?.removed ?? []).map((one) => `removed ${one.name}.${one.arch}`),
      ];
      expect(found.sort(), `${from} ${to}`).to.deep.equal(expected.sort());
      expect(expected.filter((line) => line.startsWith('downgraded'))).not.to.be.empty;
    }
  });

  it('tells the setuid and setgid files that find(1) lists of one image and not of the other', async () => {
    const flagged = (name: string): string[] =>
      (world.images.find((one) => one.name === name)?.flagged ?? []).map((line) => `/${line.split(' ').at(-1) ?? ''}`);
    for (const [from, to] of [
      ['base:1.0', 'base:1.1'],
      ['base:1.0', 'app:on-1.0'],
      ['app:on-1.0', 'app:cleaned'],
    ] as const) {
      const { special } = await diff(named(from), named(to));
      const ofKind = (all: DiffReport['special']['added']): string[] =>
        all.filter(({ kinds }) => kinds.some((kind) => /^set[ug]id$/.test(kind))).map(({ path }) => path);
      expect(ofKind(special.added)).to.have.members(flagged(to).filter((path) => !flagged(from).includes(path)));
      expect(ofKind(special.removed)).to.have.members(flagged(from).filter((path) => !flagged(to).includes(path)));
    }
  });

  it('tells a file that is gone from one that only lost its bit', async () => {
    const { special } = await diff(named('app:on-1.0'), named('app:cleaned'));
    expect(special.removed.map(({ path, plainInOther }) => [path, plainInOther])).to.deep.equal([
      ['/usr/bin/passwd', false],
      ['/usr/bin/umount', true],
    ]);
  });

  it('tells of configs what skopeo inspect --config shows differently', async () => {
    const config = async (name: string): Promise<Record<string, string>> => {
      const where = ['--cert-dir', world.registry.certDir, `docker://${named(name)}`];
      const { stdout } = await skopeo.run(['inspect', '--config', ...where]);
      const read = (JSON.parse(stdout) as { config: Record<string, unknown> }).config;
      const { Labels = {}, Env = [] } = read as { Labels?: Record<string, string>; Env?: string[] };
      return {
        ...Object.fromEntries(Object.entries(Labels).map(([key, value]) => [`Labels ${key}`, value])),
        ...Object.fromEntries(Env.map((line) => [`Env ${line.split('=')[0]}`, line.replace(/^[^=]*=/, '')])),
        ...Object.fromEntries(Object.entries({ Cmd: read['Cmd'] ?? [] }).map(([key, value]) => [key, String(value)])),
      };
    };
    for (const [from, to] of [
      ['base:1.0', 'base:1.1'],
      ['base:1.0', 'app:on-1.1'],
    ] as const) {
      const [before, after] = [await config(from), await config(to)];
      const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
      const expected = keys
        .filter((key) => before[key] !== after[key])
        .map((key) => `${key} ${before[key] ?? '-'} ${after[key] ?? '-'}`);
      const report = await diff(named(from), named(to));
      const found = report.config.map(({ field, key, from: old = '-', to: now = '-' }) =>
        [field, ...(key === undefined ? [] : [key]), String(old), String(now)].join(' '),
      );
      expect(found.sort()).to.deep.equal(expected.sort());
    }
  });

  it('finds nothing between an image and the same image in another form, and says which layers are the same', async () => {
    for (const form of ['schema2', 'plain-tar', 'zstd', 'annotated']) {
      const report = await diff(named('app:on-1.0'), named(`app:${form}`));
      const { packages, special, config, shared } = report;
      expect(shared.layers, form).to.equal(report.a.layers.length);
      const found = [packages?.upgraded, packages?.downgraded, packages?.rebuilt, packages?.added, packages?.removed];
      expect([...found, special.added, special.removed, special.changed, config].flat(), form).to.deep.equal([]);
    }
    const { shared, a, b } = await diff(named('base:1.0'), named('app:on-1.0'));
    expect(shared).to.deep.equal({ layers: 1, size: a.size });
    expect(b.size).to.be.greaterThan(a.size);
  });

  it('compares an image in a folder with one in a registry', async () => {
    const report = await diff(`oci:${images.layout}:base-1.0`, named('base:1.0'));
    expect([report.a.digest, report.shared.layers]).to.deep.equal([report.b.digest, 1]);
  });

  it('asks an index for the platform of the other image, unless told', async () => {
    const arm = ['--platform', 'linux/arm64'];
    const { stdout, code } = await run(named('multi:1.0'), named('multi:1.0'), '--format', 'json', ...arm);
    expect(code).to.equal(0);
    expect((JSON.parse(stdout) as DiffReport).a.platform).to.match(/^linux\/arm64/);
    const lone = (JSON.parse(stdout) as DiffReport).a.digest;
    const pinned = `${world.registry.host}/public/multi@${lone}`;
    const followed = await run(pinned, named('multi:1.0'), '--format', 'json');
    const { a, b } = JSON.parse(followed.stdout) as DiffReport;
    expect([a.digest, b.digest]).to.deep.equal([lone, lone]);
  });

  it('ends with 0 where all could be compared, and prints what differs', async () => {
    const { code, stdout, stderr } = await run(named('base:1.0'), named('base:1.1'), '--platform', 'linux/amd64');
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^ {2}~ iproute\.x86_64 +downgraded +6\.2-5 -> 6\.1-1$/m);
    expect(stdout).to.match(/^ {2}- python2\.x86_64 +removed +2\.7-90$/m);
    expect(stdout).to.match(/^ {2}- 4755 \S+ setuid {2}\/usr\/bin\/umount, in B without these rights$/m);
    expect(stdout).to.match(/^ {2}~ Labels version {2}base-1\.0 -> base-1\.1$/m);
  });

  it('ends with 3 where a list of packages is not there, and says whose and why', async () => {
    const { code, stdout } = await run(named('app:on-1.0'), named('app:no-database'), '--platform', 'linux/amd64');
    expect(code).to.equal(3);
    expect(stdout).to.match(/^B {2}[^\n]+\n[^\n]+\n {3}[^\n]*was removed in layer 3$/m);
    expect(stdout).to.include('packages  not compared');
    expect(stdout).to.match(/^rights +0 changed/m);
  });

  it('ends with the code of the image that cannot be had, and names it', async () => {
    const { code, stderr, stdout } = await run(named('base:1.0'), named('base:none'), '--platform', 'linux/amd64');
    expect([code, stdout]).to.deep.equal([13, '']);
    expect(stderr).to.match(/^imgcheck: missing: \S+\/public\/base:none: /);
    const usage = await imgcheck(['diff', named('base:1.0')]);
    expect(usage.code).to.equal(2);
    expect((await run(named('base:1.0'), 'rhel7')).code).to.equal(2);
  });

  it('compares real images without RPMs by everything else', async function () {
    const archive = (name: string): string => `oci-archive:${needShared(this, 'data/rootfs', `${name}.oci.tar`)}`;
    const report = await diff(archive('busybox-1.37.0-glibc-amd64'), archive('busybox-1.38.0-glibc-amd64'));
    expect([report.complete, report.shared.layers]).to.deep.equal([true, 0]);
    expect(report.a.packages).to.deep.include({ state: 'none', complete: true });
  });
});
