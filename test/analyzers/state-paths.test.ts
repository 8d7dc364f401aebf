import { expect } from 'chai';
import { statePaths, type StatePath } from '../../src/analyzers/state-paths.js';
import type { LayerEntry } from '../../src/layer/analyzer.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

async function stateOf(entries: readonly TarInput[]): Promise<readonly StatePath[]> {
  return factsOf(await walked(entries), statePaths);
}

function entryOf(path: string, size: number): { entry: LayerEntry } {
  return { entry: { path, size, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0 } };
}

describe('analyzers/state-paths', () => {
  const seen: readonly (readonly [path: string, what: string])[] = [
    ['var/lib/mysql/app/t.frm', 'state var/lib/mysql'],
    ['var/lib/mysql/ibdata1', 'state var/lib/mysql marker'],
    ['var/lib/pgsql/data/PG_VERSION', 'state var/lib/pgsql marker'],
    ['var/lib/postgresql/15/main/base/1/112', 'state var/lib/postgresql'],
    ['var/lib/redis/dump.rdb', 'state var/lib/redis marker'],
    ['data/db/WiredTiger.wt', 'state data/db marker'],
    ['srv/pg/PG_VERSION', 'state srv/pg marker'],
    ['dump.rdb', 'state  marker'],
    ['var/log/app/app.log', 'log var/log'],
    ['var/log/messages', 'log var/log'],
    ['var/log/journal/1/system.journal', 'log var/log'],
  ];
  for (const [path, what] of seen) {
    it(`counts /${path}`, async () => {
      const found = await stateOf([{ path, body: 'abc' }]);
      expect(found.map(({ use, folder, marker }) => `${use} ${folder}${marker ? ' marker' : ''}`)).to.deep.equal([
        what,
      ]);
      expect(found[0]?.size).to.equal(3);
    });
  }

  const passedOver: readonly TarInput[] = [
    ...[
      'var/lib/rpm/rpmdb.sqlite',
      'var/lib/dnf/history.sqlite',
      'var/lib/dpkg/status',
      'var/lib/apt/extended_states',
      'var/lib/alternatives/vi',
      'var/lib/systemd/random-seed',
      'lib/apk/db/installed',
      'usr/share/mysql/PG_VERSION',
      'etc/redis/dump.rdb',
      'var/lib/mysql-files/a',
      'srv/var/lib/mysql/a',
      'var/log/dnf.log',
      'var/log/yum.log',
      'var/log/apt/term.log',
      'var/log/alternatives.log',
      'var/log/bootstrap.log',
      'var/log/anaconda/syslog',
      'var/log/lastlog',
      'var/log/wtmp',
    ].map((path) => ({ path, body: 'x' })),
    { path: 'var/log/nginx/access.log', linkname: '/dev/stdout' },
    { path: 'var/log/nginx/', mode: 0o755 },
    { path: 'var/lib/mysql/data/', mode: 0o755 },
    { path: 'var/lib/redis', body: 'a file' },
  ];
  for (const entry of passedOver) {
    it(`passes over /${String(entry.path)}`, async () => {
      expect(await stateOf([entry])).to.deep.equal([]);
    });
  }

  it('keeps the folder itself', async () => {
    expect(await stateOf([{ path: 'var/lib/mysql/', mode: 0o755 }])).to.deep.equal([
      { path: 'var/lib/mysql', use: 'state', folder: 'var/lib/mysql', size: 0, directory: true },
    ]);
  });

  it('lists two thousand files, and adds up the rest by folder', () => {
    const analysis = statePaths.create();
    for (let i = 0; i < 3000; i++) analysis.file(entryOf(`var/lib/${i % 2 ? 'mysql' : 'redis'}/f${i}`, 10));
    const found = analysis.end();
    expect(found).to.have.length(2002);
    expect(found.filter((one) => one.unlisted)).to.deep.equal([
      { path: 'var/lib/redis/.', use: 'state', folder: 'var/lib/redis', size: 5000, unlisted: 500 },
      { path: 'var/lib/mysql/.', use: 'state', folder: 'var/lib/mysql', size: 5000, unlisted: 500 },
    ]);
  });

  it('stays small for databases in a hundred thousand folders, and for paths without end', () => {
    const analysis = statePaths.create();
    for (let i = 0; i < 100_000; i++) analysis.file(entryOf(`srv/${i}/PG_VERSION`, 3));
    analysis.file(entryOf(`srv/${'x'.repeat(100_000)}/PG_VERSION`, 3));
    const found = analysis.end();
    expect(found.length).to.equal(2201);
    expect(found.reduce((sum, one) => sum + (one.unlisted ?? 1), 0)).to.equal(100_001);
    expect(Math.max(...found.map(({ path, folder }) => path.length + folder.length))).to.be.lessThan(10_000);
  });

  it('forgets what a later entry of the layer replaced', async () => {
    const entries = [
      { path: 'var/lib/mysql/a', body: 'x' },
      { path: 'var/lib/mysql/a', linkname: '/srv/a' },
    ];
    expect(await stateOf(entries)).to.deep.equal([]);
  });

  for (const name of rootfsNames()) {
    it(`finds no state in ${name}`, async () => {
      expect(factsOf(await walkedRootfs(name), statePaths)).to.deep.equal([]);
    });
  }
});
