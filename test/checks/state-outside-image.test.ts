import { expect } from 'chai';
import { stateOutsideImage } from '../../src/checks/state-outside-image.js';
import type { TarInput } from '../support/build-tar.js';
import { askRun, runExamination } from './run-rig.js';

type Layers = readonly (readonly TarInput[])[];

const file = (path: string, size: number): TarInput => ({ path, body: new Uint8Array(size) });
const folder = (path: string): TarInput => ({ path: `${path}/`, mode: 0o755 });
const volumes = (...paths: string[]) => ({ Volumes: Object.fromEntries(paths.map((path) => [path, {}])) });
const clean = 'pass: no state of a service is in the layers; ';

describe('state-outside-image', () => {
  const cases: readonly (readonly [
    it: string,
    layers: Layers,
    declared: readonly string[],
    answers: readonly string[],
  ])[] = [
    ['passes an image without state', [[file('srv/a', 100_000)]], [], [`${clean}no volume is declared`]],
    ['says which volumes are declared', [[]], ['/data', '/srv'], [`${clean}volumes: /data, /srv`]],
    [
      'fails for data of a service in the layers',
      [[], [file('var/lib/mysql/app/a.ibd', 70_000), file('var/lib/mysql/app/b.ibd', 30_000)]],
      [],
      [
        'fail: /var/lib/mysql holds 100.0 kB in 2 files of a service’s state, and no volume is declared for it: layer 2 (RUN step 2)',
      ],
    ],
    [
      'fails for a small database that was started',
      [[file('srv/pg/PG_VERSION', 3)]],
      [],
      [
        'fail: /srv/pg holds 3 B in 1 file of a service’s state, and no volume is declared for it: layer 1 (RUN step 1)',
      ],
    ],
    [
      'fails for logs',
      [[file('var/log/app.log', 50_000)], [file('var/log/app/2.log', 50_000)]],
      ['/data'],
      [
        'fail: /var/log holds 100.0 kB in 2 files of logs, and no volume is declared for it: layer 2 (RUN step 2) and 1 more',
      ],
    ],
    [
      'lets a few bytes be: profiles, cookies, a first line of a log',
      [[file('var/lib/pgsql/.bash_profile', 260), file('var/log/app.log', 2000)]],
      [],
      [`${clean}no volume is declared`],
    ],
    [
      'passes what lies in a volume, and says so',
      [[file('var/lib/mysql/a', 70_000)]],
      ['/var/lib/mysql/'],
      [
        `${clean}volumes: /var/lib/mysql/`,
        'pass: 70.0 kB in 1 file in /var/lib/mysql are what a new volume begins with',
      ],
    ],
    [
      'takes a volume for no more than it holds',
      [[file('var/lib/pgsql/data/PG_VERSION', 3), file('var/lib/pgsql/backups/a', 70_000)]],
      ['/var/lib/pgsql/data'],
      [
        'fail: /var/lib/pgsql holds 70.0 kB in 1 file of a service’s state, and no volume is declared for it: layer 1 (RUN step 1)',
      ],
    ],
    [
      'does not take a volume of a like name for it',
      [[file('var/lib/mysql/a', 70_000)]],
      ['/var/lib/mysql2', '/var/lib/my'],
      [
        'fail: /var/lib/mysql holds 70.0 kB in 1 file of a service’s state, and no volume is declared for it: layer 1 (RUN step 1)',
      ],
    ],
    [
      'notes a service whose data have no place yet',
      [[folder('var/lib/mysql'), folder('var/lib/redis')]],
      ['/var/lib/redis'],
      [
        `${clean}volumes: /var/lib/redis`,
        'pass: nothing is in /var/lib/mysql yet, and no volume is declared for it: mount one when it runs',
      ],
    ],
    [
      'says nothing of a folder with a volume in it',
      [[folder('var/lib/pgsql')]],
      ['/var/lib/pgsql/data'],
      [`${clean}volumes: /var/lib/pgsql/data`],
    ],
    [
      'says nothing of what a higher layer removed',
      [[file('var/lib/mysql/a', 70_000)], [{ path: 'var/lib/.wh.mysql' }]],
      [],
      [`${clean}no volume is declared`],
    ],
  ];
  for (const [title, layers, declared, answers] of cases) {
    it(title, async () => {
      expect(await askRun(stateOutsideImage, { layers, run: volumes(...declared) })).to.deep.equal(answers);
    });
  }

  it('names twenty folders, the largest first', async () => {
    const layers = [Array.from({ length: 23 }, (_, i) => file(`srv/${i}/PG_VERSION`, i))];
    const answers = await askRun(stateOutsideImage, { layers });
    expect(answers).to.have.length(21);
    expect(answers[0]).to.match(/^fail: \/srv\/22 holds 22 B/);
    expect(answers[20]).to.equal('fail: 3 B in 3 files of state lie in more folders');
  });

  it('points at the largest files', async () => {
    const layers = [[file('var/lib/mysql/a', 10), file('var/lib/mysql/b', 70_000)]];
    const [finding] = stateOutsideImage.evaluate(await runExamination({ layers }));
    expect(finding.evidence.map((one) => ('path' in one ? one.path : ''))).to.deep.equal([
      '/var/lib/mysql/b',
      '/var/lib/mysql/a',
    ]);
  });
});
