import { expect } from 'chai';
import { packageChanges, type PackageChanges } from '../../src/examination/package-changes.js';
import { formatEvr } from '../../src/rpm/version.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { packageOf, packagesIn } from '../support/packages.js';
import { readLines } from '../support/rpm-database.js';
import { needShared } from '../support/shared.js';

const p = (
  name: string,
  evr: string,
  more: { arch?: string; module?: string; vendor?: string; buildTime?: number } = {},
): RpmPackage => packageOf(evr, { name, ...more });

/** `upgraded a.x86_64 1-1 2-1`, a line a change, sorted as they come. */
function words({ upgraded, downgraded, rebuilt, added, removed }: PackageChanges): string[] {
  const named = ({ name, arch }: RpmPackage): string => `${name}.${arch}`;
  return [
    ...upgraded.map(({ from, to }) => `upgraded ${named(to)} ${formatEvr(from)} ${formatEvr(to)}`),
    ...downgraded.map(({ from, to }) => `downgraded ${named(to)} ${formatEvr(from)} ${formatEvr(to)}`),
    ...rebuilt.map(({ to }) => `rebuilt ${named(to)} ${formatEvr(to)}`),
    ...added.map((one) => `added ${named(one)} ${formatEvr(one)}`),
    ...removed.map((one) => `removed ${named(one)} ${formatEvr(one)}`),
  ];
}

describe('packageChanges', () => {
  const cases: readonly (readonly [
    what: string,
    from: readonly RpmPackage[],
    to: readonly RpmPackage[],
    words: readonly string[],
    equal: number,
  ])[] = [
    ['nothing', [], [], [], 0],
    ['what stayed', [p('a', '1-1')], [p('a', '1-1')], [], 1],
    ['an upgrade by epoch', [p('a', '9-1')], [p('a', '1:1-1')], ['upgraded a.x86_64 9-1 1:1-1'], 0],
    ['a downgrade to a candidate', [p('a', '1-1')], [p('a', '1~rc1-1')], ['downgraded a.x86_64 1-1 1~rc1-1'], 0],
    ['what came and went', [p('b', '1-1')], [p('a', '1-1')], ['added a.x86_64 1-1', 'removed b.x86_64 1-1'], 0],
    [
      'each architecture for itself',
      [p('glibc', '2-1'), p('glibc', '2-1', { arch: 'i686' })],
      [p('glibc', '2-2'), p('glibc', '2-1', { arch: 'i686' })],
      ['upgraded glibc.x86_64 2-1 2-2'],
      1,
    ],
    [
      'another module stream as another package',
      [p('node', '18-1', { module: 'nodejs:18:1:aa' })],
      [p('node', '20-1', { module: 'nodejs:20:1:aa' })],
      ['added node.x86_64 20-1', 'removed node.x86_64 18-1'],
      0,
    ],
    [
      'the same version of another build',
      [p('a', '1-1', { buildTime: 1 }), p('b', '1-1', { vendor: 'One' }), p('c', '1-1', { buildTime: 5 })],
      [p('a', '1-1', { buildTime: 2 }), p('b', '1-1', { vendor: 'Other' }), p('c', '1-1', { buildTime: 5 })],
      ['rebuilt a.x86_64 1-1', 'rebuilt b.x86_64 1-1'],
      1,
    ],
    [
      'a kernel that was removed beside one that stayed',
      [p('kernel', '5-1'), p('kernel', '5-2')],
      [p('kernel', '5-2')],
      ['removed kernel.x86_64 5-1'],
      1,
    ],
    [
      'kernels of which the newest was replaced',
      [p('kernel', '5-3'), p('kernel', '5-1'), p('kernel', '5-2')],
      [p('kernel', '5-4'), p('kernel', '5-2')],
      ['upgraded kernel.x86_64 5-3 5-4', 'removed kernel.x86_64 5-1'],
      1,
    ],
    ['no keys', [p('gpg-pubkey', '1-1')], [p('gpg-pubkey', '2-1')], [], 0],
  ];
  for (const [what, from, to, expected, equal] of cases) {
    it(`tells ${what}`, () => {
      const found = packageChanges(from, to);
      expect(words(found)).to.deep.equal(expected);
      expect(found.equal).to.equal(equal);
    });
  }

  it('takes a hundred thousand versions of one name in its stride', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => ({ ...p('a', '1-1'), version: String(i) }));
    const found = packageChanges(many.slice(1), many.slice(0, -1));
    expect([found.equal, found.downgraded.length, found.added.length]).to.deep.equal([99_998, 1, 0]);
  }).timeout(60_000);

  for (const pair of ['20220527--20231124', '20220706--20221117', '20221117--20230512', '20230512--20231124']) {
    it(`says of the AlmaLinux root file systems ${pair} what rpm says, line by line`, function () {
      const [from = '', to = ''] = pair.split('--');
      const file = (name: string): string => needShared(this, 'data/rootfs', name);
      const list = (date: string) => packagesIn(file(`almalinux-9-micro-aarch64-${date}.rpmqa.tsv`));
      const found = packageChanges(list(from), list(to));
      const evr = ({ epoch, version, release }: RpmPackage): string => `${epoch}:${version}-${release}`;
      const lines = [
        ...found.upgraded.map((one) => `${one.to.name}\tupgraded\t${evr(one.from)}\t${evr(one.to)}`),
        ...found.downgraded.map((one) => `${one.to.name}\tdowngraded\t${evr(one.from)}\t${evr(one.to)}`),
        ...found.added.map((one) => `${one.name}\tadded\t-\t${evr(one)}`),
        ...found.removed.map((one) => `${one.name}\tremoved\t${evr(one)}\t-`),
      ];
      const truth = readLines(file(`diff--almalinux-9-micro-aarch64-${pair}.tsv`));
      expect(lines.sort()).to.deep.equal([...truth].sort());
      expect(found.rebuilt).to.deep.equal([]);
    });
  }
});
