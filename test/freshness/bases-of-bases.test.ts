import { expect } from 'chai';
import type { Freshness } from '../../src/freshness/freshness.js';
import { judgeFreshness, type FreshnessOptions } from '../../src/freshness/judge.js';
import { parseReference, parseRegistryReference } from '../../src/oci/reference.js';
import { baseDigest, baseName, FakeUpstream, makeImage, someTime, type MakeImage } from './rig.js';

const named = (name: string, digest?: string) => ({ [baseName]: name, ...(digest ? { [baseDigest]: digest } : {}) });

interface Asked {
  readonly name?: string;
  readonly base?: string;
  readonly bases?: readonly string[];
  readonly releases?: boolean;
}

async function judge(upstream: FakeUpstream, app: MakeImage, asked: Asked = {}): Promise<Freshness> {
  const { name = 'r.test/app:2', base, bases = [], releases = true } = asked;
  const options: FreshnessOptions = {
    base: base === undefined ? undefined : parseReference(base),
    bases: bases.map(parseRegistryReference),
    releases,
  };
  return judgeFreshness(await makeImage(name, app), upstream, options);
}

/** `level reference outcome` a base. */
const brief = ({ bases }: Freshness) => bases.map((one) => `${one.level} ${one.reference} ${one.outcome}`);

/** ubi:9 is [ubi2] and was [ubi1], which is ubi:9.1; python:3 names ubi:9. */
async function world(python: MakeImage): Promise<FakeUpstream> {
  const upstream = new FakeUpstream();
  await upstream.put('r.test/ubi:9.1', { layers: ['ubi1'], created: '2024-03-01T00:00:00Z' });
  for (const tag of ['9.2', '9']) {
    await upstream.put(`r.test/ubi:${tag}`, { layers: ['ubi2'], created: '2024-04-01T00:00:00Z' });
  }
  await upstream.put('r.test/python:3', { annotations: named('r.test/ubi:9'), ...python });
  return upstream;
}

const onPython = { annotations: named('r.test/python:3') };

