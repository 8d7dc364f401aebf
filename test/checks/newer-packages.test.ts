import { expect } from 'chai';
import { newerPackages, type NewerPackages } from '../../src/checks/newer-packages.js';
import { updateLayerCurrent } from '../../src/checks/update-layer-current.js';
import type { Examination } from '../../src/examination/examination.js';
import type { RepositoryFindings } from '../../src/examination/repositories.js';
import { comparePackages } from '../../src/freshness/compare.js';
import { database } from '../examination/rig.js';
import { packageOf } from '../support/packages.js';
import { answer, examinationOf } from './rig.js';

const one = packageOf('1-1', { name: 'a' });
const none = { behind: [], unknown: [], current: 0, ahead: 0, absent: 0 };
const asked = [{ location: 'https://r.test/a/', remarks: [] }];
const lost = [...asked, { location: 'https://r.test/b/', remarks: [], problem: 'gone' }];
const named = { base: 'r.test/base:1', reference: 'r.test/base:1' };

async function found(also: Partial<Examination>): Promise<NewerPackages> {
  const examination = await examinationOf({ layers: [[database('a 1-1')]], also });
  if (!examination.content) throw new Error('layers were read');
  return newerPackages(examination, examination.content, () => true);
}

describe('newerPackages', () => {
  const cases: readonly [it: string, also: Partial<Examination>, where: string | undefined, doubts: string[]][] = [
    ['compares with nothing where nothing was asked', {}, undefined, []],
    [
      'compares with the repositories that were had, and doubts the rest',
      { repositories: { asked: lost, comparison: { ...none, current: 1 } } },
      'https://r.test/a/',
      ['https://r.test/b/: gone'],
    ],
    [
      'compares with none where none was had',
      { repositories: { asked: lost.slice(1), comparison: undefined } },
      undefined,
      ['https://r.test/b/: gone'],
    ],
    [
      'compares with none that has nothing of what is installed',
      { repositories: { asked, comparison: { ...none, absent: 1 } } },
      undefined,
      ['https://r.test/a/ has none of its packages'],
    ],
    [
      'doubts modules of unknown streams',
      {
        repositories: {
          asked,
          comparison: { ...none, current: 1, unknown: [{ package: one, reason: 'stream-not-said' }] },
        } satisfies RepositoryFindings,
      },
      'https://r.test/a/',
      ['1 packages of unknown module streams'],
    ],
    [
      'falls back to the base where no repository was had',
      {
        repositories: { asked: lost.slice(1), comparison: undefined },
        comparison: { ...named, differences: comparePackages([one], [one]) },
      },
      'r.test/base:1',
      ['https://r.test/b/: gone'],
    ],
    [
      'doubts a base that could not be read whole, unless a repository was',
      { comparison: { ...named, differences: comparePackages([one], [one]), problem: 'damaged' } },
      'r.test/base:1',
      ['damaged'],
    ],
    [
      'does without the base where a repository was read',
      {
        repositories: { asked, comparison: { ...none, current: 1 } },
        comparison: { ...named, differences: undefined, problem: 'damaged' },
      },
      'https://r.test/a/',
      [],
    ],
  ];
  for (const [title, also, where, doubts] of cases) {
    it(title, async () => {
      const answer = await found(also);
      expect([answer.newer, answer.where, answer.doubts]).to.deep.equal([[], where, doubts]);
    });
  }

  it('doubts a list of packages that was not read whole', async () => {
    const examination = await examinationOf({
      layers: [[database('a 1-1')]],
      content: (content) => ({
        ...content,
        packages: { ...content.packages, state: { ...content.packages.state, problems: ['it is damaged'] } },
      }),
      also: { repositories: { asked, comparison: { ...none, current: 1 } } },
    });
    if (!examination.content) throw new Error('layers were read');
    expect(newerPackages(examination, examination.content, () => true).doubts).to.deep.equal(['it is damaged']);
    expect(answer(updateLayerCurrent, examination)).to.deep.equal(['pass idle: no step updates packages']);
  });
});
