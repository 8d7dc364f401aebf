import { expect } from 'chai';
import type { BuildChain, ChainStep } from '../../src/analyzers/build-chain.js';
import type { Freshness } from '../../src/freshness/freshness.js';
import { judgeFreshness, type FreshnessOptions } from '../../src/freshness/judge.js';
import { weighBuildInfo } from '../../src/freshness/weigh-build-info.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import { baseName, FakeUpstream, makeImage, someTime, type MakeImage } from './rig.js';

interface Asked {
  readonly name?: string;
  readonly bases?: readonly string[];
  readonly base?: 'scratch';
  readonly problems?: readonly string[];
}

/** A step a word: `ubi9-9.4-1123@0` lies in the lowest layer. */
function chainOf(words: string, problems: readonly string[] = []): BuildChain {
  const steps = words
    .split(' ')
    .filter(Boolean)
    .map((word): ChainStep => {
      const [, name = '', version = '', release = '', layer = ''] = /^(.+)-([^-]+)-([^-]+)@(\d+)$/.exec(word) ?? [];
      return { name, version, release, layer: Number(layer), path: `root/buildinfo/Dockerfile-${name}`, from: [] };
    });
  return { steps, problems };
}

/** ubi9:9.4 and its latest are [ubi2], which is 9.4-1227; 9.4-1123 was [ubi1]. */
async function world(): Promise<FakeUpstream> {
  const upstream = new FakeUpstream();
  await upstream.put('r.test/ubi9:9.4-1123', { layers: ['ubi1'], created: '2024-03-01T00:00:00Z' });
  for (const tag of ['9.4-1227', '9.4', 'latest']) {
    await upstream.put(`r.test/ubi9:${tag}`, { layers: ['ubi2'], created: '2024-04-01T00:00:00Z' });
  }
  return upstream;
}

async function weigh(upstream: FakeUpstream, app: MakeImage, chain: string, asked: Asked = {}): Promise<Freshness> {
  const { name = 'r.test/app:2', bases = [], base, problems } = asked;
  const image = await makeImage(name, app);
  const options: FreshnessOptions = { base, bases: bases.map(parseRegistryReference), releases: true };
  const freshness = await judgeFreshness(image, upstream, options);
  return weighBuildInfo(freshness, chainOf(chain, problems), image, upstream, options);
}

const named = (tag: string): Pick<MakeImage, 'annotations'> => ({ annotations: { [baseName]: `r.test/ubi9:${tag}` } });
const seamed = ['2024-04-01T00:00:00Z', '2024-05-01T00:00:00Z'];

