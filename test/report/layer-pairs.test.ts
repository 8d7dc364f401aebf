import { expect } from 'chai';
import { pairLayers } from '../../src/report/layer-pairs.js';
import type { Report } from '../../src/report/report.js';
import { ownLayers, reportOf, todayLayers } from './rig.js';

/** From the bottom: the numbers of both sides, joined by `=`, `~` or a blank; `|` above the base, `/` where they part. */
function drawn(report: Report): string[] {
  const stacks = pairLayers(report);
  if (!stacks) return ['none'];
  return stacks.pairs.map(({ own, today, same }, i) => {
    const joint = same === 'digest' ? '=' : same === 'diff-id' ? '~' : ' ';
    const marks = `${i === stacks.parting ? '/' : ''}${i === stacks.baseHeight - 1 ? '|' : ''}`;
    return `${own?.number ?? '-'}${joint}${today?.number ?? '-'}${marks}`;
  });
}

describe('pairLayers', () => {
  const base = ownLayers('base a', 'base b', 'own c');
  const cases: readonly (readonly [what: string, report: Report, expected: readonly string[]])[] = [
    ['nothing where no base was had', reportOf(base, undefined), ['none']],
    ['a fresh base as joined', reportOf(base, todayLayers('= a', '= b')), ['1=1', '2=2|', '3 -']],
    ['what parts from a height on', reportOf(base, todayLayers('= a', 'x')), ['1=1', '2 2/|', '3 -']],
    ['nothing in common', reportOf(base, todayLayers('x', 'y')), ['1 1/', '2 2|', '3 -']],
    [
      'a base that has grown below the image’s own layers',
      reportOf(base, todayLayers('= a', 'x', 'y', 'z')),
      ['1=1', '2 2/', '- 3', '- 4|', '3 -'],
    ],
    ['a base that has shrunk', reportOf(base, todayLayers('= a')), ['1=1', '2 -/|', '3 -']],
    ['equal layers above the parting as joined too', reportOf(base, todayLayers('x', '= b')), ['1 1/', '2=2|', '3 -']],
    ['layers compressed otherwise', reportOf(base, todayLayers('~ a', '~ b')), ['1~1', '2~2|', '3 -']],
    [
      'a foreign base from the bottom up, with no line',
      reportOf(ownLayers('a', 'b'), todayLayers('x', 'y', 'z'), { proof: 'none' }),
      ['1 1/', '2 2', '- 3'],
    ],
    [
      'an image that is a base beside the newest',
      reportOf(ownLayers('own a', 'own b'), todayLayers('= a', 'x'), { proof: 'self' }),
      ['1=1', '2 2/'],
    ],
    [
      'an image that is the newest itself',
      reportOf(ownLayers('own a', 'own b'), todayLayers('= a', '= b'), { proof: 'self' }),
      ['1=1', '2=2'],
    ],
  ];
  for (const [what, report, expected] of cases) {
    it(`lays out ${what}`, () => {
      expect(drawn(report)).to.deep.equal(expected);
    });
  }

  it('takes the base that is proved before one that is only named', () => {
    const report = reportOf(base, todayLayers('= a', '= b'));
    const [proved] = report.freshness?.bases ?? [];
    if (!proved) throw new Error('there is one');
    const named = { ...proved, reference: 'r.test/other:1', proof: 'none', layers: todayLayers('x') } as const;
    const stacks = pairLayers({ ...report, freshness: { outcome: 'stale', bases: [named, proved] } });
    expect(stacks?.base.reference).to.equal('r.test/base:latest');
  });
});
