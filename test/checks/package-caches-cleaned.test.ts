import { expect } from 'chai';
import { packageCachesCleaned } from '../../src/checks/package-caches-cleaned.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom } from '../examination/rig.js';
import { answer, examinationOf } from './rig.js';

const file = (path: string, size: number): TarInput => ({ path, body: new Uint8Array(size) });
const rpm = (size: number): TarInput => file('var/cache/dnf/baseos/packages/a.rpm', size);
const whiteout: TarInput = { path: 'var/cache/.wh.dnf' };

async function ask(
  layers: readonly (readonly TarInput[])[],
  baseLayers?: number,
  instructions: readonly string[] = layers.map((_, i) => `RUN step ${i + 1}`),
): Promise<string[]> {
  const history = instructions.map((line) => ({ created: '2024-05-01T00:00:00Z', created_by: line }));
  const built = buildFrom(layers, { history });
  const given = { built, ...(baseLayers === undefined ? {} : { baseLayers }) };
  return answer(packageCachesCleaned, await examinationOf(given));
}

describe('package-caches-cleaned', () => {
  const clean = 'pass: no cache of a package manager worth a word is in the layers';
  const cases: readonly [it: string, layers: readonly (readonly TarInput[])[], answers: readonly string[]][] = [
    ['passes an image without any', [[{ path: 'a', body: 'x' }]], [clean]],
    ['passes empty folders and lock files', [[{ path: 'var/cache/dnf/' }, file('var/cache/dnf/a.pid', 0)]], [clean]],
    [
      'passes a few bytes, and says where they are',
      [[file('var/cache/apk/a', 312)], [rpm(60_000)], [whiteout]],
      [`${clean}: 60.3 kB in /var/cache/dnf, /var/cache/apk, too little to matter`],
    ],
    [
      'fails for what a layer left',
      [[], [rpm(2_000_000), file('var/lib/apt/lists/x', 400_000)]],
      ['fail: layer 2 (RUN step 2) leaves 2.4 MB in 2 files in /var/cache/dnf, /var/lib/apt/lists'],
    ],
    [
      'fails for what a higher layer only hid, naming both',
      [[rpm(70_000)], [], [whiteout]],
      [
        'fail: layer 1 (RUN step 1) still ships 70.0 kB in 1 file in /var/cache/dnf, though layer 3 (RUN step 3) hides them',
      ],
    ],
    [
      'fails for each layer, the largest first, and adds up the small ones',
      [[rpm(70_000)], [file('var/cache/yum/a', 90_000)], [file('var/cache/yum/b', 10)], [file('var/cache/yum/c', 20)]],
      [
        'fail: layer 2 (RUN step 2) leaves 90.0 kB in 1 file in /var/cache/yum',
        'fail: layer 1 (RUN step 1) leaves 70.0 kB in 1 file in /var/cache/dnf; 30 B more in 2 smaller heaps',
      ],
    ],
    [
      'fails for many layers that leave little each',
      [[file('var/cache/yum/a', 40_000)], [file('var/cache/yum/b', 41_000)]],
      ['fail: layer 2 (RUN step 2) leaves 41.0 kB in 1 file in /var/cache/yum; 40.0 kB more in 1 smaller heap'],
    ],
    [
      'notes histories and logs without a reproach',
      [[file('var/lib/dnf/history.sqlite-wal', 922_912), file('var/log/dnf.log', 10)]],
      [clean, 'pass: histories and logs of package managers take 922.9 kB in /var/lib/dnf, /var/log'],
    ],
    ['says nothing of a short log', [[file('var/log/dnf.log', 4000)]], [clean]],
  ];
  for (const [title, layers, expected] of cases) {
    it(title, async () => {
      expect(await ask(layers)).to.deep.equal(expected);
    });
  }

  it('names at most twenty layers', async () => {
    const answers = await ask(Array.from({ length: 23 }, (_, i) => [file(`var/cache/yum/${i}`, 70_000)]));
    expect(answers).to.have.length(20);
    expect(answers.at(-1)).to.match(/; 210\.0 kB more in 3 smaller heaps$/);
  });

  it('says that the base brought them, and what can be done then', async () => {
    const [first] = packageCachesCleaned.evaluate(await examinationOf({ layers: [[rpm(70_000)], []], baseLayers: 1 }));
    expect(first.message).to.equal('layer 1 (RUN step 1) of the base leaves 70.0 kB in 1 file in /var/cache/dnf');
    expect(first.remedy).to.match(/^Ask for a base without them/);
  });

  it('points at the largest files, and at the layer that hid them', async () => {
    const layers = [[rpm(70_000), file('var/cache/dnf/b', 10)], [whiteout]];
    const [{ evidence }] = packageCachesCleaned.evaluate(await examinationOf({ layers }));
    expect(evidence.map((one) => (one.type === 'file' ? one.path : one.type))).to.deep.equal([
      '/var/cache/dnf/baseos/packages/a.rpm',
      '/var/cache/dnf/b',
      'layer',
    ]);
  });

  it('says of how many files it cannot tell whether they are still shown', async () => {
    const many = Array.from({ length: 2005 }, (_, i) => file(`var/cache/yum/${i}`, 100));
    expect(await ask([many])).to.deep.equal([
      'fail: layer 1 (RUN step 1) leaves 200.5 kB in 2005 files in /var/cache/yum (5 of them were only counted)',
    ]);
  });
});
