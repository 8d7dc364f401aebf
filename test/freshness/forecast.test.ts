import { expect } from 'chai';
import type { PackageStory } from '../../src/analyzers/package-story.js';
import { comparePackages } from '../../src/freshness/compare.js';
import { countChanges, forecastRebuild } from '../../src/freshness/forecast.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { formatEvr } from '../../src/rpm/version.js';
import type { ImageLayer } from '../../src/source/image.js';
import { packagesIn } from '../support/packages.js';
import { needShared } from '../support/shared.js';
import { forecastWords, foreseen, type LayerSpec } from './foreseen.js';

const copied = 'COPY rootfs / # buildkit';

describe('forecastRebuild', () => {
  const cases: readonly [
    what: string,
    layers: readonly LayerSpec[],
    baseLayers: number | undefined,
    today: string,
    words: readonly string[],
    changes: number,
  ][] = [
    [
      'upgrades what the base’s layers brought',
      [{ has: 'a 1-1, b 1-1' }],
      1,
      'a 1-2, b 1-1',
      ['upgraded: a 1-1 -> 1-2 (base 1)', 'equal: 1 base'],
      1,
    ],
    [
      'changes nothing where a newer digest has nothing newer inside',
      [{ has: 'a 1-1, b 1-1' }, { has: 'a 1-1, b 1-1, own 1-1' }],
      1,
      'a 1-1, b 1-1',
      ['equal: 2 base', 'kept: own'],
      0,
    ],
    [
      'loses what an update layer of its own has newer',
      [{ has: 'a 1-1' }, { has: 'a 1-3' }],
      1,
      'a 1-2',
      ['lost: a 1-3 -> 1-2 (own 2)'],
      0,
    ],
    ['takes back what the base has withdrawn', [{ has: 'a 1-3' }], 1, 'a 1-2', ['withdrawn: a 1-3 -> 1-2 (base 1)'], 1],
    [
      'says which of its update layers is overtaken, and would take packages back if it were kept',
      [{ has: 'a 1-1, b 1-1' }, { has: 'a 1-2, b 1-1' }],
      1,
      'a 1-3, b 1-1',
      ['upgraded: a 1-2 -> 1-3 (own 2)', 'equal: 1 base', 'dead: layer 2 of 1', 'downgrades: layer 2: a'],
      1,
    ],
    [
      'says which update layer the base has caught up with',
      [{ has: 'a 1-1' }, { has: 'a 1-2, b 1-1' }],
      1,
      'a 1-2, b 1-1',
      ['equal: 2 own', 'dead: layer 2 of 2'],
      0,
    ],
    [
      'leaves a layer alone that brings anything of its own',
      [{ has: 'a 1-1' }, { has: 'a 1-2, own 1-1' }],
      1,
      'a 1-2',
      ['equal: 1 own', 'kept: own'],
      0,
    ],
    [
      'leaves a layer alone that takes away what the base has',
      [{ has: 'a 1-1, b 1-1' }, { has: 'a 1-2' }],
      1,
      'a 1-2, b 1-1',
      ['equal: 1 own', 'taken away: b'],
      0,
    ],
    [
      'holds what was copied in',
      [{ has: 'a 1-1' }, { has: 'a 1-2', by: copied }],
      1,
      'a 1-3',
      ['held: a 1-2 -> 1-3 (own 2)', 'dead: layer 2 of 1', 'downgrades: layer 2: a'],
      0,
    ],
    [
      'holds what took the place of a newer version of the base',
      [{ has: 'a 1-2' }, { has: 'a 1-1' }],
      1,
      'a 1-2',
      ['held: a 1-1 -> 1-2 (own 2)', 'dead: layer 2 of 1', 'downgrades: layer 2: a'],
      0,
    ],
    [
      'holds a version that its step names',
      [{ has: 'a 1-1' }, { has: 'a 1-1, b 2-1', by: 'RUN /bin/sh -c dnf install -y b-2' }],
      1,
      'a 1-1, b 3-1',
      ['held: b 2-1 -> 3-1 (own 2)', 'equal: 1 base', 'dead: layer 2 of 1', 'downgrades: layer 2: b'],
      0,
    ],
    [
      'upgrades a package of its own that the base has since taken up',
      [{ has: 'a 1-1' }, { has: 'a 1-1, b 2-1', by: 'RUN /bin/sh -c dnf install -y b' }],
      1,
      'a 1-1, b 3-1',
      ['upgraded: b 2-1 -> 3-1 (own 2)', 'equal: 1 base', 'dead: layer 2 of 1', 'downgrades: layer 2: b'],
      1,
    ],
    [
      'tells what the base dropped from what is the image’s own',
      [{ has: 'a 1-1, old 1-1' }, { has: 'a 1-1, old 1-1, own 1-1' }],
      1,
      'a 1-1, new 1-1',
      ['equal: 1 base', 'kept: own', 'dropped: old', 'brought: new'],
      2,
    ],
    [
      'replaces an image that is a base itself as a whole',
      [{ has: 'a 1-1' }, { has: 'a 1-2, b 1-1' }],
      2,
      'a 1-3',
      ['upgraded: a 1-2 -> 1-3 (base 2)', 'dropped: b'],
      2,
    ],
    [
      'does not say whose a package is where no base is proved, and counts only older ones',
      [{ has: 'a 1-1, b 1-2, c 1-1, own 1-1' }],
      undefined,
      'a 1-2, b 1-1, c 1-1, new 1-1',
      [
        'upgraded: a 1-1 -> 1-2 (unknown 1)',
        'lost: b 1-2 -> 1-1 (unknown 1)',
        'equal: 1 unknown',
        'kept: own',
        'brought: new',
      ],
      1,
    ],
    [
      'judges the newest of several versions installed at once',
      [{ has: 'k 1-1, k 1-3' }],
      1,
      'k 1-3, k 1-2',
      ['equal: 1 base'],
      0,
    ],
  ];
  for (const [what, layers, baseLayers, today, words, changes] of cases) {
    it(what, async () => {
      const forecast = await foreseen(layers, baseLayers, today);
      expect(forecastWords(forecast)).to.deep.equal(words);
      expect(countChanges(forecast)).to.equal(changes);
    });
  }

  it('lists what the image would hold: today’s base, what is held or its own, and nothing that it removes', async () => {
    const layers = [{ has: 'a 1-1, b 1-1, x 1-1' }, { has: 'a 1-2, b 1-1, own 1-1', by: copied }];
    const { rebuilt } = await foreseen(layers, 1, 'a 1-3, b 1-2, c 1-1, x 1-1');
    const words = (all: readonly RpmPackage[]) => all.map((one) => `${one.name} ${formatEvr(one)}`).sort();
    expect(words(rebuilt.base)).to.deep.equal(['b 1-2', 'c 1-1']);
    expect(words(rebuilt.own)).to.deep.equal(['a 1-2', 'own 1-1']);
  });

  it('counts a dead layer as it is pulled', async () => {
    const { deadWeight } = await foreseen([{ has: 'a 1-1' }, { has: 'a 1-2' }], 1, 'a 1-2');
    expect(deadWeight[0]?.bytes).to.be.greaterThan(100);
  });

  it('sorts every package of every pair of full-size Rocky releases into one group, as rpm orders them', function () {
    const names = ['9.2.20230513-Base', '9.3.20231119-Base', '9.4.20240509-Base', '9.4.20240523-Minimal'];
    names.push('9.4.20240523-UBI', '9.6.20250531-Base');
    const lists = names.map((name) =>
      packagesIn(needShared(this, `data/rocky-package-lists/Rocky-${name}-x86_64.tsv`)),
    );
    let upgraded = 0;
    for (const built of lists) {
      for (const today of lists) {
        // The upper half of the base's packages is brought anew by a layer of its own: no version says so.
        const software = built.filter((one) => !one.isKey);
        const half = Math.floor(software.length / 2);
        const differences = comparePackages(built, today);
        const story = twoLayers(software, half);
        const forecast = forecastRebuild({ ...story, built, today, reference: 'rocky', differences });
        const { held, lost, withdrawn, equal, kept, dropped, brought, takenAway } = forecast;
        const behind = [...forecast.upgraded, ...held].map((one) => one.name).sort();
        expect(behind).to.deep.equal(differences.behind.map((one) => one.name).sort());
        expect(lost.length + withdrawn.length).to.equal(differences.ahead.length);
        expect(equal.base + equal.own).to.equal(differences.equal);
        expect(kept.length + dropped.length).to.equal(differences.added.length);
        expect([brought.length, takenAway.length]).to.deep.equal([differences.removed.length, 0]);
        for (const one of [...held, ...lost]) expect(one.layer).to.equal(1);
        for (const one of withdrawn) expect(one.layer).to.equal(0);
        upgraded += forecast.upgraded.length;
      }
    }
    expect(upgraded).to.be.greaterThan(900);
  });
});

/** A story of two layers, the base's and one of its own, that brought these packages. */
function twoLayers(packages: readonly RpmPackage[], first: number) {
  const nothing = { added: [], removed: [], upgraded: [], downgraded: [] };
  const story: PackageStory = {
    state: { outcome: 'read', place: undefined, packages, problems: [], others: [], leftBehind: [] },
    packages: packages.map((one, i) => ({ package: one, layer: i < first ? 0 : 1 })),
    layers: [nothing, nothing],
  };
  const layer = (instruction: string): ImageLayer => ({
    descriptor: { mediaType: '', digest: `sha256:${'0'.repeat(64)}`, size: 1 },
    diffId: undefined,
    instruction,
    created: undefined,
  });
  const image = { layers: [layer('ADD rootfs'), layer('RUN /bin/sh -c dnf -y update')] };
  return { story, image, baseLayers: 1 };
}
