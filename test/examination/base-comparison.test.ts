import { expect } from 'chai';
import { compareWithBase, judgeByPackages } from '../../src/examination/base-comparison.js';
import { primaryBase } from '../../src/examination/primary-base.js';
import { contentOf } from '../../src/examination/content.js';
import type { BaseVerdict, Freshness } from '../../src/freshness/freshness.js';
import type { Image } from '../../src/source/image.js';
import type { TarInput } from '../support/build-tar.js';
import { buildFrom, database, names, openBuilt, readerOf } from './rig.js';

type Layers = readonly (readonly TarInput[])[];

const open = async (layers: Layers, name: string): Promise<Image> => (await openBuilt(buildFrom(layers), name)).image;

function verdict(image: Image | undefined, more: Partial<BaseVerdict> = {}): BaseVerdict {
  return {
    reference: 'r.test/base:latest',
    level: 1,
    how: ['option'],
    sources: [],
    proof: 'none',
    outcome: 'unknown',
    reason: 'it shares no layer with the base',
    layers: 0,
    behind: {},
    ...(image ? { image } : {}),
    ...more,
  };
}

async function compare(app: Layers, base: Layers, more: Partial<BaseVerdict> = {}) {
  const image = await open(app, 'r.test/app:1');
  const under = verdict(await open(base, 'r.test/base:latest'), more);
  const reader = readerOf();
  const { facts } = await reader.gather(image);
  const compared = await compareWithBase(under, contentOf(facts, undefined), reader);
  return { ...compared, base: under };
}

const freshnessOf = (...bases: readonly BaseVerdict[]): Freshness => ({
  outcome: 'unknown',
  bases,
  conflicts: [],
  remarks: [],
});

describe('primaryBase', () => {
  it('takes what most layers prove, else what shares none, else the first', () => {
    const [one, two] = [
      verdict(undefined, { proof: 'layers', layers: 1 }),
      verdict(undefined, { proof: 'diff-ids', layers: 2 }),
    ];
    expect(primaryBase(freshnessOf(verdict(undefined), one, two))).to.equal(two);
    expect(primaryBase(freshnessOf())).to.equal(undefined);
    const first = verdict(undefined);
    expect(primaryBase(freshnessOf(first, verdict(undefined)))).to.equal(first);
  });
});

describe('compareWithBase', () => {
  it('compares with today’s base, whose layers are read', async () => {
    const { comparison, gathered } = await compare(
      [[database('bash 1-1', 'own 1-1')]],
      [[database('bash 1-2', 'gone 1-1')]],
      { proof: 'layers', outcome: 'stale' },
    );
    expect(comparison?.differences?.behind.map((one) => one.name)).to.deep.equal(['bash']);
    expect(names(comparison?.differences?.added ?? [])).to.deep.equal(['own']);
    expect(names(comparison?.differences?.removed ?? [])).to.deep.equal(['gone']);
    expect(gathered?.bytes).to.be.greaterThan(0);
    expect(comparison?.problem).to.equal(undefined);
  });

  it('finds a fresh base’s packages in the image’s own layers, and fetches nothing', async () => {
    const base = [database('bash 1-2')];
    const { comparison, gathered } = await compare([base, [database('bash 1-1')]], [base], {
      proof: 'layers',
      outcome: 'fresh',
      layers: 1,
    });
    expect(gathered).to.equal(undefined);
    expect(comparison?.differences?.behind.map((one) => one.name)).to.deep.equal(['bash']);
  });

  it('compares nothing where there is nothing to compare', async () => {
    const one: Layers = [[database('bash 1-1')]];
    expect((await compare(one, one, { proof: 'self', outcome: 'fresh' })).comparison).to.equal(undefined);
    expect((await compare([[]], one)).comparison).to.equal(undefined);
    const { facts } = await readerOf().gather(await open(one, 'r.test/app:1'));
    expect((await compareWithBase(verdict(undefined), contentOf(facts, undefined), readerOf())).comparison).to.equal(
      undefined,
    );
  });

  it('says that the base has no database, or one that cannot be read', async () => {
    const app: Layers = [[database('bash 1-1')]];
    const without = await compare(app, [[]]);
    expect(without.comparison).to.deep.include({
      differences: undefined,
      problem: 'r.test/base:latest has no RPM database',
    });
    const damaged = await compare(app, [[{ path: 'var/lib/rpm/rpmdb.sqlite', body: 'nonsense' }]]);
    expect(damaged.comparison?.differences).to.equal(undefined);
    expect(damaged.comparison?.problem).to.match(
      /^r\.test\/base:latest: var\/lib\/rpm\/rpmdb\.sqlite could not be read/,
    );
  });

  it('says that the base’s layers could not be had', async () => {
    const { image } = await openBuilt(buildFrom([[database('bash 1-1')]]));
    const { facts } = await readerOf().gather(image);
    const built = buildFrom([[database('bash 1-2')]]);
    const base = await openBuilt(built, 'r.test/base:latest');
    for (const bytes of [undefined, new Uint8Array(10)]) {
      for (const { descriptor } of built.layers) {
        if (bytes) base.transport.blobs.set(descriptor.digest, bytes);
        else base.transport.blobs.delete(descriptor.digest);
      }
      const { comparison } = await compareWithBase(verdict(base.image), contentOf(facts, undefined), readerOf());
      expect(comparison?.differences).to.equal(undefined);
      expect(comparison?.problem).to.match(/^the layers of r\.test\/base:latest could not be read: /);
    }
  });
});

