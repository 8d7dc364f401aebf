import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Descriptor } from '../../src/oci/descriptor.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import type { TagObservation } from '../../src/state/observed-tags.js';
import { ObservedTags } from '../../src/state/observed-tags.js';
import { KeptDocuments } from '../../src/state/kept-documents.js';
import { TagMemory } from '../../src/state/tag-memory.js';
import { resolveImage } from '../../src/source/resolve.js';
import { openSource } from '../../src/source/transports.js';
import { FakeRegistry, type RecordedRequest } from '../support/fake-registry.js';
import { withClient } from '../registry/rig.js';
import { failureOf } from './failure.js';

const config = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } };
const platform = { os: 'linux', architecture: 'amd64' };

describe('source/known-manifest', () => {
  let registry: FakeRegistry;
  let folder: string;
  let first: Descriptor;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
    folder = await mkdtemp(join(tmpdir(), 'imgcheck-known-'));
    first = registry.putImage('app', '1', [], config);
  });
  afterEach(async () => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** One run of the program, as far as an image's documents go: what it asked, and what it saw under the tag. */
  async function run(name = 'app:1'): Promise<{ asked: string[]; digest: string; tags: readonly TagObservation[] }> {
    registry.requests.length = 0;
    return withClient(registry, {}, async (client) => {
      const documents = new KeptDocuments(folder);
      const memory = new TagMemory(folder, new Date());
      const tags = new ObservedTags(memory);
      const reference = parseRegistryReference(`${registry.host}/${name}`);
      const image = await resolveImage(await openSource(reference, { client, documents, tags }), { platform });
      await Promise.all([documents.settle(), memory.settle()]);
      return {
        asked: registry.requests.map(shorten),
        digest: image.descriptor.digest,
        tags: await tags.observations(),
      };
    });
  }

  function shorten({ method, url }: RecordedRequest): string {
    return `${method} ${url.replace(/^\/v2\/app\//, '').replace(/sha256:\w+/, 'DIGEST')}`;
  }

  const cold = ['GET manifests/1', 'GET blobs/DIGEST'];

  it('asks with GET the first time, and with one HEAD from then on', async () => {
    expect((await run()).asked).to.deep.equal(cold);
    for (const _round of [2, 3]) {
      const warm = await run();
      expect(warm.asked).to.deep.equal(['HEAD manifests/1']);
      expect(warm.digest).to.equal(first.digest);
    }
  });

  it('fetches what a tag names now when that is something new', async () => {
    await run();
    const second = registry.putImage('app', '1', [], { ...config, author: 'x' });
    const moved = await run();
    expect(moved.asked).to.deep.equal(['HEAD manifests/1', ...cold]);
    expect(moved.digest).to.equal(second.digest);
    expect((await run()).asked).to.deep.equal(['HEAD manifests/1']);
  });

  it('needs no GET for a tag that goes back to what is at hand, and notes both', async () => {
    await run();
    const second = registry.putImage('app', '1', [], { ...config, author: 'x' });
    await run();
    registry.putImage('app', '1', [], config);
    const back = await run();
    expect(back.asked).to.deep.equal(['HEAD manifests/1']);
    expect(back.digest).to.equal(first.digest);
    const [{ digests = [], past } = {}] = back.tags;
    expect(digests).to.deep.equal([first.digest]);
    expect(past?.seen.map(({ digest }) => digest)).to.deep.equal([first.digest, second.digest]);
  });

  it('asks for a digest with HEAD, too, and notes no tag', async () => {
    await run();
    const pinned = await run(`app:1@${first.digest}`);
    expect(pinned.asked).to.deep.equal(['HEAD manifests/DIGEST']);
    expect(pinned.tags).to.deep.equal([]);
  });

  for (const [title, status] of [
    ['does not know HEAD', 405],
    ['has HEAD answered with 404', 404],
    ['fails at HEAD', 500],
  ] as const) {
    it(`goes on with GET where the registry ${title}`, async () => {
      await run();
      registry.on(/^HEAD/, (answer) => ({ ...answer, status }));
      const { asked, digest } = await run();
      expect(asked.filter((one) => !one.startsWith('HEAD'))).to.deep.equal(['GET manifests/1']);
      expect(digest).to.equal(first.digest);
    });
  }

  it('goes on with GET where a HEAD gives no digest', async () => {
    await run();
    registry.on(/^HEAD/, (answer) => {
      const { 'docker-content-digest': _left, ...headers } = answer.headers;
      return { ...answer, headers };
    });
    expect((await run()).asked).to.deep.equal(['HEAD manifests/1', 'GET manifests/1']);
  });

  it('notes that HEAD and GET name two images', async () => {
    await run();
    const other = registry.putImage('app', 'other', [], { ...config, author: 'x' });
    registry.on(/^HEAD/, (answer) => ({
      ...answer,
      headers: { ...answer.headers, 'docker-content-digest': other.digest },
    }));
    const { digest, tags } = await run();
    expect(digest).to.equal(first.digest);
    expect(tags[0]?.digests).to.deep.equal([other.digest, first.digest]);
  });

  it('says that the image is missing when it is, whatever is at hand', async () => {
    await run();
    registry.on(/manifests/, () => ({ status: 404, headers: {}, body: Buffer.from('gone') }));
    await failureOf('missing', () => run());
  });
});
