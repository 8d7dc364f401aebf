import { expect } from 'chai';
import { comparePackages, type PackageDifferences } from '../../src/freshness/compare.js';
import { readDatabase } from '../../src/rpm/database.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { debianTool } from '../support/debian.js';
import { packageOf, packagesIn } from '../support/packages.js';
import { databaseIn, readLines, readPlain } from '../support/rpm-database.js';
import { needShared } from '../support/shared.js';

const evrOf = ({ epoch, version, release }: RpmPackage): string => `${epoch}:${version}-${release}`;

/** One word a package: `bash older`, `bash newer`, `bash added`, `bash removed`. */
function words({ behind, ahead, added, removed }: PackageDifferences): string[] {
  return [
    ...behind.map((one) => `${one.name}.${one.arch} older`),
    ...ahead.map((one) => `${one.name}.${one.arch} newer`),
    ...added.map((one) => `${one.name}.${one.arch} added`),
    ...removed.map((one) => `${one.name}.${one.arch} removed`),
  ].sort();
}

const p = (name: string, evr: string, more: { arch?: string; module?: string } = {}): RpmPackage =>
  packageOf(evr, { name, ...more });

describe('comparePackages', () => {
  const cases: readonly [
    what: string,
    image: readonly RpmPackage[],
    other: readonly RpmPackage[],
    words: string,
    equal: number,
  ][] = [
    ['nothing with nothing', [], [], '', 0],
    ['a package with itself', [p('a', '1-1')], [p('a', '1-1')], '', 1],
    ['by release', [p('a', '1-9')], [p('a', '1-10')], 'a.x86_64 older', 0],
    ['by version', [p('a', '1.10-1')], [p('a', '1.9-1')], 'a.x86_64 newer', 0],
    ['by epoch first', [p('a', '9-1')], [p('a', '1:1-1')], 'a.x86_64 older', 0],
    ['an epoch of 0 with none', [p('a', '0:1-1')], [p('a', '1-1')], '', 1],
    ['a candidate with its release', [p('a', '1~rc1-1')], [p('a', '1-1')], 'a.x86_64 older', 0],
    ['what one of them lacks', [p('a', '1-1')], [p('b', '1-1')], 'a.x86_64 added b.x86_64 removed', 0],
    [
      'each architecture for itself',
      [p('glibc', '2-1'), p('glibc', '2-2', { arch: 'i686' })],
      [p('glibc', '2-2'), p('glibc', '2-1', { arch: 'i686' })],
      'glibc.i686 newer glibc.x86_64 older',
      0,
    ],
    [
      'the newest of several versions installed at once',
      [p('kernel', '5-1'), p('kernel', '5-3'), p('kernel', '5-2')],
      [p('kernel', '5-2'), p('kernel', '5-3')],
      '',
      1,
    ],
    [
      'within one module stream, whatever its build',
      [p('node', '18-1', { module: 'nodejs:18:1:aa' })],
      [p('node', '18-2', { module: 'nodejs:18:2:bb' })],
      'node.x86_64 older',
      0,
    ],
    [
      'not across module streams',
      [p('node', '18-1', { module: 'nodejs:18:1:aa' })],
      [p('node', '20-1', { module: 'nodejs:20:1:aa' })],
      'node.x86_64 added node.x86_64 removed',
      0,
    ],
    ['no keys', [p('gpg-pubkey', '1-1')], [p('gpg-pubkey', '2-1')], '', 0],
  ];
  for (const [what, image, other, expected, equal] of cases) {
    it(`compares ${what}`, () => {
      const differences = comparePackages(image, other);
      expect(words(differences).join(' ')).to.equal(expected);
      expect(differences.equal).to.equal(equal);
    });
  }

  it('is the mirror of itself', () => {
    const [a, b] = [
      [p('a', '1-1'), p('b', '2-1')],
      [p('a', '2-1'), p('c', '1-1')],
    ];
    const [there, back] = [comparePackages(a, b), comparePackages(b, a)];
    expect(there.behind.map(({ name, image, other }) => [name, evrOf(image), evrOf(other)])).to.deep.equal(
      back.ahead.map(({ name, image, other }) => [name, evrOf(other), evrOf(image)]),
    );
    expect(there.added).to.deep.equal(back.removed);
  });

  it('says of the AlmaLinux series what rpm says, read from the databases', function () {
    const lines = readLines(needShared(this, 'data/rpmdb/real/almalinux9-aarch64-series.tsv')).map((line) =>
      line.split('\t'),
    );
    const read = (folder: string): readonly RpmPackage[] =>
      readDatabase(readPlain(databaseIn(needShared(this, 'data/rpmdb/real', folder))), folder).packages;
    const pairs = new Set(lines.map(([from, to]) => `${from} ${to}`));
    expect(pairs.size).to.equal(2);
    for (const pair of pairs) {
      const [from = '', to = ''] = pair.split(' ');
      const expected = lines.filter(([a, b]) => a === from && b === to);
      const found = comparePackages(read(from), read(to));
      const changed = expected.filter(([, , , , , , verdict]) => verdict !== 'same');
      expect(words(found)).to.deep.equal(
        changed.map(([, , name, arch, , , verdict]) => `${name}.${arch} ${verdict}`).sort(),
      );
      expect(found.equal).to.equal(expected.length - changed.length);
      const evrs = found.behind.map(({ name, image, other }) => [name, evrOf(image), evrOf(other)].join(' '));
      expect(evrs.sort()).to.deep.equal(changed.map(([, , name, , old, now]) => [name, old, now].join(' ')).sort());
    }
  });

  const rootfs = ['20220527--20231124', '20220706--20221117', '20221117--20230512', '20230512--20231124'];
  for (const pair of rootfs) {
    it(`says of the root file systems ${pair} what rpm says`, function () {
      const [from = '', to = ''] = pair.split('--');
      const file = (name: string) => needShared(this, 'data/rootfs', name);
      const list = (date: string) => packagesIn(file(`almalinux-9-micro-aarch64-${date}.rpmqa.tsv`));
      const truth = readLines(file(`diff--almalinux-9-micro-aarch64-${pair}.tsv`));
      const found = comparePackages(list(from), list(to));
      const lines = [
        ...found.behind.map((one) => `${one.name}\tupgraded\t${evrOf(one.image)}\t${evrOf(one.other)}`),
        ...found.ahead.map((one) => `${one.name}\tdowngraded\t${evrOf(one.image)}\t${evrOf(one.other)}`),
        ...found.added.map((one) => `${one.name}\tremoved\t${evrOf(one)}\t-`),
        ...found.removed.map((one) => `${one.name}\tadded\t-\t${evrOf(one)}`),
      ];
      expect(lines.sort()).to.deep.equal([...truth].sort());
    });
  }

  it('orders every pair of full-size Rocky releases as rpm does', async function () {
    this.timeout(120_000);
    const files = [
      '9.2.20230513-Base',
      '9.3.20231119-Base',
      '9.4.20240509-Base',
      '9.4.20240523-Minimal',
      '9.4.20240523-UBI',
      '9.6.20250531-Base',
    ];
    const lists = files.map((name) =>
      packagesIn(needShared(this, `data/rocky-package-lists/Rocky-${name}-x86_64.tsv`)).filter((one) => !one.isKey),
    );
    const rpm = await debianTool(this, 'rpm');
    const pairs = lists.flatMap((a) => lists.map((b) => ({ a, b })));
    const questions: { key: string; image: string; other: string; pair: number }[] = [];
    for (const [pair, { a, b }] of pairs.entries()) {
      const theirs = new Map(b.map((one) => [`${one.name}.${one.arch}`, one]));
      for (const one of a) {
        const its = theirs.get(`${one.name}.${one.arch}`);
        if (its) questions.push({ key: `${one.name}.${one.arch}`, image: evrOf(one), other: evrOf(its), pair });
      }
    }
    const answers = await askRpm(rpm, questions);
    for (const [pair, { a, b }] of pairs.entries()) {
      const found = comparePackages(a, b);
      const mine = questions.flatMap((one, i) => (one.pair === pair ? [{ ...one, order: answers[i] }] : []));
      const expected = (order: string): string[] =>
        mine
          .filter((one) => one.order === order)
          .map((one) => one.key)
          .sort();
      const names = (changes: PackageDifferences['behind']): string[] =>
        changes.map((one) => `${one.name}.${one.arch}`).sort();
      expect(names(found.behind)).to.deep.equal(expected('-1'));
      expect(names(found.ahead)).to.deep.equal(expected('1'));
      expect(found.equal).to.equal(expected('0').length);
      expect(found.added.length).to.equal(a.length - mine.length);
      expect(found.removed.length).to.equal(b.length - mine.length);
    }
    expect(questions.length).to.be.greaterThan(4000);
  });
});

/** What rpm's own comparison says, for many pairs at once. */
async function askRpm(
  rpm: Awaited<ReturnType<typeof debianTool>>,
  questions: readonly { readonly image: string; readonly other: string }[],
): Promise<readonly string[]> {
  const unique = [...new Set(questions.map(({ image, other }) => `${image} ${other}`))];
  const answers = new Map<string, string>();
  for (let at = 0; at < unique.length; at += 400) {
    const some = unique.slice(at, at + 400);
    const calls = some.map((pair) =>
      pair
        .split(' ')
        .map((evr) => `'${evr}'`)
        .join(','),
    );
    const { stdout } = await rpm.run([
      '--eval',
      `%{lua: ${calls.map((pair) => `print(rpm.vercmp(${pair})..' ')`).join(' ')}}`,
    ]);
    const said = stdout.trim().split(/\s+/);
    expect(said.length).to.equal(some.length);
    for (const [i, pair] of some.entries()) answers.set(pair, said[i] ?? '');
  }
  return questions.map(({ image, other }) => answers.get(`${image} ${other}`) ?? '');
}