describe('judgeByPackages', () => {
  const base = database('a 1-1', 'b 1-1', 'c 1-1', 'd 1-1');
  const cases: readonly [what: string, image: TarInput, outcome: string, reason: RegExp][] = [
    [
      'equal packages',
      database('a 1-1', 'b 1-1', 'c 1-1', 'd 1-1', 'own 1-1'),
      'fresh',
      /none of its packages is older/,
    ],
    ['some packages left out', database('a 1-1', 'b 1-1', 'c 1-1'), 'fresh', /none of its packages is older/],
    ['one package older', database('a 0-1', 'b 1-1', 'c 1-1', 'd 1-1'), 'stale', /1 of its packages is older/],
    ['some packages newer', database('a 2-1', 'b 1-1', 'c 1-1', 'd 1-1'), 'fresh', /none of its packages is older/],
    [
      'most packages newer',
      database('a 2-1', 'b 2-1', 'c 2-1', 'd 1-1'),
      'unknown',
      /3 of the 4 packages .* other versions/,
    ],
    ['few packages in common', database('a 0-1', 'x 1-1', 'y 1-1'), 'unknown', /only 1 of the base’s 4 packages/],
    ['packages of another architecture', database('a 1-1 aarch64', 'b 1-1 aarch64'), 'unknown', /only 0 of/],
  ];
  for (const [what, app, outcome, reason] of cases) {
    it(`makes ${outcome} of a flattened image with ${what}`, async () => {
      const { comparison, base: under } = await compare([[app]], [[base]], { foreign: true });
      if (!comparison) throw new Error('nothing was compared');
      const judged = judgeByPackages(freshnessOf(under), under, comparison);
      expect([judged.outcome, judged.bases[0]?.outcome]).to.deep.equal([outcome, outcome]);
      expect(judged.bases[0]?.reason).to.match(reason);
    });
  }

  it('leaves it open where another claim is open', async () => {
    const { comparison, base: under } = await compare([[base]], [[base]], { foreign: true });
    if (!comparison) throw new Error('nothing was compared');
    expect(judgeByPackages(freshnessOf(under, verdict(undefined)), under, comparison).outcome).to.equal('unknown');
  });

  it('judges nothing that layers prove, that shares layers, or that was not read whole', async () => {
    const app: Layers = [[database('a 1-1', 'b 1-1')]];
    const proved = await compare(app, [[base]], { proof: 'layers', outcome: 'stale', foreign: true });
    const shared = await compare(app, [[base]], { foreign: false });
    for (const { comparison, base: under } of [proved, shared]) {
      const freshness = freshnessOf(under);
      if (!comparison) throw new Error('nothing was compared');
      expect(judgeByPackages(freshness, under, comparison)).to.equal(freshness);
    }
    const { comparison, base: under } = await compare(app, [[base]], { foreign: true });
    if (!comparison) throw new Error('nothing was compared');
    const freshness = freshnessOf(under);
    expect(judgeByPackages(freshness, under, { ...comparison, problem: 'damaged' })).to.equal(freshness);
  });
});
