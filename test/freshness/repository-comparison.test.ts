import { expect } from 'chai';
import { compareWithRepository } from '../../src/freshness/repository-comparison.js';
import type { Advisory, AdvisoryPackage } from '../../src/repodata/advisory.js';
import { formatNevra } from '../../src/repodata/nevra.js';
import { openRepository } from '../../src/repository/repository.js';
import type { RepositoryIndex, RepositoryPackage } from '../../src/repository/repository-index.js';
import { readDatabase } from '../../src/rpm/database.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { databaseIn, readPlain } from '../support/rpm-database.js';
import { needShared } from '../support/shared.js';

interface Build {
  readonly name: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly arch: string;
  readonly module?: string;
}

/** `name-[epoch:]version-release.arch[@module]`. */
function build(text: string): Build {
  const [, name = '', epoch = '0', version = '', release = '', arch = '', module] =
    /^(.+)-(?:(\d+):)?([^-]+)-([^-@]+)\.([^.@]+)(?:@(.*))?$/.exec(text) ?? [];
  return { name, epoch: Number(epoch), version, release, arch, ...(module === undefined ? {} : { module }) };
}

/** Only what a comparison looks at. */
function installed(...texts: readonly string[]): readonly RpmPackage[] {
  return texts.map((text) => ({ ...build(text), isKey: text.startsWith('gpg-pubkey') }) as RpmPackage);
}

function advisory(id: string, issued: number | undefined, ...texts: readonly string[]): Advisory {
  const packages: readonly AdvisoryPackage[] = texts.map(build);
  const common = {
    id,
    type: 'security',
    severity: 'important',
    severityText: 'Important',
    title: '',
    cves: [],
  } as const;
  return { ...common, packages, ...(issued === undefined ? {} : { issued }) };
}

function index(
  packages: readonly string[],
  advisories: readonly Advisory[] = [],
  modules: readonly string[] = [],
): RepositoryIndex {
  const checksum = { algorithm: 'sha256', hex: '0'.repeat(64) } as const;
  return {
    location: 'repo',
    signature: { outcome: 'not-checked' },
    packages: packages.map((text): RepositoryPackage => ({ ...build(text), checksum })),
    modules,
    advisories,
    remarks: [],
  };
}

function said(packages: readonly RpmPackage[], ...indexes: readonly RepositoryIndex[]): string {
  const { behind, unknown, current, ahead, absent } = compareWithRepository(packages, ...indexes);
  return [
    ...behind.map(({ package: one, newest }) => `${formatNevra(one)} < ${formatNevra(newest)}`),
    ...unknown.map(({ package: one, reason }) => `${one.name} ${reason}`),
    `${current} current, ${ahead} ahead, ${absent} absent`,
  ].join('; ');
}

