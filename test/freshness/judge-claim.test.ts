import { expect } from 'chai';
import type { ErrorKind } from '../../src/core/error.js';
import type { BaseClaim, ClaimSource } from '../../src/freshness/claims.js';
import type { BaseVerdict } from '../../src/freshness/freshness.js';
import { judgeClaim } from '../../src/freshness/judge-claim.js';
import type { Digest } from '../../src/oci/digest.js';
import { parseReference } from '../../src/oci/reference.js';
import { digestOfZeros, FakeUpstream, makeImage, type MakeImage } from './rig.js';

const dates = { 1: '2024-03-01T00:00:00Z', 2: '2024-04-01T00:00:00Z', 3: '2024-05-18T12:00:00Z' } as const;

interface Asked {
  readonly name?: string;
  readonly digest?: Digest;
  readonly how?: readonly ClaimSource[];
  readonly releases?: boolean;
}

/** Releases 1.1, 1.2 and 1.3, the last under latest too. */
async function world(upstream = new FakeUpstream()): Promise<FakeUpstream> {
  for (const i of [1, 2, 3] as const) {
    await upstream.put(`r.test/base:1.${i}`, { layers: [`base${i}`], created: dates[i] });
  }
  await upstream.put('r.test/base:latest', { layers: ['base3'], created: dates[3] });
  return upstream;
}

async function judge(upstream: FakeUpstream, app: MakeImage, asked: Asked = {}) {
  const { name = 'r.test/base:latest', digest, how = ['annotation'], releases = true } = asked;
  const claim: BaseClaim = { reference: parseReference(name), how, ...(digest ? { digest } : {}) };
  const image = await makeImage('r.test/app:2', app);
  const { verdict, conflict } = await judgeClaim(claim, image, upstream, { releases });
  return { ...verdict, conflict };
}

const short = ({ outcome, proof, behind, layers }: BaseVerdict) => ({ outcome, proof, behind, layers });

