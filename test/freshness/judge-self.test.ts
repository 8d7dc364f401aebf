import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { judgeSelf } from '../../src/freshness/judge-self.js';
import { releaseLimit } from '../../src/freshness/releases.js';
import type { Image } from '../../src/source/image.js';
import { FakeUpstream, makeImage, type MakeImage } from './rig.js';

/** Contents a, b, c ... of growing age in days, under the tags given: `9.4=a 9.5=b latest=b`. */
async function world(tags: string): Promise<FakeUpstream> {
  const upstream = new FakeUpstream();
  for (const pair of tags.split(' ').filter(Boolean)) {
    const [tag = '', content = ''] = pair.split('=');
    await upstream.put(`r.test/base:${tag}`, contentOf(content));
  }
  return upstream;
}

function contentOf(content: string): MakeImage {
  const day = String(content.charCodeAt(0) - 96).padStart(2, '0');
  return { layers: [content], created: content === 'z' ? '1970-01-01T00:00:00Z' : `2024-05-${day}T00:00:00Z` };
}

async function judge(upstream: FakeUpstream, asked: string, content: string, releases = true) {
  const image: Image = await makeImage(
    `r.test/base${asked.replace('@', `@${await digestOf(content)}`)}`,
    contentOf(content),
  );
  const verdict = await judgeSelf(image, upstream, { releases });
  expect(verdict.proof).to.equal('self');
  return verdict;
}

async function digestOf(content: string): Promise<string> {
  return (await makeImage('r.test/base:x', contentOf(content))).descriptor.digest;
}

