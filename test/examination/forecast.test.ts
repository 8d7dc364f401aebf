import { expect } from 'chai';
import { baseCurrent } from '../../src/checks/base-current.js';
import type { Examination } from '../../src/examination/examination.js';
import { examine } from '../../src/examination/examine.js';
import type { RepositoryChoice } from '../../src/examination/repositories.js';
import { parsePlatform } from '../../src/oci/platform.js';
import { parseReference } from '../../src/oci/reference.js';
import { openRepository } from '../../src/repository/repository.js';
import { formatEvr } from '../../src/rpm/version.js';
import { plainRootfs } from '../analyzers/rootfs.js';
import { forecastWords } from '../freshness/foreseen.js';
import { withClient } from '../registry/rig.js';
import { makeRepository, primary, updateinfo, writeRepository } from '../repository/rig.js';
import { inTemporaryDirectory } from '../source/failure.js';
import { buildImage, type BuiltImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { readLines } from '../support/rpm-database.js';
import { needShared } from '../support/shared.js';
import { buildFrom, database, platform, readerOf } from './rig.js';

const now = new Date('2024-06-01T00:00:00Z');
const dated = (created: string) => ({ config: { created } });
const older = dated('2024-05-01T00:00:00Z');
const newer = dated('2024-05-11T00:00:00Z');
const packages = 'bash 1-1, glibc 1-1, zlib 1-1'.split(', ');

describe('a rebuild foreseen by examine', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
  });
  afterEach(() => registry.close());

  function push(name: string, built: BuiltImage): void {
    const [repository = '', tag = ''] = name.split(':');
    for (const { bytes } of [built.config, ...built.layers]) registry.putBlob(bytes);
    registry.putManifest(repository, built.manifest.bytes, tag);
  }

  interface Asked {
    readonly layers?: boolean;
    readonly base?: string;
    readonly repositories?: readonly RepositoryChoice[];
    readonly platform?: string;
  }

  function run(name: string, asked: Asked = {}): Promise<Examination> {
    const base = parseReference(`${registry.host}/${asked.base ?? 'base:latest'}`);
    return withClient(registry, {}, (client) =>
      examine(
        parseReference(`${registry.host}/${name}`),
        { layers: asked.layers ?? true, freshness: { base, bases: [], releases: true } },
        {
          client,
          reader: readerOf(),
          platform: asked.platform === undefined ? platform : parsePlatform(asked.platform),
          now,
          repositories: asked.repositories ?? [],
        },
      ),
    );
  }

  const needs = ({ rebuild }: Examination): string =>
    [rebuild?.['layers-differ'], rebuild?.['packages-differ'], rebuild?.advisories]
      .map((one) => one?.outcome ?? 'none')
      .join(' ');

  function pushBases(today: readonly string[]): void {
    push('base:1.0', buildFrom([[database(...packages)]], older));
    for (const tag of ['1.1', 'latest']) push(`base:${tag}`, buildFrom([[database(...today)]], newer));
    push('app:1', buildFrom([[database(...packages)], [database(...packages, 'own 1-1')]]));
  }

  it('sorts packages by whose layers brought them, and closes advisories by what the repository says', async () => {
    await inTemporaryDirectory(async (folder) => {
      pushBases(['bash 1-2', 'glibc 1-1', 'zlib 1-1', 'new 1-1']);
      const builds = [
        { name: 'bash', evr: '1-2' },
        { name: 'glibc', evr: '1-2' },
        { name: 'own', evr: '1-2' },
        { name: 'new', evr: '1-2' },
      ];
      const advisories = builds.map((build) => ({ id: `A-${build.name}`, builds: [build] }));
      writeRepository(folder, makeRepository(primary(...builds), updateinfo(...advisories)));
      const repositories = [{ repository: openRepository(folder) }];
      const examination = await run('app:1', { repositories });
      expect(forecastWords(examination.forecast ?? expect.fail())).to.deep.equal([
        'upgraded: bash 1-1 -> 1-2 (base 1)',
        'equal: 2 base',
        'kept: own',
        'brought: new',
      ]);
      const { closed, open, opened, behind } = examination.advisories ?? expect.fail();
      expect(closed.map((one) => one.id)).to.deep.equal(['A-bash']);
      expect(open.map((one) => `${one.id} ${one.needs.join(' ')}`)).to.deep.equal(['A-glibc base', 'A-own own']);
      expect(opened.map((one) => one.id)).to.deep.equal(['A-new']);
      expect(behind).to.deep.equal({ base: 2, own: 1 });
      expect(needs(examination)).to.equal('needed needed needed');
      // What was installed is compared with the repository as before.
      expect(examination.repositories?.comparison?.behind.map((one) => one.package.name)).to.deep.equal([
        'bash',
        'glibc',
        'own',
      ]);
    });
  });

  it('does not take silence for an answer: a repository that knows of no advisories, or could not be had', async () => {
    await inTemporaryDirectory(async (folder) => {
      pushBases(['bash 1-2', 'glibc 1-1', 'zlib 1-1']);
      const bash = { name: 'bash', evr: '1-2' };
      writeRepository(folder, makeRepository(primary(bash)));
      const silent = { repository: openRepository(folder) };
      const without = await run('app:1', { repositories: [silent] });
      expect(needs(without)).to.equal('needed needed unknown');
      expect(without.rebuild?.advisories.reason).to.equal(`${silent.repository.location} tells of no advisories`);
      const lost = { repository: openRepository(`${folder}/nowhere`) };
      expect(needs(await run('app:1', { repositories: [lost] }))).to.equal('needed needed unknown');
      writeRepository(folder, makeRepository(primary(bash), updateinfo()));
      expect(needs(await run('app:1', { repositories: [silent] }))).to.equal('needed needed not-needed');
      expect(needs(await run('app:1', { repositories: [silent, lost] }))).to.equal('needed needed unknown');
    });
  });

  it('says that a newer digest has nothing newer inside, and that layers alone differ', async () => {
    pushBases([...packages]);
    push('base:latest', buildFrom([[database(...packages), { path: 'etc/stamp', body: 'x' }]], newer));
    push('base:1.1', buildFrom([[database(...packages), { path: 'etc/stamp', body: 'x' }]], newer));
    const examination = await run('app:1');
    expect([examination.freshness?.outcome, needs(examination)]).to.deep.equal([
      'stale',
      'needed not-needed not-needed',
    ]);
    expect(baseCurrent.evaluate(examination)[0].message).to.match(/; no package differs from today’s base$/);
    const wanted = baseCurrent.evaluate(examination, 'packages-differ')[0];
    expect(wanted.outcome).to.equal('pass');
    expect(wanted.message).to.match(
      /those of an older release of the base.*1 release and 10 days behind\); no package/,
    );
  });

  it('knows without packages where the base is fresh, and does not where it is stale', async () => {
    pushBases(['bash 1-2', 'glibc 1-1', 'zlib 1-1']);
    expect(needs(await run('app:1', { layers: false }))).to.equal('needed unknown unknown');
    const fresh = await run('app:1', { layers: false, base: 'base:1.0' });
    expect(needs(fresh)).to.equal('not-needed not-needed not-needed');
    expect(baseCurrent.evaluate(fresh, 'packages-differ')[0].outcome).to.equal('pass');
  });

  it('leaves packages open where there is no RPM database, or the base’s cannot be read', async () => {
    const base = (word: string) => [{ path: 'etc/word', body: word }];
    push('base:1.0', buildFrom([base('a')], older));
    for (const tag of ['1.1', 'latest']) push(`base:${tag}`, buildFrom([base('b')], newer));
    push('app:1', buildFrom([base('a'), base('own')]));
    const without = await run('app:1');
    expect(needs(without)).to.equal('needed unknown unknown');
    expect(baseCurrent.evaluate(without, 'packages-differ')[0]).to.deep.include({ outcome: 'unknown' });
    expect(baseCurrent.evaluate(without, 'packages-differ')[0].message).to.include('it has no RPM database');
    pushBases([]);
    const damaged = [{ path: 'var/lib/rpm/rpmdb.sqlite', body: 'nonsense' }];
    for (const tag of ['1.1', 'latest']) push(`base:${tag}`, buildFrom([damaged], newer));
    const unread = await run('app:1');
    expect(needs(unread)).to.equal('needed unknown unknown');
    expect(unread.rebuild?.['packages-differ'].reason).to.match(/rpmdb\.sqlite could not be read/);
  });

  it('needs a flattened image rebuilt for older packages, and not for its own', async () => {
    pushBases(['bash 1-2', 'glibc 1-1', 'zlib 1-1']);
    push('flat:old', buildFrom([[database(...packages, 'own 1-1')]]));
    push('flat:new', buildFrom([[database('bash 1-2', 'glibc 1-1', 'zlib 1-1', 'own 1-1')]]));
    expect(needs(await run('flat:old'))).to.equal('needed needed unknown');
    expect(needs(await run('flat:new'))).to.equal('not-needed not-needed not-needed');
  });

  const series = ['20220527', '20220706', '20221117', '20230512', '20231124'];
  const pairs = ['20220527--20231124', '20220706--20221117', '20221117--20230512', '20230512--20231124'];
  it('says of the real AlmaLinux 9 series, its change of database included, line by line what rpm says', async function () {
    this.timeout(300_000);
    needShared(this, 'data/rootfs');
    const own = buildTar([{ path: 'app/own', body: 'own' }]);
    const image = (layers: readonly Uint8Array[], created: string): BuiltImage =>
      buildImage({ layers, compression: 'none', platform: 'linux/arm64', history: [], config: { created } });
    for (const date of series) {
      const rootfs = await plainRootfs(`almalinux-9-micro-aarch64-${date}`);
      const created = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}T00:00:00Z`;
      push(`alma:${date}`, image([rootfs], created));
      push(`app:on-${date}`, image([rootfs, own], created));
    }
    for (const pair of pairs) {
      const [from = '', to = ''] = pair.split('--');
      const truth = readLines(needShared(this, `data/rootfs/diff--almalinux-9-micro-aarch64-${pair}.tsv`));
      const examination = await run(`app:on-${from}`, { base: `alma:${to}`, platform: 'linux/arm64' });
      const { forecast } = examination;
      if (!forecast) throw new Error('nothing was foreseen');
      expect(forecast.upgraded.every((one) => one.broughtBy === 'base' && one.layer === 0)).to.equal(true);
      const evr = (text: string): string => (/^\d+:/.test(text) ? text : `0:${text}`);
      const changed = (all: typeof forecast.upgraded, word: string): string[] =>
        all.map((one) => `${one.name}\t${word}\t${evr(formatEvr(one.image))}\t${evr(formatEvr(one.other))}`);
      const lines = [
        ...changed(forecast.upgraded, 'upgraded'),
        ...changed(forecast.withdrawn, 'downgraded'),
        ...forecast.dropped.map((one) => `${one.package.name}\tremoved\t${evr(formatEvr(one.package))}\t-`),
        ...forecast.brought.map((one) => `${one.name}\tadded\t-\t${evr(formatEvr(one))}`),
      ];
      expect(lines.sort(), pair).to.deep.equal([...truth].sort());
      expect([forecast.held, forecast.lost, forecast.deadWeight]).to.deep.equal([[], [], []]);
      expect(needs(examination)).to.equal('needed needed unknown');
    }
  });
});