describe('compareWithRepository', () => {
  const cases: readonly [
    title: string,
    mine: readonly string[],
    theirs: readonly string[],
    expected: string,
    modules?: readonly string[],
  ][] = [
    [
      'orders versions as rpm does',
      ['a-5.2~rc1-1.x86_64', 'b-9-1.x86_64'],
      ['a-5.2-1.x86_64', 'b-10-1.x86_64'],
      'a-0:5.2~rc1-1.x86_64 < a-0:5.2-1.x86_64; b-0:9-1.x86_64 < b-0:10-1.x86_64; 0 current, 0 ahead, 0 absent',
    ],
    [
      'lets the epoch decide',
      ['vim-9.0-1.x86_64'],
      ['vim-1:8.2-1.x86_64'],
      'vim-0:9.0-1.x86_64 < vim-1:8.2-1.x86_64; 0 current, 0 ahead, 0 absent',
    ],
    [
      'tells current, ahead and absent apart',
      ['a-1-1.x86_64', 'b-2-1.x86_64', 'c-1-1.x86_64'],
      ['a-1-1.x86_64', 'b-1-1.x86_64'],
      '1 current, 1 ahead, 1 absent',
    ],
    [
      'compares each architecture with its own',
      ['a-1-1.x86_64', 'a-1-1.i686'],
      ['a-2-1.i686', 'a-1-1.x86_64'],
      'a-0:1-1.i686 < a-0:2-1.i686; 1 current, 0 ahead, 0 absent',
    ],
    [
      'finds what became noarch',
      ['a-1-1.x86_64'],
      ['a-2-1.noarch'],
      'a-0:1-1.x86_64 < a-0:2-1.noarch; 0 current, 0 ahead, 0 absent',
    ],
    [
      'finds what stopped being noarch, for the architecture of the image',
      ['a-1-1.noarch', 'z-1-1.x86_64'],
      ['a-3-1.i686', 'a-2-1.x86_64'],
      'a-0:1-1.noarch < a-0:2-1.x86_64; 0 current, 0 ahead, 1 absent',
    ],
    [
      'judges the newest of several kernels',
      ['kernel-5.1-3.x86_64', 'kernel-5.10-3.x86_64'],
      ['kernel-5.10-3.x86_64'],
      '1 current, 0 ahead, 0 absent',
    ],
    ['leaves out keys', ['gpg-pubkey-1-1.none'], ['gpg-pubkey-2-1.none'], '0 current, 0 ahead, 0 absent'],
    [
      'stays within a module stream',
      ['perl-5.26-1.x86_64@perl:5.26:8:c'],
      ['perl-5.26-2.x86_64@perl:5.26', 'perl-5.30-1.x86_64@perl:5.30', 'perl-6-1.x86_64'],
      'perl-0:5.26-1.x86_64 < perl-0:5.26-2.x86_64; 0 current, 0 ahead, 0 absent',
      ['perl:5.26'],
    ],
    [
      'keeps what has no module out of streams',
      ['perl-5.26-1.x86_64'],
      ['perl-5.30-1.x86_64@perl:5.30'],
      '0 current, 0 ahead, 1 absent',
      ['perl:5.30'],
    ],
    [
      'does not know a stream that is not there',
      ['perl-5.26-1.x86_64@perl:5.26:8:c'],
      ['perl-6-1.x86_64'],
      'perl stream-not-in-repository; 0 current, 0 ahead, 0 absent',
    ],
    [
      'calls absent what its stream does not have',
      ['perl-5.26-1.x86_64@perl:5.26:8:c'],
      [],
      '0 current, 0 ahead, 1 absent',
      ['perl:5.26'],
    ],
    [
      'does not guess the stream of a modular build',
      ['perl-5.26-1.module_el8+1.x86_64'],
      ['perl-6-1.x86_64'],
      'perl stream-not-said; 0 current, 0 ahead, 0 absent',
    ],
  ];
  for (const [title, mine, theirs, expected, modules] of cases) {
    it(title, () => expect(said(installed(...mine), index(theirs, [], modules))).to.equal(expected));
  }

  it('takes the newest of several repositories and says where it is', () => {
    const [one, other] = [index(['a-2-1.x86_64']), { ...index(['a-3-1.x86_64', 'b-1-1.x86_64']), location: 'updates' }];
    const { behind, current } = compareWithRepository(installed('a-1-1.x86_64', 'b-1-1.x86_64'), one, other);
    expect(behind.map(({ repository, newest }) => `${repository} ${newest.version}`)).to.deep.equal(['updates 3']);
    expect(current).to.equal(1);
  });

  it('names the advisories that supersede the installed build, oldest first, and since when', () => {
    const found = compareWithRepository(
      installed('a-2-1.x86_64'),
      index(
        ['a-5-1.x86_64'],
        [
          advisory('undated', undefined, 'a-4-1.x86_64'),
          advisory('newer', 300, 'a-5-1.x86_64'),
          advisory('first', 200, 'a-3-1.x86_64', 'a-3-1.i686'),
          advisory('installed', 100, 'a-2-1.x86_64'),
          advisory('other', 50, 'b-9-1.x86_64'),
          advisory('foreign', 60, 'a-9-1.s390x'),
          advisory('modular', 70, 'a-9-1.x86_64@m:1'),
        ],
      ),
    );
    expect(found.behind[0]?.advisories.map(({ id }) => id)).to.deep.equal(['first', 'newer', 'undated']);
    expect(found.behind[0]?.since).to.equal(200);
  });

  it('knows no date when no advisory has one', () => {
    const theirs = index(['a-5-1.x86_64'], [advisory('undated', undefined, 'a-5-1.x86_64')]);
    const [behind] = compareWithRepository(installed('a-2-1.x86_64'), theirs).behind;
    expect(behind?.advisories.length).to.equal(1);
    expect(behind).to.not.have.property('since');
  });

  it('judges the made database by the made repository', async function () {
    const path = databaseIn(needShared(this, 'data/rpmdb/made/alpha-signed-sqlite'));
    const { packages } = readDatabase(readPlain(path), path);
    const repository = openRepository(needShared(this, 'data/repodata/made-alpha-repo/gz'));
    const theirs = await repository.index({ names: new Set(packages.map(({ name }) => name)) });
    const { behind, unknown, current, ahead, absent } = compareWithRepository(packages, theirs);
    const lines = behind.map(
      ({ package: one, newest, advisories, since = 0 }) =>
        `${formatNevra(one)} < ${formatNevra(newest)}: ${advisories.map(({ id }) => id).join()} ${new Date(since * 1000).toISOString()}`,
    );
    expect(lines).to.deep.equal([
      'acme-core-2:1.2~rc1-3.x86_64 < acme-core-2:1.2~rc1-4.x86_64: ALPHA-2026:0001 2026-02-01T10:00:00.000Z',
      'acme-libs-0:1.2~rc1-3.x86_64 < acme-libs-0:1.2-1.x86_64: ALPHA-2026:0002 2026-02-02T02:40:00.000Z',
    ]);
    // acme-tools has a newer build in a module alone; the relocated and the foreign package and the kernel are nowhere.
    expect({ unknown, current, ahead, absent }).to.deep.equal({ unknown: [], current: 2, ahead: 0, absent: 3 });
  });
});
