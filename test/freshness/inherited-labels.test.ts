import { expect } from 'chai';
import { judgeFreshness } from '../../src/freshness/judge.js';
import { baseName, FakeUpstream, makeImage, someTime, type MakeImage } from './rig.js';

const identity = (version: string, release: string, name = 'ubi9') => ({
  name,
  version,
  release,
  'com.redhat.component': `${name}-container`,
});

const onUbi = { annotations: { [baseName]: 'r.test/ubi9:9.4' } };

/** ubi9:9.4 is [ubi2], release 1227; 9.4-1123 was [ubi1]. */
async function world(): Promise<FakeUpstream> {
  const upstream = new FakeUpstream();
  await upstream.put('r.test/ubi9:9.4-1123', { layers: ['ubi1'], labels: identity('9.4', '1123') });
  for (const tag of ['9.4-1227', '9.4']) {
    await upstream.put(`r.test/ubi9:${tag}`, {
      layers: ['ubi2'],
      labels: identity('9.4', '1227'),
      created: '2024-06-01T00:00:00Z',
    });
  }
  return upstream;
}

async function remarks(upstream: FakeUpstream, app: MakeImage, name = 'r.test/app:2'): Promise<readonly string[]> {
  return (await judgeFreshness(await makeImage(name, app), upstream, { base: undefined, bases: [], releases: true }))
    .remarks;
}

describe('labels that say which image this is', () => {
  const cases: readonly [what: string, app: MakeImage, remarks: readonly string[]][] = [
    [
      'are recognised as those of the base of today',
      { layers: ['ubi2', 'own'], labels: identity('9.4', '1227'), ...onUbi },
      [
        'the labels name, version, release and com.redhat.component (name ubi9, version 9.4, release 1227, com.redhat.component ubi9-container) are inherited from r.test/ubi9:9.4',
      ],
    ],
    [
      'are recognised as those of the base it was built on',
      { layers: ['ubi1', 'own'], labels: { release: '1123' }, ...onUbi },
      ['the label release (release 1123) is inherited from r.test/ubi9:9.4'],
    ],
    [
      'are recognised one by one',
      {
        layers: ['ubi2', 'own'],
        labels: { ...identity('9.4', '1227'), name: 'app', 'com.redhat.component': 'app' },
        ...onUbi,
      },
      ['the labels version and release (version 9.4, release 1227) are inherited from r.test/ubi9:9.4'],
    ],
    [
      'are the image’s own where they are no base’s',
      { layers: ['ubi2', 'own'], labels: identity('1', '2', 'app'), ...onUbi },
      [],
    ],
    ['say nothing where there are none', { layers: ['ubi2', 'own'], ...onUbi }, []],
  ];
  for (const [what, app, expected] of cases) {
    it(what, async () => {
      expect(await remarks(await world(), app)).to.deep.equal(expected);
    });
  }

  it('are a hint where no base is known', async () => {
    const hint = [
      'its labels say name ubi9, version 9.4, release 1123, com.redhat.component ubi9-container: its own, or inherited from a base that no source names',
    ];
    const upstream = await world();
    const app = { layers: ['ubi1', 'own'], labels: identity('9.4', '1123') };
    await upstream.put('r.test/app:2', app);
    expect(await remarks(upstream, app)).to.deep.equal(hint);
    const seamed = await remarks(upstream, { ...app, dates: [someTime, '2024-07-01T00:00:00Z'] });
    expect(seamed.slice(1)).to.deep.equal(hint);
  });

  it('are no hint in the image that they name', async () => {
    const upstream = await world();
    const ubi = { layers: ['ubi2'], labels: identity('9.4', '1227'), created: '2024-06-01T00:00:00Z' };
    expect(await remarks(upstream, ubi, 'r.test/ubi9:9.4-1227')).to.deep.equal([]);
  });

  it('are cut where they are long', async () => {
    const upstream = await world();
    const app = { layers: ['x'], labels: { name: 'x'.repeat(100_000), version: '1' } };
    await upstream.put('r.test/app:2', app);
    expect((await remarks(upstream, app))[0]?.length).to.be.lessThan(300);
  });
});

describe('the label that names a base', () => {
  const label = { labels: { [baseName]: 'r.test/ubi9:9.4' } };

  it('is the base’s own where it is inherited: its level says what it is worth', async () => {
    const upstream = await world();
    await upstream.put('r.test/python:3', { layers: ['ubi1', 'python'], ...label });
    const app = { layers: ['ubi1', 'python', 'own'], ...label, annotations: { [baseName]: 'r.test/python:3' } };
    const image = await makeImage('r.test/app:2', app);
    const found = await judgeFreshness(image, upstream, { base: undefined, bases: [], releases: true });
    expect(found.bases.map((one) => `${one.level} ${one.how.join('+')} ${one.reference} ${one.outcome}`)).to.deep.equal(
      ['1 annotation r.test/python:3 fresh', '2 label r.test/ubi9:9.4 stale'],
    );
    expect(found.remarks).to.deep.equal([
      `the label ${baseName} is inherited from r.test/python:3, and speaks of that image’s base`,
    ]);
  });

  it('contradicts nothing where it is inherited and the base does not bear it out', async () => {
    const upstream = await world();
    await upstream.put('r.test/python:3', { layers: ['other', 'python'], ...label });
    const app = { layers: ['other', 'python', 'own'], ...label, annotations: { [baseName]: 'r.test/python:3' } };
    const image = await makeImage('r.test/app:2', app);
    const found = await judgeFreshness(image, upstream, { base: undefined, bases: [], releases: true });
    expect([found.outcome, found.conflicts]).to.deep.equal(['fresh', []]);
    expect(found.remarks.at(-1)).to.match(/^whether r\.test\/python:3 itself must be rebuilt is not known/);
  });

  it('counts where it is the image’s own word', async () => {
    const upstream = await world();
    await upstream.put('r.test/python:3', { layers: ['other', 'python'] });
    const app = { layers: ['other', 'python', 'own'], ...label, annotations: { [baseName]: 'r.test/python:3' } };
    const image = await makeImage('r.test/app:2', app);
    const found = await judgeFreshness(image, upstream, { base: undefined, bases: [], releases: true });
    expect(found.conflicts).to.have.length(1);
  });
});