describe('weighBuildInfo', () => {
  it('bears out what others say of the base, with the layer', async () => {
    const { bases, conflicts, buildInfo } = await weigh(
      await world(),
      { layers: ['ubi2', 'own'], ...named('9.4') },
      'ubi9-9.4-1227@0',
    );
    expect(bases[0]?.sources).to.deep.equal([
      { source: 'annotation', trust: 'proved', says: 'r.test/ubi9:9.4' },
      { source: 'build-info', trust: 'proved', says: 'ubi9 9.4-1227 in layer 1' },
    ]);
    expect([conflicts, buildInfo?.length]).to.deep.equal([[], 1]);
  });

  it('corroborates a claim that could not be looked at', async () => {
    const upstream = await world();
    upstream.fail('r.test/ubi9:9.4', 'network');
    const { bases, outcome } = await weigh(upstream, { layers: ['x', 'own'], ...named('9.4') }, 'ubi9-9.4-1227@0');
    expect(bases[0]?.sources.map(({ source, trust }) => `${source} ${trust}`)).to.deep.equal([
      'annotation corroborated',
      'build-info corroborated',
    ]);
    expect(outcome).to.equal('unknown');
  });

  const versions: readonly [tag: string, step: string, conflicts: boolean][] = [
    ['9.4', 'ubi9-9.4-1227@0', false],
    ['9.4-1227', 'ubi9-9.4-1227@0', false],
    ['9.4-1227', 'ubi9-9.4-1227.1716471860@0', false],
    ['9', 'ubi9-9.4-1227@0', false],
    ['latest', 'ubi9-9.4-1227@0', false],
    ['20240523', 'ubi9-9.4-1227@0', false],
    ['9.3', 'ubi9-9.4-1227@0', true],
    ['9.4-1123', 'ubi9-9.4-1227@0', true],
    ['9.4', 'ubi9-v4.6.0-2021.p0.g2a@0', true],
  ];
  for (const [tag, step, conflicting] of versions) {
    it(`finds ${conflicting ? 'a' : 'no'} conflict between the tag ${tag} and ${step}`, async () => {
      const upstream = await world();
      await upstream.put(`r.test/ubi9:${tag}`, { layers: ['ubi2'], created: '2024-04-01T00:00:00Z' });
      const { conflicts } = await weigh(upstream, { layers: ['ubi2', 'own'], ...named(tag) }, step);
      expect(conflicts.length, conflicts.join()).to.equal(conflicting ? 1 : 0);
      if (conflicting)
        expect(conflicts[0]).to.match(/^the annotation names r\.test\/ubi9:\S+, but the build info says ubi9 /);
    });
  }

  it('contradicts a claim that the layers refute and names another', async () => {
    const upstream = await world();
    await upstream.put('r.test/alpine:3', { layers: ['alpine'] });
    const app = { layers: ['x', 'own'], annotations: { [baseName]: 'r.test/alpine:3' } };
    const { conflicts } = await weigh(upstream, app, 'ubi9-9.4-1227@0');
    expect(conflicts).to.deep.equal([
      'the annotation names r.test/alpine:3, but the build info says ubi9 9.4-1227 in layer 1',
    ]);
  });

  it('has nothing against a base between, whose build left no build info', async () => {
    const upstream = await world();
    await upstream.put('r.test/middle:1', { layers: ['ubi2', 'middle'] });
    const app = { layers: ['ubi2', 'middle', 'own'], annotations: { [baseName]: 'r.test/middle:1' } };
    const { conflicts, outcome } = await weigh(upstream, app, 'ubi9-9.4-1227@0');
    expect([outcome, conflicts]).to.deep.equal(['fresh', []]);
  });

  it('leads to a listed base by the very release, though no search finds that', async () => {
    const upstream = await world();
    upstream.list('r.test/ubi9', ['9.4', '9.4-1227', 'latest']);
    const app = { layers: ['ubi1', 'own'], dates: seamed };
    const found = await weigh(upstream, app, 'ubi9-9.4-1123@0', { bases: ['r.test/ubi9:9.4'] });
    expect([found.outcome, found.remarks, found.bases.length]).to.deep.equal(['stale', [], 1]);
    expect(found.bases[0]).to.deep.include({ how: ['build-info', 'policy'], proof: 'layers', behind: { days: 31 } });
    expect(found.bases[0]?.builtFrom?.reference).to.equal('r.test/ubi9:9.4-1123');
    expect(found.bases[0]?.sources.map(({ source, trust, says }) => `${source} ${trust} ${says}`)).to.deep.equal([
      'build-info proved ubi9 9.4-1123 in layer 1',
      'policy proved r.test/ubi9:9.4',
    ]);
  });

  it('follows a listed base that it leads to down to the bottom', async () => {
    const upstream = await world();
    await upstream.put('r.test/python-311:1-77', { layers: ['ubi1', 'python1'] });
    await upstream.put('r.test/python-311:latest', { layers: ['ubi1', 'python2'], ...named('9.4') });
    upstream.list('r.test/python-311', ['latest']);
    const app = { layers: ['ubi1', 'python1', 'own'], dates: [someTime, ...seamed] };
    const found = await weigh(upstream, app, 'ubi9-9.4-1123@0 python-311-1-77@1', { bases: ['r.test/python-311'] });
    expect(found.bases.map((one) => `${one.level} ${one.reference} ${one.outcome}`)).to.deep.equal([
      '1 r.test/python-311:latest stale',
      '2 r.test/ubi9:9.4 stale',
    ]);
    expect(found.rebuildFirst).to.equal('r.test/python-311:latest');
  });

  it('conflicts where the listed base’s very release has other layers', async () => {
    const app = { layers: ['x', 'own'], dates: seamed };
    const found = await weigh(await world(), app, 'ubi9-9.4-1123@0', { bases: ['r.test/ubi9:9.4'] });
    expect([found.outcome, found.bases[0]?.proof]).to.deep.equal(['unknown', 'none']);
    expect(found.conflicts).to.deep.equal([
      'according to the build-info it was built on r.test/ubi9:9.4-1123, but those layers are not its first ones',
    ]);
  });

  it('is a remark that names the chain where nobody says where the images are', async () => {
    const app = { layers: ['ubi1', 'python1', 'own'], dates: [someTime, ...seamed] };
    const { outcome, remarks } = await weigh(await world(), app, 'ubi9-9.4-1123@0 python-311-1-77@1');
    expect(outcome).to.equal('unknown');
    expect(remarks.at(-1)).to.equal(
      'build info: ubi9 9.4-1123 in layer 1, python-311 1-77 in layer 2, and no source says where these images are',
    );
  });

  it('does not let an image be fresh as a base itself that is built on another', async () => {
    const upstream = await world();
    const app = { layers: ['ubi1', 'own'] };
    await upstream.put('r.test/app:2', app);
    expect((await weigh(upstream, app, '')).outcome).to.equal('fresh');
    const found = await weigh(upstream, app, 'ubi9-9.4-1123@0');
    expect([found.outcome, found.bases[0]?.outcome]).to.deep.equal(['unknown', 'unknown']);
    expect(found.bases[0]?.reason).to.match(/whether it is built on another image cannot be told: build info: ubi9/);
    await upstream.put('r.test/app:3', { layers: ['newer'] });
    expect((await weigh(upstream, app, 'ubi9-9.4-1123@0')).outcome).to.equal('stale');
  });

  const own: readonly [what: string, chain: string, labels: Readonly<Record<string, string>>][] = [
    ['lies in its last layer', 'app-2-1@1', {}],
    ['bears its name and labels', 'app-2-1@0', { name: 'app', version: '2', release: '1' }],
  ];
  for (const [what, chain, labels] of own) {
    it(`takes what ${what} for the image’s own`, async () => {
      const upstream = await world();
      const app = { layers: ['a', 'b'], labels };
      await upstream.put('r.test/app:2', app);
      const found = await weigh(upstream, app, chain);
      expect([found.outcome, found.bases[0]?.proof, found.remarks]).to.deep.equal(['fresh', 'self', []]);
    });
  }

  it('conflicts with --base scratch', async () => {
    const { conflicts } = await weigh(await world(), { layers: ['ubi1', 'own'] }, 'ubi9-9.4-1123@0', {
      base: 'scratch',
    });
    expect(conflicts).to.deep.equal(['--base says scratch, but there is build info: ubi9 9.4-1123 in layer 1']);
  });

  it('passes on what could not be read, and keeps sentences short', async () => {
    const chain = Array.from({ length: 50 }, (_, i) => `a${i}-1-1@0`).join(' ');
    const { remarks } = await weigh(await world(), { layers: ['x', 'own'], dates: seamed }, chain, {
      problems: ['odd'],
    });
    expect(remarks).to.include('odd');
    expect(remarks.at(-1)).to.match(/a7 1-1 in layer 1 and 42 more, and no source says/);
  });

  it('is not thrown off by a base that is local', async () => {
    const upstream = await world();
    const image = await makeImage('r.test/app:2', { layers: ['x', 'own'] });
    const base = { transport: 'oci', path: 'folder' } as const;
    upstream.add('oci:folder', await makeImage('oci:folder', { layers: ['x'] }));
    const options = { base, bases: [], releases: true };
    const freshness = await judgeFreshness(image, upstream, options);
    const found = await weighBuildInfo(freshness, chainOf('ubi9-9.4-1123@0'), image, upstream, options);
    expect([found.outcome, found.conflicts]).to.deep.equal(['fresh', []]);
  });
});
