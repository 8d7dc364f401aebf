import { expect } from 'chai';
import type { Digest } from '../../src/oci/digest.js';
import { mediaTypes } from '../../src/oci/media-type.js';
import type { TagLimits, TagList } from '../../src/registry/client.js';
import { answerOf } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { failureOf } from '../source/failure.js';
import { withClient } from './rig.js';

describe('registry/listing', () => {
  let registry: FakeRegistry;

  afterEach(() => registry.close());

  describe('tags', () => {
    beforeEach(async () => {
      registry = await FakeRegistry.start();
      for (const tag of ['3', '1', '2', '5', '4']) registry.putImage('public/app', tag);
    });

    const tags = (limits?: TagLimits): Promise<TagList> =>
      withClient(registry, {}, (client) => client.tags(registry.host, 'public/app', limits));
    const pagesOf = (size: number): void =>
      registry.on(/tags\/list/, (answer, { url }) => {
        const last = /last=(\d)/.exec(url)?.[1] ?? '0';
        const all = ['1', '2', '3', '4', '5'].filter((tag) => tag > last);
        const page = all.slice(0, size);
        const link = `<https://${registry.host}/v2/public/app/tags/list?n=${size}&last=${page.at(-1)}>; rel="next"`;
        const headers = { ...answer.headers, ...(page.length < all.length ? { link } : {}) };
        return answerOf(200, headers, JSON.stringify({ name: 'public/app', tags: page }));
      });

    it('lists all tags of one page', async () => {
      expect(await tags()).to.deep.equal({ tags: ['1', '2', '3', '4', '5'], complete: true });
    });

    it('follows the pages to the last', async () => {
      pagesOf(2);
      expect(await tags()).to.deep.equal({ tags: ['1', '2', '3', '4', '5'], complete: true });
      expect(registry.requests).to.have.length(3);
    });

    it('stops at its limits and says so', async () => {
      pagesOf(2);
      expect(await tags({ pages: 2, tags: 100 })).to.deep.equal({ tags: ['1', '2', '3', '4'], complete: false });
      expect(await tags({ pages: 100, tags: 3 })).to.deep.equal({ tags: ['1', '2', '3'], complete: false });
    });

    const answer = (body: object, link?: string): void =>
      registry.on(/tags\/list/, () => answerOf(200, link ? { link } : {}, JSON.stringify(body)));

    it('stops when a page names itself or one seen before as the next', async () => {
      answer({ tags: ['1'] }, '</v2/public/app/tags/list?n=1000>; rel="next"');
      expect(await tags()).to.deep.equal({ tags: ['1'], complete: false });
      expect(registry.requests).to.have.length(1);
    });

    it('stops in a list that always has a next page', async () => {
      let page = 0;
      registry.on(/tags\/list/, () => {
        page += 1;
        return answerOf(200, { link: `</v2/public/app/tags/list?last=${page}>; rel=next` }, `{"tags":["t${page}"]}`);
      });
      const { tags: found, complete } = await tags({ pages: 10, tags: 1000 });
      expect([found.length, complete]).to.deep.equal([10, false]);
    });

    it('does not follow a link to another host', async () => {
      answer({ tags: ['1'] }, '<https://elsewhere.test/v2/public/app/tags/list>; rel="next"');
      expect(await tags()).to.deep.equal({ tags: ['1'], complete: false });
    });

    it('leaves out what is no tag and says so', async () => {
      answer({ tags: ['1', '../../evil', ''] });
      expect(await tags()).to.deep.equal({ tags: ['1'], complete: false });
    });

    it('takes a list of null for an empty one', async () => {
      answer({ name: 'public/app', tags: null });
      expect(await tags()).to.deep.equal({ tags: [], complete: true });
    });

    it('refuses what is not a tag list', async () => {
      answer({ tags: [1] });
      await failureOf('hostile', () => tags());
    });

    it('says that the repository is missing', async () => {
      await failureOf('missing', () => withClient(registry, {}, (client) => client.tags(registry.host, 'public/no')));
    });
  });

  describe('referrers', () => {
    const start = async (referrersApi: boolean): Promise<void> => {
      registry = await FakeRegistry.start({ referrersApi });
    };
    const image = (): ReturnType<FakeRegistry['putImage']> => registry.putImage('public/app', '1');
    const signatureOf = (subject: object): object => ({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: 'application/vnd.test.signature',
      config: registry.putBlob('{}', mediaTypes.ociEmpty),
      layers: [],
      subject,
    });
    const referrers = (digest: Digest): Promise<readonly object[]> =>
      withClient(registry, {}, (client) => client.referrers(registry.host, 'public/app', digest));

    it('are those of the API where there is one', async () => {
      await start(true);
      const subject = image();
      const signature = registry.putManifest('public/app', signatureOf(subject));
      expect(await referrers(subject.digest)).to.deep.equal([signature]);
      expect(registry.requestsTo(/manifests/)).to.have.length(0);
    });

    it('are none where the API knows none', async () => {
      await start(true);
      expect(await referrers(image().digest)).to.deep.equal([]);
    });

    it('are those of the fallback tag where there is no API', async () => {
      await start(false);
      const subject = image();
      const signature = registry.putManifest('public/app', signatureOf(subject));
      const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [signature] };
      registry.putManifest('public/app', index, subject.digest.replace(':', '-'));
      expect(await referrers(subject.digest)).to.deep.equal([signature]);
    });

    it('are none when there is neither API nor tag', async () => {
      await start(false);
      expect(await referrers(image().digest)).to.deep.equal([]);
    });

    it('are looked for under the fallback tag when the API answers with something else than an index', async () => {
      await start(true);
      registry.on(/referrers/, () => answerOf(200, { 'content-type': 'text/html' }, '<html>'));
      expect(await referrers(image().digest)).to.deep.equal([]);
      expect(registry.requestsTo(/manifests\/sha256-/)).to.have.length(1);
    });

    it('are refused when the fallback tag holds an image', async () => {
      await start(false);
      const subject = image();
      registry.putImage('public/app', subject.digest.replace(':', '-'));
      await failureOf('hostile', () => referrers(subject.digest));
    });

    it('are refused when the list does not end', async () => {
      await start(true);
      let page = 0;
      registry.on(/referrers/, (answer, { url }) => {
        page += 1;
        return { ...answer, headers: { ...answer.headers, link: `<${url.split('?')[0]}?p=${page}>; rel="next"` } };
      });
      await failureOf('hostile', () => referrers(image().digest));
      expect(registry.requests.length).to.be.at.most(16);
    });
  });
});
