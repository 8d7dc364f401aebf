import { expect } from 'chai';
import { packageCaches, type PackageLeftover } from '../../src/analyzers/package-caches.js';
import type { Analysis, LayerEntry } from '../../src/layer/analyzer.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { stackOf, walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

async function leftoversOf(content: readonly TarInput[]): Promise<readonly PackageLeftover[]> {
  return factsOf(await walked(content), packageCaches);
}

function entryOf(path: string, size: number): { entry: LayerEntry } {
  return { entry: { path, size, type: 'file', mode: 0o644, uid: 0, gid: 0, mtime: 0 } };
}

function fill(analysis: Analysis<PackageLeftover>, count: number, size: (i: number) => number): void {
  for (let i = 0; i < count; i++) analysis.file(entryOf(`var/cache/dnf/repo/${i}`, size(i)));
}

describe('analyzers/package-caches', () => {
  const seen: readonly (readonly [path: string, use: string, folder: string])[] = [
    ['var/cache/yum/x86_64/7/base/packages/a.rpm', 'cache', 'var/cache/yum'],
    ['var/cache/dnf/baseos-1a/repodata/repomd.xml', 'cache', 'var/cache/dnf'],
    ['var/cache/dnf/expired_repos.json', 'cache', 'var/cache/dnf'],
    ['var/cache/libdnf5/fedora-1/solv/fedora.solv', 'cache', 'var/cache/libdnf5'],
    ['var/cache/zypp/packages/oss/a.rpm', 'cache', 'var/cache/zypp'],
    ['var/cache/apt/archives/a_1_amd64.deb', 'cache', 'var/cache/apt'],
    ['var/cache/apt/pkgcache.bin', 'cache', 'var/cache/apt'],
    ['var/lib/apt/lists/deb.debian.org_dists_stable_InRelease', 'cache', 'var/lib/apt/lists'],
    ['var/cache/apk/APKINDEX.1.tar.gz', 'cache', 'var/cache/apk'],
    ['etc/apk/cache/a-1.apk', 'cache', 'etc/apk/cache'],
    ['root/.cache/pip/http/a/b/c', 'cache', 'root/.cache/pip'],
    ['var/lib/dnf/history.sqlite-wal', 'record', 'var/lib/dnf'],
    ['var/lib/yum/history/history-2024-01-01.sqlite', 'record', 'var/lib/yum/history'],
    ['var/log/dnf.librepo.log', 'record', 'var/log'],
    ['var/log/dnf.rpm.log.1', 'record', 'var/log'],
    ['var/log/yum.log', 'record', 'var/log'],
    ['var/log/zypp/history', 'record', 'var/log/zypp'],
    ['var/log/apt/term.log', 'record', 'var/log/apt'],
  ];
  for (const [path, use, folder] of seen) {
    it(`counts /${path} as a ${use}`, async () => {
      expect(await leftoversOf([{ path, body: 'abc' }])).to.deep.equal([{ path, use, folder, size: 3 }]);
    });
  }

  const passedOver: readonly TarInput[] = [
    { path: 'var/cache/dnf/', type: 'directory' },
    { path: 'var/cache/dnf/metadata_lock.pid', body: '' },
    { path: 'var/cache/dnf/link', linkname: '/mnt' },
    { path: 'var/cache/dnf', body: 'a file' },
    { path: 'var/cache/dnf-automatic/x', body: 'x' },
    { path: 'var/cache/ldconfig/aux-cache', body: 'x' },
    { path: 'var/cache/debconf/templates.dat', body: 'x' },
    { path: 'var/lib/apt/extended_states', body: 'x' },
    { path: 'var/lib/dnf/repos/baseos-1/countme', body: 'x' },
    { path: 'var/lib/rpm/rpmdb.sqlite-shm', body: 'x' },
    { path: 'var/log/myapp/dnf.log', body: 'x' },
    { path: 'usr/share/doc/var/cache/dnf/x', body: 'x' },
    { path: 'root/.cache/other', body: 'x' },
  ];
  for (const input of passedOver) {
    it(`passes over ${String(input.path)} (${input.type ?? (input.linkname ? 'symlink' : 'file')})`, async () => {
      expect(await leftoversOf([input])).to.deep.equal([]);
    });
  }

  it('keeps the last of a name that comes twice', async () => {
    const path = 'var/cache/dnf/a';
    expect(
      (
        await leftoversOf([
          { path, body: 'abc' },
          { path, body: 'ab' },
        ])
      ).map((one) => one.size),
    ).to.deep.equal([2]);
    expect(
      await leftoversOf([
        { path, body: 'abc' },
        { path, linkname: 'b' },
      ]),
    ).to.deep.equal([]);
  });

  it('lists the largest 2000 of a million files, and adds up the rest', () => {
    const analysis = packageCaches.create();
    fill(analysis, 1_000_000, (i) => 1 + ((i * 7919) % 1_000_000));
    const facts = analysis.end();
    const listed = facts.filter((one) => one.unlisted === undefined);
    expect(listed.map((one) => one.size)).to.deep.equal(Array.from({ length: 2000 }, (_, i) => 1_000_000 - i));
    const size = (998_000 * 998_001) / 2;
    expect(facts.slice(2000)).to.deep.equal([
      { path: 'var/cache/dnf/.', use: 'cache', folder: 'var/cache/dnf', size, unlisted: 998_000 },
    ]);
  });

  it('only counts a file whose path no file system could have', () => {
    const analysis = packageCaches.create();
    analysis.file(entryOf(`var/cache/yum/${'x'.repeat(5000)}`, 7));
    expect(analysis.end()).to.deep.equal([
      { path: 'var/cache/yum/.', use: 'cache', folder: 'var/cache/yum', size: 7, unlisted: 1 },
    ]);
  });

  it('has those that were only counted hidden with their folder, and not with one of them', async () => {
    const many = Array.from({ length: 2003 }, (_, i) => ({ path: `var/cache/dnf/${i}`, body: 'x' }));
    const hiddenBy = async (whiteout: string): Promise<(number | undefined)[]> => {
      const all = (await stackOf(many, [{ path: whiteout }])).all(packageCaches);
      return all.filter(({ fact }) => fact.unlisted !== undefined).map(({ hidden }) => hidden?.layer);
    };
    expect(await hiddenBy('var/cache/.wh.dnf')).to.deep.equal([1]);
    expect(await hiddenBy('var/cache/dnf/.wh..wh..opq')).to.deep.equal([1]);
    expect(await hiddenBy('var/cache')).to.deep.equal([1]);
    expect(await hiddenBy('var/cache/dnf/')).to.deep.equal([undefined]);
    expect(await hiddenBy('var/cache/dnf/.wh.2002')).to.deep.equal([undefined]);
  });

  /** What `tar -tv` lists of all of them together. */
  const records: Readonly<Record<string, readonly string[]>> = {
    'almalinux-9-micro-aarch64-20220706': [
      '922912 var/lib/dnf/history.sqlite-wal',
      '118784 var/lib/dnf/history.sqlite',
      '32768 var/lib/dnf/history.sqlite-shm',
      '120 var/log/hawkey.log',
    ],
  };
  for (const name of rootfsNames()) {
    it(`lists of ${name} what GNU tar lists, and no cache`, async () => {
      const found = factsOf(await walkedRootfs(name), packageCaches);
      expect(found.map(({ path, size }) => `${size} ${path}`)).to.deep.equal(records[name] ?? []);
      expect(found.filter((one) => one.use === 'cache')).to.deep.equal([]);
    });
  }
});
