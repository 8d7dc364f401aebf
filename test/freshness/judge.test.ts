import { expect } from 'chai';
import type { ErrorKind } from '../../src/core/error.js';
import { judgeFreshness, type FreshnessOptions } from '../../src/freshness/judge.js';
import { parseReference, parseRegistryReference } from '../../src/oci/reference.js';
import { baseDigest, baseName, FakeUpstream, makeImage, someTime, type MakeImage } from './rig.js';

interface Asked {
  readonly base?: string;
  readonly bases?: readonly string[];
  readonly releases?: boolean;
  /** Of the image; r.test/app:2 unless told. */
  readonly name?: string;
}

async function judge(upstream: FakeUpstream, app: MakeImage, asked: Asked = {}) {
  const { base, bases = [], releases = true, name = 'r.test/app:2' } = asked;
  const options: FreshnessOptions = {
    base: base === undefined || base === 'scratch' ? base : parseReference(base),
    bases: bases.map(parseRegistryReference),
    releases,
  };
  return judgeFreshness(await makeImage(name, app), upstream, options);
}

/** base:latest is [base2], which base:2 is too; base:1 was [base1]. Python is [base1 python1]. */
async function world(): Promise<FakeUpstream> {
  const upstream = new FakeUpstream();
  await upstream.put('r.test/base:1.0', { layers: ['base1'], created: '2024-03-01T00:00:00Z' });
  for (const tag of ['2.0', 'latest']) {
    await upstream.put(`r.test/base:${tag}`, { layers: ['base2'], created: '2024-04-01T00:00:00Z' });
  }
  await upstream.put('r.test/python:3', { layers: ['base1', 'python1'] });
  return upstream;
}

const named = (name: string, digest?: string) => ({ [baseName]: name, ...(digest ? { [baseDigest]: digest } : {}) });