describe('judgeSelf', () => {
  const cases: readonly [what: string, tags: string, asked: string, content: string, answer: string][] = [
    ['the newest release', '9.4=a 9.5=b', ':9.5', 'b', 'fresh'],
    ['an older release', '9.3=a 9.4=b 9.5=c', ':9.3', 'a', 'stale 2 2 r.test/base:9.5'],
    [
      'an older build',
      '9.4-1123.17=a 9.4-1194=b 9.4-1227.1726=c 9.4=c',
      ':9.4-1123.17',
      'a',
      'stale 2 2 r.test/base:9.4-1227.1726',
    ],
    ['an older date', '20240501=a 20240511=b latest=b', ':20240501', 'a', 'stale 1 1 r.test/base:20240511'],
    ['latest that is the newest release', '9.4=a 9.5=b latest=b', ':latest', 'b', 'fresh'],
    ['latest that is an older release', '9.4=a 9.5=b latest=a', ':latest', 'a', 'stale 1 1 r.test/base:9.5'],
    ['latest that is no release', '9.4=a 9.5=b latest=c', ':latest', 'c', 'unknown'],
    ['the only tag', 'latest=a', ':latest', 'a', 'fresh'],
    ['the only release', '9.4=a', ':9.4', 'a', 'fresh'],
    ['tags without order', 'latest=a stable=b', ':latest', 'a', 'unknown'],
    ['an only tag that is another', 'stable=a', ':latest', 'a', 'unknown'],
    ['no tag at all', '', ':latest', 'a', 'unknown'],
    ['sources beside it', '9.4-1=a 9.4-2-source=b 9.4-1-source=b', ':9.4-1', 'a', 'fresh'],
    ['one more name of the newest', '1.0=a 1.1=b v1.1=b', ':1.1', 'b', 'fresh'],
    ['a newer tag of the same content', '1.0=a 1.1=a', ':1.0', 'a', 'fresh'],
    ['two names of one newer release', '1.0=a 1.1=b v1.1=b', ':1.0', 'a', 'stale 1 1 r.test/base:1.1'],
    ['a newer flavour that is not its own', '1.0=a 1.1-alpine=b', ':1.0', 'a', 'fresh'],
    ['a release tag that the list lacks, above all others', '9.4=a', ':9.5', 'b', 'fresh'],
    ['a release tag that the list lacks, below another', '9.5=b', ':9.4', 'a', 'stale 1 1 r.test/base:9.5'],
    ['a repository that names its releases otherwise now', '9.4-1123=a 9.5=b latest=a', ':latest', 'a', 'unknown'],
    ['the same, asked by the release', '9.4-1123=a 9.5=b', ':9.4-1123', 'a', 'unknown'],
    ['short names of the newest release', '9.4-1123=a 9.4=a 9=a latest=a', ':9.4-1123', 'a', 'fresh'],
    ['dates that are zeroed', '9.4=z 9.5=b', ':9.4', 'z', 'stale 1 - r.test/base:9.5'],
    ['its digest, no tag given', '9.4=a 9.5=b', '@', 'b', 'fresh'],
    ['the digest of an older release', '9.4=a 9.5=b', '@', 'a', 'stale 1 1 r.test/base:9.5'],
    ['a digest that no tag names', '9.4=a 9.5=b', '@', 'c', 'unknown'],
    ['a tag and digest that still agree', '9.4=a 9.5=b latest=b', ':latest@', 'b', 'fresh'],
    ['a tag that has moved since', '9.4=a 9.5=b latest=b', ':latest@', 'a', 'stale 1 1 r.test/base:latest'],
    [
      'a tag that has moved to what has no release tag yet',
      '9.4=a latest=b',
      ':latest@',
      'a',
      'stale - 1 r.test/base:latest',
    ],
    ['a release tag that was pushed again', '9.4=b', ':9.4@', 'a', 'stale - 1 r.test/base:9.4'],
    ['a tag that has moved back', '9.4=a 9.5=b latest=a', ':latest@', 'b', 'unknown'],
    ['a tag that is gone', '9.4=a', ':9.5@', 'b', 'unknown'],
    ['a tag that is gone, with a newer release', '9.4=a 9.6=c', ':9.5@', 'b', 'stale 1 1 r.test/base:9.6'],
  ];
  for (const [what, tags, asked, content, answer] of cases) {
    it(`says ${answer.split(' ')[0] ?? ''} of ${what} (${tags}; ${asked})`, async () => {
      const { outcome, behind, current } = await judge(await world(tags), asked, content);
      const distance = [behind.releases ?? '-', behind.days ?? '-', current?.reference ?? '-'].join(' ');
      expect(outcome === 'stale' ? `stale ${distance}` : outcome).to.equal(answer);
    });
  }

  it('asks for no manifest to say that a release is the newest', async () => {
    const upstream = await world('9.3=a 9.4=b 9.5=c');
    await judge(upstream, ':9.5', 'c');
    expect(upstream.asked).to.deep.equal(['r.test/base tags']);
  });

  it('asks for no tag and is not fresh when releases must not be looked at', async () => {
    const upstream = await world('9.4=a 9.5=b latest=b');
    const verdict = await judge(upstream, ':9.5', 'b', false);
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.equal('the newer releases of its repository were not looked at');
    expect(upstream.asked).to.deep.equal([]);
    expect((await judge(upstream, ':latest@', 'a', false)).outcome).to.equal('stale');
  });

  it('has no verdict on a local image', async () => {
    const verdict = await judgeSelf(await makeImage('oci:folder:9.4', contentOf('a')), new FakeUpstream(), {
      releases: true,
    });
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.match(/a local image has no repository/);
  });

  it('does not call the second newest fresh when the newest cannot be had', async () => {
    const upstream = await world('9.4=a latest=a');
    upstream.fail('r.test/base:9.5', 'network', 'it hung up');
    for (const asked of [':9.4', ':latest', '@']) {
      const verdict = await judge(upstream, asked, 'a');
      expect(verdict.outcome, asked).to.equal('unknown');
      expect(verdict.reason, asked).to.equal('no newer release can be told: 9.5 could not be had: it hung up');
    }
  });

  it('calls it stale without a count when the newest cannot be had but a newer one can', async () => {
    const upstream = await world('9.3=a 9.4=b');
    upstream.fail('r.test/base:9.5', 'auth');
    const { outcome, behind } = await judge(upstream, ':9.3', 'a');
    expect([outcome, behind]).to.deep.equal(['stale', { days: 1 }]);
  });

  it('calls it the newest for its platform where the newer ones have none', async () => {
    const upstream = await world('9.4=a');
    await upstream.put('r.test/base:9.5', { ...contentOf('b'), platform: 'linux/s390x' });
    upstream.fail('r.test/base:9.6', 'missing');
    const verdict = await judge(upstream, ':9.4', 'a');
    expect(verdict).to.include({
      outcome: 'fresh',
      reason: 'it is 9.4, the newest release of its repository for its platform (9.6 has none)',
    });
  });

  it('calls nothing fresh on a list that was not whole, but what is older stale', async () => {
    const upstream = await world('9.4=a 9.5=b');
    upstream.list('r.test/base', ['9.4', '9.5'], false);
    const newest = await judge(upstream, ':9.5', 'b');
    expect(newest.outcome).to.equal('unknown');
    expect(newest.reason).to.match(/its tag list is longer than the 2 tags that were read/);
    const older = await judge(upstream, ':9.4', 'a');
    expect([older.outcome, older.behind]).to.deep.equal(['stale', { days: 1 }]);
  });

  it('says why there is no tag list', async () => {
    const upstream = await world('9.4=a');
    upstream.list('r.test/base', new ImgcheckError('auth', 'denied'));
    const verdict = await judge(upstream, ':9.4', 'a');
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.equal('no newer release can be told: the tag list could not be had: denied');
  });

  it('finds the newest among a hundred thousand tags, opening one', async () => {
    const upstream = await world('9.9-99999=b latest=a');
    upstream.list(
      'r.test/base',
      Array.from({ length: 100_000 }, (_, i) => `9.${i % 10}-${i}`),
    );
    const verdict = await judge(upstream, ':9.4-4', 'a');
    expect(verdict.outcome).to.equal('stale');
    expect(verdict.current?.reference).to.equal('r.test/base:9.9-99999');
    expect(upstream.asked.length).to.equal(2);
  });

  it('opens no more releases than the limit, and says so', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `1.${i}=b`).join(' ');
    const upstream = await world(`${many} latest=a`);
    const verdict = await judge(upstream, ':latest', 'a');
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.match(/none of the newest releases .*only the newest 20 of its 30 releases/);
    const opened = new Set(upstream.asked.filter((name) => !name.endsWith('tags')));
    expect(opened.size).to.equal(releaseLimit);
  });

  it('says what the tag names today when that fails', async () => {
    const upstream = await world('9.4=a');
    upstream.fail('r.test/base:latest', 'tls', 'bad certificate');
    upstream.list('r.test/base', ['latest', '9.4']);
    const verdict = await judge(upstream, ':latest@', 'a');
    expect(verdict.outcome).to.equal('unknown');
    expect(verdict.reason).to.equal('what its tag names today could not be had: bad certificate');
  });
});
