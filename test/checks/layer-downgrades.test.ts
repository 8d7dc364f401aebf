import { expect } from 'chai';
import { layerDowngrades } from '../../src/checks/layer-downgrades.js';
import { foreseen, type LayerSpec } from '../freshness/foreseen.js';
import { answer, examinationOf } from './rig.js';

const layers = [[], [], []];
const base: LayerSpec = { has: 'a 1-1, b 1-1, c 1-1, d 1-1' };

describe('layer-downgrades', () => {
  const cases: readonly [
    what: string,
    layers: readonly LayerSpec[],
    baseLayers: number | undefined,
    today: string,
    answers: readonly string[],
    problem?: string,
  ][] = [
    [
      'passes where a layer of its own ships nothing older',
      [base, { has: 'a 1-2, b 1-1, c 1-1, d 1-1' }],
      1,
      'a 1-2, b 1-2, c 1-1, d 1-1',
      ['pass: no layer of its own ships an older package than r.test/base:latest has'],
    ],
    [
      'fails for a layer that does',
      [base, { has: 'a 1-2, b 1-1, c 1-1, d 1-1' }],
      1,
      'a 1-3, b 1-1, c 1-1, d 1-1',
      ['fail: layer 2 (RUN step 2) ships 1 package older than r.test/base:latest has: a 1-2 < 1-3'],
    ],
    [
      'fails for each layer, naming three packages',
      [base, { has: 'a 1-2, b 1-2, c 1-2, d 1-2' }, { has: 'a 1-3, b 1-2, c 1-2, d 1-2, e 1-1' }],
      1,
      'a 1-9, b 1-9, c 1-9, d 1-9',
      [
        'fail: layer 2 (RUN step 2) ships 3 packages older than r.test/base:latest has: b 1-2 < 1-9, c 1-2 < 1-9, d 1-2 < 1-9',
        'fail: layer 3 (RUN step 3) ships 1 package older than r.test/base:latest has: a 1-3 < 1-9',
      ],
    ],
    [
      'passes for what only its base’s layers ship',
      [base],
      1,
      'a 1-2',
      ['pass: no layer of its own ships an older package than r.test/base:latest has'],
    ],
    [
      'is unknown where not all could be compared',
      [base],
      1,
      'a 1-1',
      [
        'unknown: no layer of its own ships an older package than r.test/base:latest has, but not all could be compared: damaged',
      ],
      'damaged',
    ],
    [
      'does not arise where no base is proved',
      [base],
      undefined,
      'a 1-2',
      ['unknown idle: which layers are its own is not known: no base is proved'],
    ],
  ];
  for (const [what, specs, baseLayers, today, answers, problem] of cases) {
    it(what, async () => {
      const forecast = await foreseen(specs, baseLayers, today, problem);
      expect(answer(layerDowngrades, await examinationOf({ layers, also: { forecast } }))).to.deep.equal(answers);
    });
  }

  it('attaches the layer and its packages with both versions', async () => {
    const forecast = await foreseen([base, { has: 'a 1-2, b 1-1, c 1-1, d 1-1' }], 1, 'a 1:1-3, b 1-1');
    const examination = await examinationOf({ layers, also: { forecast } });
    const [finding] = layerDowngrades.evaluate(examination);
    expect(finding.evidence).to.deep.equal([
      { type: 'layer', layer: examination.image.layers[1]?.descriptor.digest, instruction: 'RUN step 2' },
      { type: 'package', name: 'a.x86_64', image: '1-2', other: '1:1-3' },
    ]);
  });

  it('does not arise where there is no base of today', async () => {
    expect(answer(layerDowngrades, await examinationOf({ layers }))).to.deep.equal([
      'unknown idle: there is no base of today to compare its packages with',
    ]);
  });

  it('lists twenty layers, and counts the others', async () => {
    const specs = Array.from({ length: 24 }, (_, i): LayerSpec => {
      const names = Array.from({ length: i + 1 }, (__, n) => `p${n} 1-1`);
      return { has: names.join(', ') };
    });
    const today = Array.from({ length: 24 }, (_, n) => `p${n} 1-2`).join(', ');
    const forecast = await foreseen(specs, 1, today);
    const answers = answer(layerDowngrades, await examinationOf({ layers, also: { forecast } }));
    expect([answers.length, answers.at(-1)]).to.deep.equal([21, 'fail: so do 3 more layers']);
  });
});