describe('bases of bases', () => {
  it('are fresh down to the bottom, each level once, with no search for releases', async () => {
    const upstream = await world({ layers: ['ubi2', 'python'] });
    const found = await judge(upstream, { layers: ['ubi2', 'python', 'own'], ...onPython });
    expect([found.outcome, brief(found)]).to.deep.equal(['fresh', ['1 r.test/python:3 fresh', '2 r.test/ubi:9 fresh']]);
    expect(found.bases[1]).to.include({ of: 'r.test/python:3', layers: 1, proof: 'layers' });
    expect(found.bases[1]?.reason).to.equal(
      'of r.test/python:3: its first layers are those of the base as it is today',
    );
    expect([found.remarks, found.rebuildFirst]).to.deep.equal([[], undefined]);
    expect(upstream.asked).to.deep.equal(['r.test/python:3', 'r.test/ubi:9']);
  });

  it('make an image stale though its own base is not: that must be rebuilt first', async () => {
    const upstream = await world({ layers: ['ubi1', 'python'] });
    const found = await judge(upstream, { layers: ['ubi1', 'python', 'own'], ...onPython });
    expect([found.outcome, brief(found)]).to.deep.equal(['stale', ['1 r.test/python:3 fresh', '2 r.test/ubi:9 stale']]);
    expect(found.rebuildFirst).to.equal('r.test/python:3');
    expect(found.bases[1]?.behind).to.deep.equal({ releases: 1, days: 31 });
    expect(found.bases[1]?.remedy).to.equal('rebuild r.test/python:3 on r.test/ubi:9 first, then r.test/app:2');
    expect(found.bases[0]).not.to.have.property('remedy');
  });

  it('say the order where the image is behind its base, and that behind its own', async () => {
    const upstream = await world({ layers: ['ubi1', 'python2'] });
    await upstream.put('r.test/python:3.1', { layers: ['ubi1', 'python1'] });
    const found = await judge(upstream, { layers: ['ubi1', 'python1', 'own'], ...onPython });
    expect(brief(found)).to.deep.equal(['1 r.test/python:3 stale', '2 r.test/ubi:9 stale']);
    expect(new Set(found.bases.map((one) => one.remedy))).to.deep.equal(
      new Set(['rebuild r.test/python:3 on r.test/ubi:9 first, then r.test/app:2']),
    );
  });

  it('need no order where the base has been rebuilt already', async () => {
    const upstream = await world({ layers: ['ubi2', 'python'] });
    await upstream.put('r.test/python:3.1', { layers: ['ubi1', 'python'] });
    const found = await judge(upstream, { layers: ['ubi1', 'python', 'own'], ...onPython });
    expect(brief(found)).to.deep.equal(['1 r.test/python:3 stale', '2 r.test/ubi:9 fresh']);
    expect([found.rebuildFirst, found.bases[0]?.remedy]).to.deep.equal([undefined, 'rebuild it on r.test/python:3']);
  });

  it('name the lowest of a long chain, and the whole order', async () => {
    const upstream = await world({ layers: ['ubi1', 'python'] });
    await upstream.put('r.test/django:5', { layers: ['ubi1', 'python', 'django'], ...onPython });
    const app = { layers: ['ubi1', 'python', 'django', 'own'], annotations: named('r.test/django:5') };
    const found = await judge(upstream, app);
    expect(found.bases.map((one) => one.outcome)).to.deep.equal(['fresh', 'fresh', 'stale']);
    expect(found.rebuildFirst).to.equal('r.test/python:3');
    expect(found.bases[2]?.remedy).to.match(/first, then r\.test\/django:5, then r\.test\/app:2$/);
  });

  it('are found under a base that the policy or --base names too', async () => {
    const upstream = await world({ layers: ['ubi1', 'python'] });
    const app = { layers: ['ubi1', 'python', 'own'] };
    const dates = ['2024-03-01T00:00:00Z', '2024-03-01T00:00:00Z', '2024-05-01T00:00:00Z'];
    const ways: readonly Asked[] = [{ bases: ['r.test/python:3'] }, { base: 'r.test/python:3' }];
    for (const asked of ways) expect((await judge(upstream, { ...app, dates }, asked)).outcome).to.equal('stale');
  });

  it('need be named by nobody where the policy lists them and a seam shows', async () => {
    const upstream = await world({
      layers: ['ubi1', 'python'],
      annotations: {},
      dates: [someTime, '2024-05-09T00:00:00Z'],
    });
    const found = await judge(
      upstream,
      { layers: ['ubi1', 'python', 'own'], ...onPython },
      { bases: ['r.test/ubi:9'] },
    );
    expect([found.outcome, brief(found)[1]]).to.deep.equal(['stale', '2 r.test/ubi:9 stale']);
  });

  it('are known from a base that lies below in the image itself', async () => {
    const upstream = await world({ layers: ['ubi1', 'python'], annotations: {} });
    const app = { layers: ['ubi1', 'python', 'own'], ...onPython, labels: named('r.test/ubi:9') };
    const found = await judge(upstream, app);
    expect([found.outcome, found.rebuildFirst]).to.deep.equal(['stale', 'r.test/python:3']);
    expect(found.bases[1]?.remedy).to.equal('rebuild r.test/python:3 on r.test/ubi:9 first, then r.test/app:2');
  });

  const unknown: readonly [what: string, python: MakeImage, reason: RegExp][] = [
    [
      'could not be had',
      { layers: ['a', 'b'], annotations: named('r.test/gone:1') },
      /r\.test\/gone:1: of r\.test\/python:3: the base could not be had/,
    ],
    [
      'is on another registry',
      { layers: ['a', 'b'], labels: named('x.test/a:1'), annotations: {} },
      /not asked on its word alone$/,
    ],
    ['is not proved', { layers: ['a', 'b'] }, /it shares no layer with the base/],
    [
      'has no name',
      { layers: ['a', 'b'], annotations: {}, dates: [someTime, '2024-05-09T00:00:00Z'] },
      /it seems to be built on another image/,
    ],
    [
      'leaves no trace',
      { layers: ['a', 'b'], annotations: {}, history: [] },
      /no source names its base, and its history/,
    ],
    ['has a name that is none', { layers: ['a', 'b'], annotations: named('ubi9') }, /not a qualified image reference$/],
  ];
  for (const [what, python, reason] of unknown) {
    it(`leave the image fresh, with a remark, where the base of its base ${what}`, async () => {
      const upstream = await world(python);
      const found = await judge(upstream, { layers: ['a', 'b', 'own'], ...onPython });
      expect(found.outcome).to.equal('fresh');
      expect(found.remarks.length).to.equal(1);
      expect(found.remarks[0])
        .to.match(/^whether r\.test\/python:3 itself must be rebuilt is not known: /)
        .and.match(reason);
      expect(found.bases.slice(1).every((one) => one.outcome === 'unknown')).to.equal(true);
      expect(upstream.asked.filter((name) => name.startsWith('x.test'))).to.deep.equal([]);
    });
  }

  it('say how a registry that is not asked may be, which is not by --base', async () => {
    const upstream = await world({ layers: ['a', 'b'], annotations: named('x.test/a:1') });
    const { bases } = await judge(upstream, { layers: ['a', 'b', 'own'], ...onPython });
    expect(bases[1]?.remedy).to.equal('list x.test/a:1 under bases in the policy file');
  });

  it('are asked on the registry of the base, and on those that the policy names', async () => {
    const upstream = new FakeUpstream();
    await upstream.put('x.test/ubi:9', { layers: ['ubi2'] });
    await upstream.put('x.test/python:3', { layers: ['ubi2', 'python'], annotations: named('x.test/ubi:9') });
    const app = { layers: ['ubi2', 'python', 'own'], annotations: named('x.test/python:3') };
    for (const asked of [{ base: 'x.test/python:3' }, { bases: ['x.test/other:1'] }]) {
      expect(brief(await judge(upstream, app, asked))[1]).to.equal('2 x.test/ubi:9 fresh');
    }
  });

  it('are searched for no release with --no-releases', async () => {
    const upstream = await world({ layers: ['ubi1', 'python'] });
    const found = await judge(upstream, { layers: ['ubi1', 'python', 'own'], ...onPython }, { releases: false });
    expect([found.outcome, brief(found)[1]]).to.deep.equal(['fresh', '2 r.test/ubi:9 unknown']);
    expect(upstream.asked).to.deep.equal(['r.test/python:3', 'r.test/ubi:9']);
  });

  it('are not followed below a base that is not proved, or is no longer what its tag names', async () => {
    const upstream = await world({ layers: ['ubi1', 'python'] });
    const flat = await judge(upstream, { layers: ['flat'], ...onPython });
    expect(brief(flat)).to.deep.equal(['1 r.test/python:3 unknown']);
    const scratch = await judge(upstream, { layers: ['ubi2'] }, { name: 'r.test/ubi:9.2' });
    expect(scratch.bases.map((one) => one.proof)).to.deep.equal(['self']);
  });

  it('end, unknown and said, where they name each other in a circle', async () => {
    const upstream = new FakeUpstream();
    const equal = (name: string): MakeImage => ({ layers: ['x'], annotations: named(name) });
    for (const [name, next] of ['ab', 'bc', 'ca']) await upstream.put(`r.test/${name}:1`, equal(`r.test/${next}:1`));
    const found = await judge(upstream, equal('r.test/b:1'), { name: 'r.test/a:1' });
    expect(found.outcome).to.equal('unknown');
    expect(brief(found)).to.deep.equal(['1 r.test/b:1 fresh', '2 r.test/c:1 fresh', '3 r.test/a:1 unknown']);
    expect(found.bases[2]?.reason).to.match(/bases name each other in a circle$/);
    expect(found.remarks[0]).to.match(/^whether r\.test\/c:1 itself must be rebuilt is not known/);
    expect(upstream.asked.length).to.equal(3);
  });

  it('are followed five levels deep of ten, which is said', async () => {
    const upstream = new FakeUpstream();
    const layers = Array.from({ length: 11 }, (_, i) => `l${i}`);
    const at = (i: number): MakeImage => ({
      layers: layers.slice(0, i + 1),
      ...(i > 0 ? { annotations: named(`r.test/b${i - 1}:1`) } : {}),
    });
    for (const i of layers.keys()) await upstream.put(`r.test/b${i}:1`, at(i));
    const found = await judge(upstream, at(10), { name: 'r.test/b10:1' });
    expect([found.outcome, found.bases.map((one) => one.level)]).to.deep.equal(['fresh', [1, 2, 3, 4, 5]]);
    expect(found.remarks).to.deep.equal([
      'whether r.test/b5:1 itself must be rebuilt is not known: bases are followed 5 levels deep',
    ]);
    expect(upstream.asked.length).to.equal(5);
    const five = await judge(upstream, at(5), { name: 'r.test/b5:1' });
    expect([five.bases.length, five.remarks]).to.deep.equal([5, []]);
  });

  it('have their conflicts told as remarks: whoever made the image did not make them', async () => {
    const upstream = await world({ layers: ['ubi2', 'python'] });
    const old = (await upstream.image(parseReference('r.test/ubi:9.1'))).descriptor.digest;
    await upstream.put('r.test/python:3', { layers: ['ubi2', 'python'], annotations: named('r.test/ubi:9', old) });
    const found = await judge(upstream, { layers: ['ubi2', 'python', 'own'], ...onPython });
    expect([found.outcome, found.conflicts]).to.deep.equal(['fresh', []]);
    expect(found.remarks[0]).to.match(
      /^of r\.test\/python:3: according to the annotation it was built on r\.test\/ubi@sha256/,
    );
  });
});
