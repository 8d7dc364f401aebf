import { expect } from 'chai';
import type { BaseClaim } from '../../src/freshness/claims.js';
import { tellMovement } from '../../src/freshness/noted-digest.js';
import { releaseOf } from '../../src/freshness/releases.js';
import type { Digest } from '../../src/oci/digest.js';
import { parseReference } from '../../src/oci/reference.js';
import { digestOfZeros, FakeUpstream, makeImage, type MakeImage } from './rig.js';

const name = 'r.test/base:9';

/** What is told of a base whose layers are [b], with what was asked. */
async function tell(upstream: FakeUpstream, base: MakeImage, digest: Digest | undefined, releases = true) {
  const today = await upstream.put(name, base);
  const image = await makeImage('r.test/app:2', { layers: ['b', 'own'] });
  const claim: BaseClaim = { reference: parseReference(name), how: ['annotation'], ...(digest ? { digest } : {}) };
  const told = await tellMovement(claim, image, today, releaseOf(today), upstream, { releases });
  return { ...told, today, asked: upstream.asked };
}

describe('tellMovement', () => {
  it('asks nothing where no digest was noted, or today’s of index or platform', async () => {
    const base = { layers: ['b'], beside: ['linux/arm64'] };
    const { resolved, descriptor } = await makeImage(name, base);
    for (const digest of [undefined, resolved.digest, descriptor.digest]) {
      const { words, builtFrom, today, asked } = await tell(new FakeUpstream(), base, digest);
      expect([words, builtFrom.digest, asked]).to.deep.equal([undefined, today.descriptor.digest, []]);
    }
  });

  it('says that the index moved where the platform did not, with both', async () => {
    const upstream = new FakeUpstream();
    const monday = await upstream.put(name, { layers: ['b'], beside: ['linux/arm64'] });
    const told = await tell(upstream, { layers: ['b'], beside: ['linux/s390x'] }, monday.resolved.digest);
    expect(told.words).to.equal('the index moved, this platform did not');
    expect(told.builtFrom).to.include({ index: monday.resolved.digest, digest: told.today.descriptor.digest });
    expect(told.asked).to.deep.equal([`r.test/base@${monday.resolved.digest}`]);
  });

  it('says that the manifest is another where only the layers are the same', async () => {
    const upstream = new FakeUpstream();
    const monday = await upstream.put(name, { layers: ['b'], labels: { day: 'monday' } });
    const told = await tell(upstream, { layers: ['b'] }, monday.descriptor.digest);
    expect(told.words).to.equal('its manifest was made anew since the build, of the same layers');
    expect(told.builtFrom.digest).to.equal(monday.descriptor.digest);
  });

  it('is a conflict where the noted digest has other layers', async () => {
    const upstream = new FakeUpstream();
    const other = await upstream.put('r.test/base:8', { layers: ['other'] });
    const told = await tell(upstream, { layers: ['b'] }, other.descriptor.digest);
    expect(told.conflict).to.match(/^according to the annotation it was built on r\.test\/base@sha256:/);
    expect(told.builtFrom.digest).to.equal(told.today.descriptor.digest);
  });

  it('claims no more than it knows where the digest is gone, or must not be looked for', async () => {
    for (const releases of [true, false]) {
      const told = await tell(new FakeUpstream(), { layers: ['b'] }, digestOfZeros(), releases);
      expect([told.words, told.conflict]).to.deep.equal([
        'the digest that was noted at the build is another, the layers for this platform are not',
        undefined,
      ]);
      expect(told.asked.length).to.equal(releases ? 1 : 0);
    }
  });
});