describe('judgeClaim', () => {
  it('finds an image fresh on the layers of today, with one image asked for', async () => {
    const upstream = await world();
    const verdict = await judge(upstream, { layers: ['base3', 'own'] });
    expect(short(verdict)).to.deep.equal({ outcome: 'fresh', proof: 'layers', behind: {}, layers: 1 });
    expect(verdict.reason).to.equal('its first layers are those of the base as it is today');
    expect(verdict.current?.reference).to.equal('r.test/base:latest');
    expect(upstream.asked).to.deep.equal(['r.test/base:latest']);
  });

  it('finds it fresh by diff ids when the base was compressed again', async () => {
    const verdict = await judge(await world(), { layers: ['base3', 'own'], compression: 'none' });
    expect(short(verdict)).to.deep.equal({ outcome: 'fresh', proof: 'diff-ids', behind: {}, layers: 1 });
  });

  it('says so when it adds no layer', async () => {
    const verdict = await judge(await world(), { layers: ['base3'], labels: { own: 'config' } });
    expect(verdict.reason).to.equal('its layers are exactly those of the base as it is today');
  });

  it('finds it stale on an older release, in releases and days', async () => {
    const verdict = await judge(await world(), { layers: ['base1', 'own'] });
    expect(short(verdict)).to.deep.equal({
      outcome: 'stale',
      proof: 'layers',
      behind: { releases: 2, days: 78 },
      layers: 1,
    });
    expect(verdict.builtFrom?.reference).to.equal('r.test/base:1.1');
    expect(verdict.remedy).to.equal('rebuild it on r.test/base:latest');
  });

  for (const form of ['manifest', 'index'] as const) {
    it(`finds it stale by the digest of the ${form} that it names, though no tag is left of that`, async () => {
      const upstream = await world();
      const old = await makeImage('r.test/base:0', {
        layers: ['base0'],
        created: dates[1],
        ...(form === 'index' ? { beside: ['linux/arm64'] } : {}),
      });
      upstream.add('r.test/base:0', old);
      upstream.list('r.test/base', ['1.1', '1.2', '1.3', 'latest']);
      const { digest } = old.resolved;
      const verdict = await judge(upstream, { layers: ['base0', 'own'] }, { digest });
      expect(short(verdict)).to.deep.equal({ outcome: 'stale', proof: 'layers', behind: { days: 78 }, layers: 1 });
      expect(verdict.builtFrom?.digest).to.equal(old.descriptor.digest);
      expect(verdict.conflict).to.equal(undefined);
    });
  }

  it('finds it fresh where only another platform of the index moved', async () => {
    const upstream = new FakeUpstream();
    const monday = await upstream.put('r.test/base:latest', { layers: ['b'], beside: ['linux/arm64'] });
    const today = await upstream.put('r.test/base:latest', { layers: ['b'], beside: ['linux/arm64', 'linux/s390x'] });
    expect(today.resolved.digest).not.to.equal(monday.resolved.digest);
    const verdict = await judge(upstream, { layers: ['b', 'own'] }, { digest: monday.resolved.digest });
    expect(verdict.outcome).to.equal('fresh');
    expect(verdict.reason).to.match(/base as it is today; the index moved, this platform did not$/);
    expect([verdict.builtFrom?.index, verdict.current?.index]).to.deep.equal([
      monday.resolved.digest,
      today.resolved.digest,
    ]);
    expect(verdict.builtFrom?.digest).to.equal(verdict.current?.digest);
    expect(verdict.conflict).to.equal(undefined);
  });

  it('is not deceived by a digest of today under other layers: unknown, and a conflict', async () => {
    const upstream = await world();
    const { digest } = (await makeImage('r.test/base:latest', { layers: ['base3'], created: dates[3] })).descriptor;
    const verdict = await judge(upstream, { layers: ['other', 'own'] }, { digest });
    expect(short(verdict)).to.deep.equal({ outcome: 'unknown', proof: 'none', behind: {}, layers: 0 });
    expect(verdict.conflict).to.match(
      /^according to the annotation it was built on r\.test\/base@sha256:.* not its first/,
    );
    expect(verdict.foreign).to.equal(true);
  });

  it('trusts a source no further than its digest is borne out', async () => {
    const upstream = await world();
    const trust = async (digest: Digest | undefined, layers: readonly string[]) =>
      (await judge(upstream, { layers }, digest ? { digest } : {})).sources.map((one) => one.trust);
    const old = (await upstream.image(parseReference('r.test/base:1.1'))).descriptor.digest;
    expect(await trust(undefined, ['base3', 'own'])).to.deep.equal(['proved']);
    expect(await trust(old, ['base1', 'own'])).to.deep.equal(['proved']);
    expect(await trust(old, ['base3', 'own'])).to.deep.equal(['claimed']);
    expect(await trust(digestOfZeros(), ['base1', 'own'])).to.deep.equal(['claimed']);
    expect(await trust(digestOfZeros(), ['other'])).to.deep.equal(['claimed']);
  });

  it('finds it stale all the same when the digest lies and the layers are of a release', async () => {
    const upstream = await world();
    const { digest } = (await makeImage('x.test/x:1', { layers: ['base3'], created: dates[3] })).descriptor;
    const verdict = await judge(upstream, { layers: ['base2', 'own'] }, { digest });
    expect(verdict.outcome).to.equal('stale');
    expect(verdict.behind.releases).to.equal(1);
    expect(verdict.conflict).to.match(/^according to the annotation/);
  });

  it('makes no conflict of what the user asks', async () => {
    const upstream = await world();
    const { digest } = (await makeImage('x.test/x:1', { layers: ['base3'], created: dates[3] })).descriptor;
    const verdict = await judge(upstream, { layers: ['other'] }, { digest, how: ['option'] });
    expect(verdict.conflict).to.equal(undefined);
  });

  it('says how much is shared, and that no release is found', async () => {
    const upstream = new FakeUpstream();
    await upstream.put('r.test/base:latest', { layers: ['a', 'b'] });
    const verdict = await judge(upstream, { layers: ['a', 'c'] });
    expect(verdict).to.include({ outcome: 'unknown', foreign: false });
    expect(verdict.reason).to.match(/^only 1 of the base's 2 layers are its first ones, and no release/);
  });

  it('says what stood in the way: a digest that is gone, releases that failed, a list past its limit', async () => {
    const upstream = await world();
    upstream.fail('r.test/base:1.2', 'network', 'it hung up');
    upstream.list('r.test/base', ['1.1', '1.2', '1.3'], false);
    const verdict = await judge(upstream, { layers: ['other'] }, { digest: digestOfZeros() });
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.match(
      /the digest it names could not be had: .*; its tag list is longer .*; 1\.2 could not/,
    );
  });

  it('counts no releases where one in between failed, or the list was not whole', async () => {
    const failing = await world();
    failing.fail('r.test/base:1.2', 'network');
    expect((await judge(failing, { layers: ['base1'] })).behind).to.deep.equal({ days: 78 });
    const partial = await world();
    partial.list('r.test/base', ['1.1', '1.2', '1.3'], false);
    expect((await judge(partial, { layers: ['base1'] })).behind).to.deep.equal({ days: 78 });
  });

  it('follows a tag that moves through the releases it stood for', async () => {
    const upstream = new FakeUpstream();
    for (const i of [1, 2, 3] as const) {
      await upstream.put(`r.test/base:9.4-${i}`, { layers: [`base${i}`], created: dates[i] });
    }
    await upstream.put('r.test/base:9.4', { layers: ['base3'], created: dates[3] });
    await upstream.put('r.test/base:9.3', { layers: ['base0'], created: dates[1] });
    const stale = await judge(upstream, { layers: ['base1', 'own'] }, { name: 'r.test/base:9.4' });
    expect([stale.outcome, stale.behind]).to.deep.equal(['stale', { releases: 2, days: 78 }]);
    expect(stale.builtFrom?.reference).to.equal('r.test/base:9.4-1');
    const older = await judge(upstream, { layers: ['base0', 'own'] }, { name: 'r.test/base:9.4' });
    expect([older.outcome, older.builtFrom?.reference]).to.deep.equal(['stale', 'r.test/base:9.3']);
  });

  it('is unknown where such a tag went back', async () => {
    const upstream = new FakeUpstream();
    for (const i of [1, 2] as const)
      await upstream.put(`r.test/base:9.4-${i}`, { layers: [`b${i}`], created: dates[i] });
    await upstream.put('r.test/base:9.4', { layers: ['b1'], created: dates[1] });
    expect((await judge(upstream, { layers: ['b2', 'own'] }, { name: 'r.test/base:9.4' })).outcome).to.equal('unknown');
  });

  it('opens twenty releases at most, under such a tag and beside it', async () => {
    const upstream = new FakeUpstream();
    for (let i = 0; i < 15; i++) {
      await upstream.put(`r.test/base:9.4-${i}`, { layers: [`b${i}`] });
      await upstream.put(`r.test/base:8.${i}`, { layers: [`c${i}`] });
    }
    await upstream.put('r.test/base:9.4', { layers: ['b14'] });
    await judge(upstream, { layers: ['other'] }, { name: 'r.test/base:9.4' });
    expect(upstream.asked.filter((one) => /:[89]\.\d+(?:-\d+)?$/.test(one)).length).to.equal(21);
  });

  it('counts no releases where today’s base has no release tag yet', async () => {
    const upstream = await world();
    await upstream.put('r.test/base:latest', { layers: ['base4'], created: '2024-06-01T00:00:00Z' });
    const verdict = await judge(upstream, { layers: ['base3'] });
    expect([verdict.outcome, verdict.behind]).to.deep.equal(['stale', { days: 13 }]);
  });

  it('counts up to today’s release, not up to later ones', async () => {
    const upstream = await world();
    await upstream.put('r.test/base:1.4', { layers: ['base4'], created: dates[3] });
    expect((await judge(upstream, { layers: ['base1'] })).behind.releases).to.equal(2);
  });

  it('counts no days from or to a zeroed date', async () => {
    const upstream = await world();
    await upstream.put('r.test/base:latest', { layers: ['base4'], created: '1970-01-01T00:00:00Z' });
    const verdict = await judge(upstream, { layers: ['base3'] });
    expect([verdict.outcome, verdict.behind]).to.deep.equal(['stale', {}]);
    expect(verdict.current).not.to.have.property('created');
  });

  it('is unknown where the tag went back to an older release', async () => {
    const upstream = await world();
    await upstream.put('r.test/base:latest', { layers: ['base1'], created: dates[1] });
    const verdict = await judge(upstream, { layers: ['base3', 'own'] });
    expect(short(verdict)).to.deep.equal({ outcome: 'unknown', proof: 'layers', behind: {}, layers: 1 });
    expect(verdict.reason).to.match(/^its first layers are those of a release newer than/);
  });

  it('is unknown where the image is on a newer release than the one it names', async () => {
    const upstream = await world();
    const dated = await judge(upstream, { layers: ['base3', 'own'] }, { name: 'r.test/base:1.2' });
    expect(dated.outcome).to.equal('unknown');
    const created = '1970-01-01T00:00:00Z';
    for (const i of [2, 3]) await upstream.put(`r.test/base:1.${i}`, { layers: [`base${i}`], created });
    const verdict = await judge(upstream, { layers: ['base3', 'own'] }, { name: 'r.test/base:1.2' });
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.match(/newer than the one that the base’s tag names today/);
  });

  it('does not look at releases when it must not', async () => {
    const upstream = await world();
    const verdict = await judge(upstream, { layers: ['base1'] }, { releases: false });
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.match(/the base's other releases were not looked at/);
    expect(upstream.asked).to.deep.equal(['r.test/base:latest']);
  });

  it('asks for the tag of a name that pins a digest too', async () => {
    const upstream = await world();
    const name = `r.test/base:1.1@${digestOfZeros()}`;
    const verdict = await judge(upstream, { layers: ['base1'] }, { name });
    expect([verdict.outcome, verdict.reference]).to.deep.equal(['fresh', 'r.test/base:1.1']);
  });

  it('does not guess the tag of a digest alone: fresh as latest, else unknown', async () => {
    const upstream = await world();
    const old = await makeImage('r.test/base:1.1', { layers: ['base1'], created: dates[1] });
    const { digest } = old.descriptor;
    const pinned = { name: `r.test/base@${digest}`, digest };
    expect((await judge(upstream, { layers: ['base3'] }, pinned)).outcome).to.equal('fresh');
    const verdict = await judge(upstream, { layers: ['base1', 'own'] }, pinned);
    expect([verdict.outcome, verdict.proof]).to.deep.equal(['unknown', 'layers']);
    expect(verdict.reason).to.match(/which tag should be followed, no source says/);
    expect(verdict.builtFrom?.digest).to.equal(digest);
  });

  it('takes a digest that the user names for what it says', async () => {
    const upstream = await world();
    const { digest } = (await makeImage('x.test/x:1', { layers: ['base2'], created: dates[2] })).descriptor;
    const pinned = { name: `r.test/base@${digest}`, how: ['option'] } as const;
    expect((await judge(upstream, { layers: ['base2', 'own'] }, pinned)).outcome).to.equal('fresh');
    const older = await judge(upstream, { layers: ['base1', 'own'] }, pinned);
    expect([older.outcome, older.behind.releases]).to.deep.equal(['stale', 1]);
  });

  it('believes no image that names itself', async () => {
    const upstream = new FakeUpstream();
    const app = { layers: ['a', 'b'] };
    upstream.add('r.test/app:2', await makeImage('r.test/app:2', app));
    const verdict = await judge(upstream, app, { name: 'r.test/app:2', how: ['label'] });
    expect(verdict).to.include({ outcome: 'unknown', proof: 'none' });
    expect(verdict.reason).to.match(/^the image names itself as its base/);
    const asked = await judge(upstream, app, { name: 'r.test/app:2', how: ['option'] });
    expect(asked.outcome).to.equal('fresh');
  });

  it('takes a base of another platform for none', async () => {
    const upstream = new FakeUpstream();
    await upstream.put('r.test/base:latest', { layers: ['a'], platform: 'linux/arm64' });
    const verdict = await judge(upstream, { layers: ['b'] });
    expect(verdict.reason).to.match(/could not be had: expected an image for linux\/amd64, got one for linux\/arm64$/);
    expect(verdict.image).to.equal(undefined);
  });

  const kinds: readonly ErrorKind[] = ['network', 'tls', 'auth', 'missing', 'integrity', 'hostile', 'unsupported'];
  for (const kind of kinds) {
    it(`is unknown, with the reason, when the base fails: ${kind}`, async () => {
      const upstream = new FakeUpstream();
      upstream.fail('r.test/base:latest', kind, 'it would not');
      const verdict = await judge(upstream, { layers: ['a'] });
      expect(verdict).to.include({
        outcome: 'unknown',
        proof: 'none',
        reason: 'the base could not be had: it would not',
        remedy: 'do something about it',
      });
    });
  }
});
