import { expect } from 'chai';
import { packageLeftovers } from '../../src/examination/package-leftovers.js';
import type { TarInput } from '../support/build-tar.js';
import { stackOf } from '../layer/walked.js';

async function told(layers: readonly (readonly TarInput[])[], baseLayers?: number): Promise<string[]> {
  return packageLeftovers(await stackOf(...layers), baseLayers).map((one) => {
    const folders = one.folders.map(({ folder, bytes }) => `${folder}=${bytes}`).join(' ');
    const hidden = one.hiddenBy === undefined ? '' : ` hidden by ${one.hiddenBy}`;
    return `${one.use} ${one.origin} ${one.layer}${hidden}: ${one.bytes} in ${one.files} (${folders})`;
  });
}

const dnf = (name: string, size: number): TarInput => ({ path: `var/cache/dnf/${name}`, body: 'x'.repeat(size) });
const apt = (name: string, size: number): TarInput => ({ path: `var/lib/apt/lists/${name}`, body: 'x'.repeat(size) });

describe('packageLeftovers', () => {
  const cases: readonly [it: string, layers: readonly (readonly TarInput[])[], told: readonly string[]][] = [
    ['has nothing to tell of layers without any', [[{ path: 'a', body: 'x' }], []], []],
    [
      'adds up a layer’s by folder, most bytes first',
      [[dnf('a', 5), apt('a', 7), dnf('b', 6)], [dnf('c', 100)]],
      [
        'cache unknown 1: 100 in 1 (var/cache/dnf=100)',
        'cache unknown 0: 18 in 3 (var/cache/dnf=11 var/lib/apt/lists=7)',
      ],
    ],
    [
      'keeps what a higher layer deleted apart, with the layer that did',
      [[dnf('a', 5), dnf('b', 6)], [{ path: 'var/cache/dnf/.wh.a' }], [{ path: 'var/cache/.wh.dnf' }]],
      [
        'cache unknown 0 hidden by 2: 6 in 1 (var/cache/dnf=6)',
        'cache unknown 0 hidden by 1: 5 in 1 (var/cache/dnf=5)',
      ],
    ],
    [
      'knows what a higher layer replaced, and what only its directory’s entry seems to',
      [
        [dnf('a', 5), dnf('b', 6)],
        [{ path: 'var/cache/dnf/' }, dnf('a', 4)],
      ],
      [
        'cache unknown 0: 6 in 1 (var/cache/dnf=6)',
        'cache unknown 0 hidden by 1: 5 in 1 (var/cache/dnf=5)',
        'cache unknown 1: 4 in 1 (var/cache/dnf=4)',
      ],
    ],
    [
      'keeps records apart from caches',
      [[dnf('a', 5), { path: 'var/lib/dnf/history.sqlite', body: 'abc' }]],
      ['cache unknown 0: 5 in 1 (var/cache/dnf=5)', 'record unknown 0: 3 in 1 (var/lib/dnf=3)'],
    ],
    [
      'counts no bytes for a hard link into a lower layer',
      [[dnf('a', 5)], [{ path: 'kept', type: 'hardlink', linkname: 'var/cache/dnf/a' }]],
      ['cache unknown 0: 5 in 1 (var/cache/dnf=5)'],
    ],
  ];
  for (const [title, layers, expected] of cases) {
    it(title, async () => {
      expect(await told(layers)).to.deep.equal(expected);
    });
  }

  it('tells the base’s from the image’s own where a base is proved', async () => {
    expect(await told([[dnf('a', 5)], [dnf('b', 4)]], 1)).to.deep.equal([
      'cache base 0: 5 in 1 (var/cache/dnf=5)',
      'cache own 1: 4 in 1 (var/cache/dnf=4)',
    ]);
  });

  it('names the twenty largest, and says how many were only counted', async () => {
    const many = Array.from({ length: 2100 }, (_, i) => dnf(String(i), i + 1));
    const [one] = packageLeftovers(await stackOf(many), 0);
    expect(one?.largest).to.have.length(20);
    expect(one?.largest[0]).to.equal('var/cache/dnf/2099');
    expect([one?.files, one?.unlisted, one?.bytes]).to.deep.equal([2100, 100, (2100 * 2101) / 2]);
  });
});
