import { expect } from 'chai';
import { FactsBudget } from '../../src/examination/facts-budget.js';
import type { Located } from '../../src/layer/analyzer.js';
import type { LayerFacts } from '../../src/layer/facts.js';
import { digestOf } from '../../src/oci/digest.js';

const digest = digestOf(Buffer.from('layer'));

function layerOf(fields: Partial<LayerFacts>): LayerFacts {
  const none = new Float64Array(0);
  return {
    digest,
    diffId: digest,
    size: 1,
    plainSize: 1,
    entries: 1,
    passes: 1,
    found: {},
    whiteouts: [],
    opaques: [],
    paths: { key: new Uint8Array(16), files: none, directories: none, implied: none },
    links: [],
    anomalies: [],
    anomaliesDropped: 0,
    ...fields,
  };
}

describe('FactsBudget', () => {
  it('lets the layers of a large real image pass', () => {
    const budget = new FactsBudget(127);
    const found = {
      rpmdb: Array.from({ length: 1000 }, (_, i) => ({ path: `var/lib/rpm/${i}`, name: `package-${i}` })),
    };
    for (let i = 0; i < 127; i++) budget.spend(layerOf({ entries: 100_000, found }));
    budget.check();
  });

  const cases: readonly (readonly [string, number, LayerFacts, number, string])[] = [
    ['entries', 3, layerOf({ entries: 9_000_000 }), 2, '20000000 entries'],
    [
      'text of facts',
      3,
      layerOf({ found: { x: [{ path: 'x'.repeat(100 * 1024 ** 2) }] } }),
      2,
      '268435456 bytes of facts',
    ],
    [
      'numbers of facts',
      3,
      layerOf({ found: { x: [{ path: 'x', numbers: new Float64Array(14 * 1024 ** 2) } as Located] } }),
      2,
      '268435456 bytes of facts',
    ],
    ['text of whiteouts', 9, layerOf({ whiteouts: ['x'.repeat(50 * 1024 ** 2)] }), 5, '268435456 bytes of facts'],
    [
      'facts that any of many layers may hide',
      1000,
      layerOf({ found: { x: Array.from({ length: 30_000 }, () => ({ path: 'x' })) } }),
      1,
      '50000 facts in 1000 layers',
    ],
  ];
  for (const [what, layers, layer, fitting, message] of cases) {
    it(`refuses an image for ${what}, though each layer is within its limits`, () => {
      const budget = new FactsBudget(layers);
      for (let i = 0; i < fitting; i++) budget.spend(layer);
      expect(() => budget.spend(layer))
        .to.throw(`the layers hold more than ${message}`)
        .with.property('kind', 'hostile');
      expect(() => budget.check()).to.throw(message);
    });
  }
});
