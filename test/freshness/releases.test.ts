import { expect } from 'chai';
import { ImgcheckError, type ErrorKind } from '../../src/core/error.js';
import { sameContent } from '../../src/freshness/prefix.js';
import { findRelease, listReleases, releaseLimit, releaseOf, releasesBetween } from '../../src/freshness/releases.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import type { Image } from '../../src/source/image.js';
import { FakeUpstream, makeImage, someTime } from './rig.js';

const latest = parseRegistryReference('r.test/base:latest');

describe('releaseOf', () => {
  it('gives the date unless it is a placeholder', async () => {
    const at = (created: string) => makeImage('r.test/base:1', { layers: ['a'], created });
    expect(releaseOf(await at(someTime))).to.include({ reference: 'r.test/base:1', created: someTime });
    expect(releaseOf(await at('0001-01-01T00:00:00Z'))).not.to.have.property('created');
  });

  const now = new Date('2026-03-01T00:00:00Z');
  for (const [created, dated] of [
    [someTime, { created: someTime, createdTrust: 'plausible' }],
    ['0001-01-01T00:00:00Z', { createdStated: '0001-01-01T00:00:00Z', createdTrust: 'zeroed' }],
    ['9999-12-31T23:59:59Z', { createdStated: '9999-12-31T23:59:59Z', createdTrust: 'future' }],
    ['2026-03-03T00:00:00Z', { createdStated: '2026-03-03T00:00:00Z', createdTrust: 'future' }],
    ['x'.repeat(5000), { createdStated: 'x'.repeat(64), createdTrust: 'none' }],
  ] as const) {
    it(`says of the date ${created.slice(0, 20)} where it is from and what it is worth`, async () => {
      const image = await makeImage('r.test/base:1', { layers: ['a'], created });
      const { reference, digest } = releaseOf(image);
      expect(releaseOf(image, now)).to.deep.equal({ reference, digest, createdFrom: 'config', ...dated });
    });
  }

  it('names the index that the platform was selected from', async () => {
    const image = await makeImage('r.test/base:1', { layers: ['a'], beside: ['linux/arm64'] });
    expect(releaseOf(image).index).to.equal(image.resolved.digest);
    expect(releaseOf(image).digest).to.equal(image.descriptor.digest);
  });
});

describe('listReleases', () => {
  const list = async (tags: readonly string[] | ImgcheckError, complete = true) => {
    const upstream = new FakeUpstream();
    upstream.list('r.test/base', tags, complete);
    const { ordered, problem, tags: kept } = await listReleases(upstream, latest, 'amd64');
    return { ordered: ordered?.map((one) => one.tag), problem, tags: kept };
  };

  it('gives the releases newest first, attachments left out of all tags', async () => {
    const signature = `sha256-${'a'.repeat(64)}.sig`;
    expect(await list(['1.0', signature, 'latest', '1.1'])).to.deep.equal({
      ordered: ['1.1', '1.0'],
      problem: undefined,
      tags: ['1.0', 'latest', '1.1'],
    });
  });

  it('says that no tag is a release', async () => {
    expect((await list(['latest', 'stable'])).problem).to.equal('none of its 2 tags can be ordered as a release');
  });

  it('says that the list was longer, and orders what there is', async () => {
    const { ordered, problem } = await list(['1.0', '1.1'], false);
    expect(ordered).to.deep.equal(['1.1', '1.0']);
    expect(problem).to.equal('its tag list is longer than the 2 tags that were read');
  });

  const kinds: readonly ErrorKind[] = ['network', 'tls', 'auth', 'missing', 'integrity', 'hostile', 'unsupported'];
  for (const kind of kinds) {
    it(`says that the list could not be had: ${kind}`, async () => {
      const { ordered, problem } = await list(new ImgcheckError(kind, 'no list today'));
      expect(ordered).to.equal(undefined);
      expect(problem).to.equal('the tag list could not be had: no list today');
    });
  }
});

describe('findRelease', () => {
  /** Releases 1.`n`..1.1, newest first; those that fail by number. */
  async function search(n: number, wanted: string, failing: Readonly<Record<number, ErrorKind>> = {}) {
    const upstream = new FakeUpstream();
    for (let i = 1; i <= n; i++) {
      const kind = failing[i];
      // 1.4 is 1.3 under another name.
      if (kind) upstream.fail(`r.test/base:1.${i}`, kind);
      else await upstream.put(`r.test/base:1.${i}`, { layers: [i === 4 ? 'r3' : `r${i}`] });
    }
    const { ordered = [] } = await listReleases(upstream, latest, 'amd64');
    const like = await makeImage('r.test/app:1', { layers: [wanted, 'own'] });
    const target = await makeImage('r.test/base:x', { layers: [wanted] });
    const found = await findRelease(upstream, latest, ordered, like, (one) => sameContent(one, target));
    return { ...found, opened: upstream.asked.filter((name) => !name.endsWith('tags')), upstream };
  }
  const name = (image: Image): string => releaseOf(image).reference;

  it('opens the newest first and stops at the one sought', async () => {
    const { found, doubt, opened } = await search(9, 'r7');
    expect(found?.tag.tag).to.equal('1.7');
    expect(found?.passed.map(name)).to.deep.equal(['r.test/base:1.9', 'r.test/base:1.8']);
    expect([doubt, opened.length]).to.deep.equal([undefined, 3]);
  });

  it('counts one content once, however many tags it has', async () => {
    expect((await search(5, 'r2')).found?.passed.length).to.equal(2);
    const { found } = await search(5, 'r3');
    expect([found?.tag.tag, found?.passed.length]).to.deep.equal(['1.4', 1]);
  });

  it('passes over what is gone or no image without a doubt', async () => {
    const { found, doubt } = await search(9, 'r7', { 8: 'missing', 9: 'unsupported' });
    expect([found?.tag.tag, doubt]).to.deep.equal(['1.7', undefined]);
  });

  for (const kind of ['network', 'tls', 'auth', 'integrity', 'hostile'] as const) {
    it(`says that one could not be had: ${kind}`, async () => {
      const { found, doubt } = await search(9, 'r7', { 8: kind });
      expect(found?.tag.tag).to.equal('1.7');
      expect(doubt).to.match(/^1\.8 could not be had: /);
    });
  }

  it('opens no more than its limit, and says so', async () => {
    const { found, doubt, opened } = await search(releaseLimit + 5, 'r2');
    expect(found).to.equal(undefined);
    expect(opened.length).to.equal(releaseLimit);
    expect(doubt).to.equal('only the newest 20 of its 25 releases were looked at');
  });

  it('counts the releases between the one found and today’s, where that was met', async () => {
    const one = await search(9, 'r6');
    const at = (word: string) => makeImage('r.test/base:latest', { layers: [word] });
    expect(releasesBetween(one, await at('r9'))).to.equal(3);
    expect(releasesBetween(one, await at('r7'))).to.equal(1);
    expect(releasesBetween(one, await at('elsewhere'))).to.equal(undefined);
    expect(releasesBetween(await search(9, 'r6', { 8: 'network' }), await at('r9'))).to.equal(undefined);
    expect(releasesBetween(await search(3, 'none'), await at('r3'))).to.equal(undefined);
  });
});
