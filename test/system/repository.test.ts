import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import { compareWithRepository } from '../../src/freshness/repository-comparison.js';
import { WebClient } from '../../src/registry/web.js';
import { formatNevra } from '../../src/repodata/nevra.js';
import { openRepository } from '../../src/repository/repository.js';
import type { RepositoryIndex } from '../../src/repository/repository-index.js';
import { readDatabase } from '../../src/rpm/database.js';
import { formatEvr } from '../../src/rpm/version.js';
import { debianTool, type Tool } from '../support/debian.js';
import { buildRpms } from '../support/real-rpms.js';
import { WebServer } from '../support/web-server.js';

const updateinfo = `<?xml version="1.0" encoding="UTF-8"?>
<updates>
 <update from="test@example.invalid" status="final" type="security" version="1">
  <id>FIX-2024:0002</id><title>Important: openssl-libs (CVE-2024-0002)</title>
  <issued date="2024-04-02 08:00:00"/><severity>Important</severity>
  <pkglist><collection short="fixture"><name>fixture</name>
   <package name="openssl-libs" epoch="1" version="3.0.7" release="27" arch="x86_64"><filename>openssl-libs.rpm</filename></package>
  </collection></pkglist>
 </update>
 <update from="test@example.invalid" status="final" type="bugfix" version="1">
  <id>FIX-2024:0003</id><title>bash</title><issued date="1712131200"/>
  <pkglist><collection short="fixture"><name>fixture</name>
   <package name="bash" version="5.2" release="1" arch="x86_64"><filename>bash.rpm</filename></package>
  </collection></pkglist>
 </update>
</updates>
`;

describe('a repository made by createrepo_c', function () {
  this.timeout(300_000);
  let folder: string;
  let createrepo: Tool;
  let modifyrepo: Tool;
  let bzip2: Tool;
  let repository: string;
  /** What rpm says is installed: the older release. */
  let database: ReturnType<typeof readDatabase>;

  before(async function () {
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-createrepo-'));
    [createrepo, modifyrepo, bzip2] = [
      await debianTool(this, 'createrepo_c'),
      await debianTool(this, 'modifyrepo_c'),
      await debianTool(this, 'bzip2'),
    ];
    const rpm = await debianTool(this, 'rpm');
    const [older = [], newer = []] = await buildRpms(this, folder);
    repository = join(folder, 'repository');
    mkdirSync(repository);
    for (const [release, files] of [older, newer].entries()) {
      for (const file of files) copyFileSync(file, join(repository, `${release}-${basename(file)}`));
    }
    const root = join(folder, 'root');
    const place = ['--root', root, '--dbpath', '/var/lib/rpm'];
    await rpm.run([...place, '--justdb', '--nodeps', '--noscripts', '--nosignature', '-i', ...older]);
    const path = join(root, 'var/lib/rpm/rpmdb.sqlite');
    database = readDatabase(readFileSync(path), path);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Makes the metadata anew. */
  async function make(...options: readonly string[]): Promise<void> {
    rmSync(join(repository, 'repodata'), { recursive: true, force: true });
    await createrepo.run(['-q', '--no-database', ...options, repository]);
    const advisories = join(folder, 'updateinfo.xml');
    writeFileSync(advisories, updateinfo);
    await modifyrepo.run(['--mdtype=updateinfo', advisories, join(repository, 'repodata')]);
  }

  const names = (): ReadonlySet<string> => new Set(database.packages.map(({ name }) => name));

  /** The differences between the two releases, as their versions were written. */
  function check(index: RepositoryIndex): void {
    const { behind, unknown, current, ahead, absent } = compareWithRepository(database.packages, index);
    const lines = behind.map(
      ({ package: one, newest, advisories }) =>
        `${one.name} ${formatEvr(one)} < ${formatEvr(newest)}${advisories.map(({ id }) => ` ${id}`).join('')}`,
    );
    expect(lines).to.deep.equal([
      'bash 5.2~rc1-1 < 5.2-1 FIX-2024:0003',
      'fixture-release 1.0-1 < 1.1-1',
      'iputils 20240117-1 < 20240117-2',
      'libgit 1.0^git2-1 < 1.0.1-1',
      'libten 9-1 < 10-1',
      'mount-tools 2.40-1 < 2.40-2',
      'openssl-libs 1:3.0.7-24 < 1:3.0.7-27 FIX-2024:0002',
      'passwd 0.80-12 < 0.80-12.1',
      'tzdata 2023c-1 < 2024a-1',
      'vim 9.0-1 < 1:8.2-1',
    ]);
    expect({ unknown, current, ahead, absent }).to.deep.equal({ unknown: [], current: 5, ahead: 0, absent: 0 });
    const openssl = behind.find(({ package: { name } }) => name === 'openssl-libs');
    expect(openssl?.since).to.equal(Date.UTC(2024, 3, 2, 8) / 1000);
    expect(openssl?.newest).to.deep.include({ vendor: 'imgcheck tests', buildHost: 'localhost' });
    expect(index.advisories.map(({ cves }) => cves)).to.deep.equal([['CVE-2024-0002'], []]);
  }

  const forms: readonly (readonly string[])[] = [
    [],
    ['--general-compress-type=xz'],
    ['--general-compress-type=bz2'],
    ['--zck'],
    ['--checksum=sha1'],
    ['--checksum=sha512'],
    ['--simple-md-filenames'],
  ];
  for (const options of forms) {
    it(`is read from a directory, made with ${options[0] ?? 'no option'}`, async () => {
      await make(...options);
      const index = await openRepository(repository).index({ names: names() });
      check(index);
      expect(index.remarks.some((remark) => remark.includes('SHA-1'))).to.equal(options[0] === '--checksum=sha1');
    });
  }

  it('lists the builds that rpm lists of the files', async () => {
    await make();
    const { packages } = await openRepository(repository).index({ names: names() });
    for (const one of packages) {
      const installed = database.packages.find(({ name }) => name === one.name);
      expect(one.sourceRpm, formatNevra(one)).to.match(/^fixture-1\.[01]-1\.src\.rpm$/);
      expect(one.arch).to.equal(installed?.arch);
      expect(one.buildTime).to.be.oneOf([Date.UTC(2024, 0, 1) / 1000, Date.UTC(2024, 3, 1) / 1000]);
    }
  });

  it('is read over HTTPS, and from the cache the second time', async () => {
    await make('--general-compress-type=bz2');
    const server = await WebServer.start();
    const authorities = [{ pem: server.authority.cert, from: 'the test' }];
    const web = new WebClient({ certificates: () => Promise.resolve({ authorities, clients: [] }) });
    try {
      for (const name of readdirSync(join(repository, 'repodata'))) {
        server.put(`/os/repodata/${name}`, readFileSync(join(repository, 'repodata', name)));
      }
      const settings = { web, cache: join(folder, 'cache') };
      for (const requests of [3, 1]) {
        server.requests.length = 0;
        check(await openRepository(`${server.origin}/os`, settings).index({ names: names() }));
        expect(server.requests.length).to.equal(requests);
      }
    } finally {
      await web.close();
      await server.close();
    }
  });

  it('is packed as bzip2 itself says', async () => {
    await make('--general-compress-type=bz2');
    const file = readdirSync(join(repository, 'repodata')).find((name) => name.endsWith('primary.xml.bz2')) ?? '';
    await bzip2.run(['-t', join(repository, 'repodata', file)]);
  });
});
