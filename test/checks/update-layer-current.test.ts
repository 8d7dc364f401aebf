import { expect } from 'chai';
import { updateLayerCurrent } from '../../src/checks/update-layer-current.js';
import type { Examination } from '../../src/examination/examination.js';
import { comparePackages } from '../../src/freshness/compare.js';
import type { RepositoryComparison } from '../../src/freshness/repository-comparison.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import type { TarInput } from '../support/build-tar.js';
import { packageOf } from '../support/packages.js';
import { buildRpmHeader } from '../support/rpm-header.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildFrom, databasePath } from '../examination/rig.js';
import { answer, examinationOf, verdictOf } from './rig.js';

/** Packages as `name version[ day of installation]`, built the day before. */
function holding(...packages: readonly string[]): TarInput[] {
  const headers = packages.map((text) => {
    const [name = '', version = '', day = '2024-01-10'] = text.split(' ');
    const installTime = Date.parse(`${day}T12:00:00Z`) / 1000;
    return buildRpmHeader({
      ...{ name, version, release: '1', arch: 'x86_64' },
      ...{ installTime, buildTime: installTime - 86_400 },
    });
  });
  return [{ path: databasePath, body: buildSqlite(headers) }];
}

interface Given {
  /** Instruction, day of the history, and content of each layer. */
  readonly steps: readonly (readonly [run: string, day: string, layer?: readonly TarInput[]])[];
  /** What the base of today has, as `name version`. */
  readonly base?: readonly string[];
  /** What of it is older in the repository, as `name version`. */
  readonly repository?: readonly string[];
  readonly also?: Partial<Examination>;
}

const location = 'https://r.test/repo/';

async function examined({ steps, base, repository, also }: Given): Promise<Examination> {
  const last = steps.at(-1)?.[1] ?? '2024-01-10';
  const built = buildFrom(
    steps.map(([, , layer = []]) => layer),
    {
      history: steps.map(([run, day]) => ({ created: `${day}T12:00:30Z`, created_by: run })),
      config: { created: `${last}T12:01:00Z` },
    },
  );
  const found = await examinationOf({ built });
  const ours = found.content?.packages.packages.map((one) => one.package) ?? [];
  const named = { base: 'r.test/base:1', reference: 'r.test/base:1' };
  return {
    ...found,
    ...(base ? { comparison: { ...named, differences: comparePackages(ours, base.map(parsed)) } } : {}),
    ...(repository
      ? { repositories: { asked: [{ location, remarks: [] }], comparison: behind(ours, repository) } }
      : {}),
    ...also,
  };
}

function parsed(text: string): RpmPackage {
  const [name = '', version = ''] = text.split(' ');
  return packageOf(`${version}-1`, { name });
}

function behind(ours: readonly RpmPackage[], newest: readonly string[]): RepositoryComparison {
  const older = newest.flatMap((text) => {
    const { name, epoch, version, release, arch } = parsed(text);
    const checksum = { algorithm: 'sha256', hex: '' } as const;
    const found = { name, epoch, version, release, arch, checksum };
    return ours
      .filter((one) => one.name === name)
      .map((one) => ({ package: one, newest: found, repository: location, advisories: [] }));
  });
  return { behind: older, unknown: [], current: ours.length - older.length, ahead: 0, absent: 0 };
}

const from: Given['steps'][number] = ['COPY rootfs /', '2024-01-01', holding('a 1 2024-01-01', 'b 1 2024-01-01')];
const run = 'RUN dnf -y update';
const updated = holding('a 2', 'b 1 2024-01-01');
const fresh: Given['steps'] = [from, [run, '2024-01-10', updated]];
const cached: Given['steps'] = [...fresh, ['COPY app /', '2024-04-06']];
const who = 'dnf update of layer 2 (RUN dnf -y update)';
const old = `${who} is of 2024-01-10 (newest package installed)`;