describe('judgeFreshness', () => {
  describe('of an image that names its base', () => {
    it('believes annotations, labels and buildah’s history, once the layers prove them', async () => {
      const line = { created: someTime, created_by: 'x', comment: 'FROM r.test/base:latest' };
      const ways: readonly [string, Partial<MakeImage>][] = [
        ['annotation', { annotations: named('r.test/base:latest') }],
        ['label', { labels: named('r.test/base:latest') }],
        ['history', { history: [line, line] }],
      ];
      for (const [how, said] of ways) {
        const { outcome, bases } = await judge(await world(), { layers: ['base2', 'own'], ...said });
        expect([outcome, bases[0]?.how, bases[0]?.proof], how).to.deep.equal(['fresh', [how], 'layers']);
      }
    });

    it('needs no digest, no tag list and one image of the registry when it is fresh', async () => {
      const upstream = await world();
      await judge(upstream, { layers: ['base2', 'own'], annotations: named('r.test/base') });
      expect(upstream.asked).to.deep.equal(['r.test/base:latest']);
    });

    it('is stale by the worst of two proved bases', async () => {
      const app = { layers: ['base1', 'python1', 'own'], annotations: named('r.test/python:3') };
      const { outcome, bases, conflicts } = await judge(await world(), { ...app, labels: named('r.test/base:latest') });
      expect(bases.map((one) => one.outcome)).to.deep.equal(['fresh', 'stale']);
      expect([outcome, conflicts]).to.deep.equal(['stale', []]);
    });

    it('reports the claim that the layers refute, and follows the one they prove', async () => {
      const upstream = await world();
      await upstream.put('r.test/other:latest', { layers: ['other'] });
      const app = { layers: ['base2', 'own'], annotations: named('r.test/other:latest') };
      const { outcome, conflicts } = await judge(upstream, { ...app, labels: named('r.test/base:latest') });
      expect(outcome).to.equal('fresh');
      expect(conflicts).to.deep.equal([
        'the annotation names r.test/other:latest, but the layers are those of r.test/base:latest',
      ]);
    });

    it('reports two claims that the layers refute', async () => {
      const upstream = await world();
      await upstream.put('r.test/other:latest', { layers: ['other'] });
      const app = { layers: ['unlike'], annotations: named('r.test/other:latest') };
      const { outcome, conflicts } = await judge(upstream, { ...app, labels: named('r.test/base:latest') });
      expect(outcome).to.equal('unknown');
      expect(conflicts.length).to.equal(1);
      expect(conflicts[0]).to.match(/annotation names r\.test\/other:latest, the label names .* prove none of them$/);
    });

    it('is never fresh by a lie: the digest of today above other layers', async () => {
      const upstream = await world();
      const { digest } = (await makeImage('r.test/x:1', { layers: ['base2'], created: '2024-04-01T00:00:00Z' }))
        .descriptor;
      const { outcome, conflicts } = await judge(upstream, {
        layers: ['evil', 'own'],
        annotations: named('r.test/base:latest', digest),
      });
      expect([outcome, conflicts.length]).to.deep.equal(['unknown', 1]);
    });

    it('is not fresh where the user’s own claim is not borne out', async () => {
      const upstream = await world();
      await upstream.put('r.test/other:latest', { layers: ['other'] });
      const app = { layers: ['base2', 'own'], labels: named('r.test/base:latest') };
      const { outcome, conflicts } = await judge(upstream, app, { base: 'r.test/other:latest' });
      expect([outcome, conflicts.length]).to.deep.equal(['unknown', 1]);
    });

    it('ends, unknown, where bases name each other in a circle', async () => {
      const upstream = new FakeUpstream();
      await upstream.put('r.test/b:1', { layers: ['b'], annotations: named('r.test/a:1') });
      const a = { layers: ['a'], annotations: named('r.test/b:1') };
      await upstream.put('r.test/a:1', a);
      expect((await judge(upstream, a, { name: 'r.test/a:1' })).outcome).to.equal('unknown');
      const itself = { layers: ['a'], annotations: named('r.test/a:1') };
      await upstream.put('r.test/a:1', itself);
      expect((await judge(upstream, itself, { name: 'r.test/a:1' })).outcome).to.equal('unknown');
    });

    for (const kind of ['network', 'tls', 'auth', 'missing', 'integrity', 'hostile', 'unsupported'] as ErrorKind[]) {
      it(`is unknown, with the reason, when the base fails: ${kind}`, async () => {
        const upstream = new FakeUpstream();
        upstream.fail('r.test/base:latest', kind, 'it would not');
        const { outcome, bases } = await judge(upstream, { layers: ['a'], labels: named('r.test/base:latest') });
        expect(outcome).to.equal('unknown');
        expect(bases[0]?.reason).to.equal('the base could not be had: it would not');
      });
    }

    for (const name of ['ubi9', 'docker.io/alpine', 'R.test/Base:1']) {
      it(`does not take it for a base of its own because it cannot read ${name}`, async () => {
        const upstream = new FakeUpstream();
        const app = { layers: ['a'], labels: named(name) };
        await upstream.put('r.test/app:2', app);
        const { outcome, bases, remarks } = await judge(upstream, app);
        expect([outcome, bases, remarks.length]).to.deep.equal(['unknown', [], 1]);
      });
    }
  });

  describe('of an image that names a base on another registry', () => {
    const app = { layers: ['theirs', 'own'], annotations: named('elsewhere.test/base:9') };

    async function elsewhere(): Promise<FakeUpstream> {
      const upstream = await world();
      await upstream.put('elsewhere.test/base:9', { layers: ['theirs'] });
      await upstream.put('elsewhere.test/another:9', { layers: ['another'] });
      return upstream;
    }

    it('asks nothing there on its word, and says so', async () => {
      const upstream = await elsewhere();
      const { outcome, bases } = await judge(upstream, app);
      expect(outcome).to.equal('unknown');
      expect(bases[0]?.reason).to.match(/on another registry, which is not asked on its word alone/);
      expect(bases[0]?.remedy).to.match(/--base elsewhere\.test\/base:9/);
      expect(upstream.asked).to.deep.equal([]);
    });

    it('asks nothing on the word of a local image either', async () => {
      const upstream = await elsewhere();
      expect((await judge(upstream, app, { name: 'oci:folder' })).outcome).to.equal('unknown');
      expect(upstream.asked).to.deep.equal([]);
    });

    it('asks there when --base or the policy names that registry', async () => {
      expect((await judge(await elsewhere(), app, { base: 'elsewhere.test/base:9' })).outcome).to.equal('fresh');
      expect((await judge(await elsewhere(), app, { bases: ['elsewhere.test/another:9'] })).outcome).to.equal('fresh');
    });

    it('leaves it open when the policy proves another base meanwhile', async () => {
      const foreign = { layers: ['base2', 'own'], annotations: named('elsewhere.test/python:3') };
      const { outcome, bases } = await judge(await elsewhere(), foreign, { bases: ['r.test/base:latest'] });
      expect(bases.map((one) => one.outcome)).to.deep.equal(['unknown', 'fresh']);
      expect(outcome).to.equal('unknown');
    });

    it('knows a mirror by the digest', async () => {
      const upstream = await elsewhere();
      const { digest } = (await makeImage('x.test/x:1', { layers: ['base2'], created: '2024-04-01T00:00:00Z' }))
        .descriptor;
      const mirrored = { layers: ['base2', 'own'], annotations: named('elsewhere.test/base:9', digest) };
      expect((await judge(upstream, mirrored, { bases: ['r.test/base:latest'] })).outcome).to.equal('fresh');
    });
  });

  describe('of an image that names none', () => {
    const seamed = { layers: ['base2', 'own'], dates: ['2024-04-01T00:00:00Z', '2024-05-01T00:00:00Z'] };

    it('matches the policy’s bases by layers, today’s and older ones, and takes the highest', async () => {
      const bases = ['r.test/base:latest', 'r.test/python:3'];
      const fresh = await judge(await world(), seamed, { bases });
      expect([fresh.outcome, fresh.bases[0]?.how]).to.deep.equal(['fresh', ['policy']]);
      const older = await judge(await world(), { layers: ['base1', 'own'] }, { bases: ['r.test/base:latest'] });
      expect([older.outcome, older.bases[0]?.behind]).to.deep.equal(['stale', { releases: 1, days: 31 }]);
      const python = await judge(await world(), { layers: ['base1', 'python1', 'own'] }, { bases });
      expect(python.bases.map((one) => `${one.level} ${one.reference} ${one.outcome}`)).to.deep.equal([
        '1 r.test/python:3 fresh',
        '2 r.test/base:latest stale',
      ]);
      expect([python.outcome, python.rebuildFirst]).to.deep.equal(['stale', 'r.test/python:3']);
    });

    it('does not take it for a base of its own because a listed base could not be had', async () => {
      const upstream = await world();
      upstream.fail('r.test/base:latest', 'network', 'it hung up');
      await upstream.put('r.test/app:2', { layers: ['base2'] });
      const { outcome, bases } = await judge(upstream, { layers: ['base2'] }, { bases: ['r.test/base:latest'] });
      expect(outcome).to.equal('unknown');
      expect(bases[0]).to.deep.include({ how: ['policy'], reason: 'the base could not be had: it hung up' });
    });

    it('is not fresh on one listed base while another, which may lie between, could not be had', async () => {
      const upstream = await world();
      upstream.fail('r.test/python:3', 'network');
      const listed = { bases: ['r.test/base:latest', 'r.test/python:3'] };
      const { outcome, bases } = await judge(upstream, seamed, listed);
      expect([outcome, bases.map((one) => one.outcome)]).to.deep.equal(['unknown', ['fresh', 'unknown']]);
      expect((await judge(upstream, { layers: ['base1', 'own'] }, listed)).outcome).to.equal('stale');
    });

    it('says that there is a seam that nobody names, with one base or without', async () => {
      const { outcome, bases, remarks } = await judge(new FakeUpstream(), seamed);
      expect([outcome, bases]).to.deep.equal(['unknown', []]);
      expect(remarks[0]).to.match(/^it seems to be built on another image \(layer 2 was made 30 days after/);
    });

    it('judges a listed base, today’s and an older one, as a base itself', async () => {
      const bases = ['r.test/base:latest'];
      const today = { layers: ['base2'], created: '2024-04-01T00:00:00Z' };
      const newest = await judge(await world(), today, { bases, name: 'r.test/base:latest' });
      expect([newest.outcome, newest.bases[0]?.proof]).to.deep.equal(['fresh', 'self']);
      const before = { layers: ['base1'], created: '2024-03-01T00:00:00Z' };
      const older = await judge(await world(), before, { bases, name: 'r.test/base:1.0' });
      expect([older.outcome, older.bases[0]?.proof]).to.deep.equal(['stale', 'self']);
    });

    it('is not fresh by its tag where neither history nor dates could show a seam', async () => {
      const upstream = new FakeUpstream();
      const blank: MakeImage = { layers: ['a', 'b'], history: [] };
      await upstream.put('r.test/app:2', blank);
      const { outcome, bases } = await judge(upstream, blank);
      expect(outcome).to.equal('unknown');
      expect(bases[0]?.reason).to.match(/whether it is built on another image cannot be told/);
      expect(bases[0]?.image).to.equal(undefined);
      expect((await judge(upstream, blank, { base: 'scratch' })).outcome).to.equal('fresh');
      await upstream.put('r.test/app:3', { layers: ['c', 'd'] });
      expect((await judge(upstream, blank)).outcome).to.equal('stale');
    });
  });

  describe('with --base scratch', () => {
    it('judges the image as a base itself, whatever its history shows', async () => {
      const upstream = new FakeUpstream();
      const app = { layers: ['a', 'b'], dates: ['2024-01-01T00:00:00Z', '2024-05-01T00:00:00Z'] };
      await upstream.put('r.test/app:2', app);
      const { outcome, bases } = await judge(upstream, app, { base: 'scratch' });
      expect([outcome, bases[0]?.proof, bases[0]?.how]).to.deep.equal(['fresh', 'self', ['own-tag']]);
    });

    it('reports an image that names a base all the same', async () => {
      const upstream = await world();
      const app = { layers: ['base2', 'own'], labels: named('r.test/base:latest') };
      await upstream.put('r.test/app:2', app);
      const { conflicts } = await judge(upstream, app, { base: 'scratch' });
      expect(conflicts).to.deep.equal(['--base says scratch, but the label names r.test/base:latest']);
    });
  });

  it('looks at no tag list with --no-releases', async () => {
    const upstream = await world();
    const old = { layers: ['base1', 'own'] };
    await judge(upstream, { ...old, labels: named('r.test/base:latest') }, { releases: false });
    await judge(upstream, old, { releases: false, bases: ['r.test/base:latest'] });
    await judge(upstream, { layers: ['base2'] }, { releases: false, name: 'r.test/base:2.0' });
    expect(upstream.asked.filter((name) => name.endsWith('tags'))).to.deep.equal([]);
  });
});