describe('update-layer-current', () => {
  const cases: readonly [it: string, given: Given, answers: readonly string[]][] = [
    [
      'does not ask where no step updates',
      { steps: [from, ['RUN dnf -y install c', '2024-01-10']] },
      ['pass idle: no step updates packages'],
    ],
    [
      'leaves those of a proved base to its owner',
      { steps: fresh, also: { base: verdictOf('fresh', { layers: 2 }) } },
      ['pass idle: no step of its own updates packages'],
    ],
    [
      'passes one after which nothing is older than in the repository',
      { steps: fresh, repository: [] },
      [`pass: ${old}, 142 days ago; no package is older than in ${location}`],
    ],
    [
      'fails for one after which packages are older than in the repository',
      { steps: fresh, repository: ['b 2'] },
      [`fail: ${old}, 142 days ago: 1 package has a newer version (b 1-1 < 2-1) in ${location}`],
    ],
    [
      'fails for one out of a build cache, and says how old it was when the layer above was made',
      { steps: cached, repository: ['a 3', 'b 2'] },
      [
        `fail: ${old}, 87 days before layer 3 was made: 2 packages have newer versions (a 2-1 < 3-1, b 1-1 < 2-1) in ${location}`,
      ],
    ],
    [
      'fails for packages that are older than in today’s base',
      { steps: fresh, base: ['a 2', 'b 3'] },
      [`fail: ${old}, 142 days ago: 1 package has a newer version (b 1-1 < 3-1) in r.test/base:1`],
    ],
    [
      'fails for what only the base has newer, though a repository was read',
      { steps: fresh, base: ['b 3'], repository: [] },
      [`fail: ${old}, 142 days ago: 1 package has a newer version (b 1-1 < 3-1) in r.test/base:1`],
    ],
    [
      'passes one that is no older than today’s base',
      { steps: fresh, base: ['a 2', 'b 1'] },
      [`pass: ${old}, 142 days ago; no package is older than in r.test/base:1`],
    ],
    [
      'is not sure of one out of a build cache where only the base was compared',
      { steps: cached, base: ['a 2', 'b 1'] },
      [
        `unknown idle: ${old}, 87 days before layer 3 was made; no package is older than in r.test/base:1, which does not tell what an update of today would bring`,
      ],
    ],
    [
      'passes one out of a build cache after which nothing newer came out',
      { steps: cached, repository: [] },
      [`pass: ${old}, 87 days before layer 3 was made; no package is older than in ${location}`],
    ],
    [
      'blames none for what a later layer brought',
      {
        steps: [...fresh, ['RUN dnf -y install c', '2024-01-10', holding('a 2', 'b 1 2024-01-01', 'c 1')]],
        repository: ['c 2'],
      },
      [`pass: ${old}, 142 days ago; no package is older than in ${location}`],
    ],
    [
      'says the age where there is nothing to compare with',
      { steps: cached },
      [
        `unknown idle: ${old}, 87 days before layer 3 was made; whether there is anything newer is not known: neither a base nor a repository was compared`,
      ],
    ],
    [
      'takes no base at its word that nothing bears out',
      { steps: fresh, base: ['b 3'], also: { base: verdictOf('unknown') } },
      [
        `unknown idle: ${old}, 142 days ago; whether there is anything newer is not known: r.test/base:1 may not be what it should stand on`,
      ],
    ],
    [
      'takes the user’s word for a base',
      { steps: fresh, base: ['b 3'], also: { base: verdictOf('unknown', { how: ['option'] }) } },
      [`fail: ${old}, 142 days ago: 1 package has a newer version (b 1-1 < 3-1) in r.test/base:1`],
    ],
    [
      'passes one that found nothing to update, where nothing newer is known',
      { steps: [from, [run, '2024-01-10']], repository: [] },
      [`pass: ${who} brought no package: it may have found nothing to update; no package is older than in ${location}`],
    ],
    [
      'fails for one that brought nothing though there is something newer',
      { steps: [from, [run, '2024-04-10']], repository: ['a 2'] },
      [
        `fail: ${who} brought no package: it may have found nothing to update: 1 package has a newer version (a 1-1 < 2-1) in ${location}`,
      ],
    ],
    [
      'asks of an update of some packages only for those that it brought',
      { steps: [from, ['RUN dnf -y update a', '2024-01-10', updated]], repository: ['b 2'] },
      [
        `pass: dnf update of layer 2 (RUN dnf -y update a) is of 2024-01-10 (newest package installed), 142 days ago; no package that it brought is older than in ${location}`,
      ],
    ],
    [
      'names those that an update of some packages brought',
      { steps: [from, ['RUN dnf -y update a', '2024-01-10', updated]], repository: ['a 3', 'b 2'] },
      [
        `fail: dnf update of layer 2 (RUN dnf -y update a) is of 2024-01-10 (newest package installed), 142 days ago: 1 package that it brought has a newer version (a 2-1 < 3-1) in ${location}`,
      ],
    ],
    [
      'recognises zeroed times of installation',
      { steps: [from, [run, '2024-01-10', holding('a 2 1970-01-02', 'b 1 2024-01-01')]], repository: [] },
      [
        `pass: ${who} brought 1 package, none with a date that can be believed; no package is older than in ${location}`,
      ],
    ],
    [
      'does not judge other package managers',
      {
        steps: [
          ['RUN apt-get update && apt-get -y upgrade', '2024-01-10'],
          ['RUN apk upgrade', '2024-01-10'],
        ],
      },
      [
        'unknown idle: apt-get upgrade of layer 1 (RUN apt-get update && apt-get -y upgrade) is not judged: no RPM database',
        'unknown idle: apk upgrade of layer 2 (RUN apk upgrade) is not judged: no RPM database',
      ],
    ],
    [
      'does not judge where the database is gone',
      { steps: [...fresh, ['RUN rm -rf /var/lib/rpm', '2024-01-10', [{ path: 'var/lib/.wh.rpm' }]]] },
      [`unknown idle: ${who} is not judged: the database var/lib/rpm/rpmdb.sqlite of layer 2 was removed in layer 3`],
    ],
    [
      'judges each of several',
      { steps: [...fresh, ['RUN yum update', '2024-01-10', holding('a 2', 'b 2')]], repository: ['a 3', 'b 3'] },
      [
        `fail: ${old}, 142 days ago: 1 package has a newer version (a 2-1 < 3-1) in ${location}`,
        `fail: yum update of layer 3 (RUN yum update) is of 2024-01-10 (newest package installed), 142 days ago: 2 packages have newer versions (a 2-1 < 3-1, b 2-1 < 3-1) in ${location}`,
      ],
    ],
  ];
  for (const [title, given, expected] of cases) {
    it(title, async () => {
      expect(answer(updateLayerCurrent, await examined(given))).to.deep.equal(expected);
    });
  }
});
