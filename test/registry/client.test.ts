import { expect } from 'chai';
import { digestOf, type Digest } from '../../src/oci/digest.js';
import { parseManifest } from '../../src/oci/manifest.js';
import { manifestAccept, mediaTypes } from '../../src/oci/media-type.js';
import type { RegistryClient } from '../../src/registry/client.js';
import type { Answer } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { failureOf } from '../source/failure.js';
import { withClient } from './rig.js';

const other = digestOf(Buffer.from('something else'));

describe('registry/client', () => {
  let registry: FakeRegistry;
  let image: { digest: Digest; size: number };

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    image = registry.putImage('public/app', '1', [Buffer.from('layer')]);
  });
  afterEach(() => registry.close());

  const ask = <T>(work: (client: RegistryClient) => Promise<T>): Promise<T> => withClient(registry, {}, work);
  const manifest = (reference: string, repository = 'public/app'): ReturnType<RegistryClient['manifest']> =>
    ask((client) => client.manifest(registry.host, repository, reference));
  const bend = (change: Partial<Answer>, headers: Record<string, string> = {}, times = Infinity): void =>
    registry.on(
      /\/manifests\//,
      (answer) => ({ ...answer, ...change, headers: { ...answer.headers, ...headers } }),
      times,
    );

  it('fetches a manifest by tag and by digest, its bytes as stored', async () => {
    const byTag = await manifest('1');
    expect(byTag).to.include({ mediaType: mediaTypes.ociManifest, digest: image.digest });
    expect(digestOf(byTag.bytes)).to.equal(image.digest);
    expect(await manifest(image.digest)).to.deep.equal(byTag);
  });

  it('accepts all four manifest types and no encoding', async () => {
    await manifest('1');
    expect(registry.requests[0]?.headers).to.include({
      accept: manifestAccept.join(', '),
      'accept-encoding': 'identity',
      'user-agent': 'imgcheck',
    });
  });

  it('reuses its connection and counts its requests', async () => {
    await ask(async (client) => {
      for (let i = 0; i < 3; i += 1) await client.manifest(registry.host, 'public/app', '1');
      expect(client.evidence.requests).to.include({ manifests: 3, blobs: 0, auth: 0 });
      expect(client.evidence.hops).to.have.length(1);
    });
  });

  describe('agreement of digests', () => {
    it('refuses bytes that are not of the digest asked for, after one fresh fetch', async () => {
      registry.on(/\/manifests\//, (answer) => ({ ...answer, headers: {}, body: Buffer.from('{"schemaVersion":2}') }));
      const error = await failureOf('integrity', () => manifest(image.digest));
      expect(error.message).to.match(/^digest mismatch: expected sha256:\w{64}, got sha256:\w{64} after 19 bytes$/);
      expect(registry.requests).to.have.length(2);
    });

    it('refuses bytes that are not of the digest in the header', async () => {
      bend({}, { 'docker-content-digest': other });
      const error = await failureOf('integrity', () => manifest('1'));
      expect(error.message).to.equal(
        `Docker-Content-Digest mismatch: expected ${other}, got ${image.digest} after ${image.size} bytes`,
      );
    });

    it('refuses a header that is no digest', async () => {
      bend({}, { 'docker-content-digest': 'md5:00' });
      await failureOf('integrity', () => manifest('1'));
    });

    it('takes the second answer when the first was damaged on the way', async () => {
      bend({ body: Buffer.from('{}') }, {}, 1);
      expect((await manifest('1')).digest).to.equal(image.digest);
    });

    it('computes the digest itself when the header is missing', async () => {
      registry.on(/./, (answer) => ({ ...answer, headers: { 'content-type': mediaTypes.ociManifest } }));
      expect((await manifest('1')).digest).to.equal(image.digest);
    });
  });

  describe('refusals', () => {
    const missing: readonly [string, string, string, RegExp][] = [
      ['tag', 'public/app', 'no', /does not have the manifest no: MANIFEST_UNKNOWN: manifest unknown$/],
      [
        'repository',
        'public/no',
        '1',
        /does not have the manifest 1: NAME_UNKNOWN: repository name not known to registry$/,
      ],
    ];
    for (const [what, repository, tag, message] of missing) {
      it(`says in the registry's words that the ${what} is missing`, async () => {
        const error = await failureOf('missing', () => manifest(tag, repository));
        expect(error.message).to.match(message);
        expect(error.hint).to.equal('check the tag and the name of the repository');
        expect(error.subject).to.equal(`${registry.origin}/v2/${repository}/manifests/${tag}`);
      });
    }

    it('stops an endless manifest at 4 MiB', async () => {
      bend({ endless: true, body: Buffer.alloc(65_536, 0x20) });
      const error = await failureOf('hostile', () => manifest('1'));
      expect(error.message).to.equal('the manifest exceeds its limit of 4194304 bytes');
    });

    it('refuses an encoded manifest', async () => {
      bend({}, { 'content-encoding': 'gzip' });
      await failureOf('unsupported', () => manifest('1'));
    });

    it('hands up a schema 1 manifest, to be refused by name, and refuses it itself where a digest was asked for', async () => {
      const headers = { 'content-type': mediaTypes.dockerSchema1Signed, 'docker-content-digest': other };
      registry.on(/./, (answer) => ({ ...answer, headers, body: Buffer.from('{"schemaVersion":1}') }));
      const { bytes, mediaType } = await manifest('1');
      expect(() => parseManifest(bytes, mediaType)).to.throw(/schema 1/);
      expect((await failureOf('unsupported', () => manifest(image.digest))).message).to.match(/schema 1/);
    });

    for (const [status, kind] of [
      [500, 'network'],
      [429, 'network'],
      [418, 'unsupported'],
      [403, 'auth'],
    ] as const) {
      it(`takes a lasting ${status} for ${kind}`, async () => {
        bend({ status });
        await failureOf(kind, () => manifest('1'));
      });
    }

    const names: readonly [string, string][] = [
      ['public/app', '../../token'],
      ['public/../private', '1'],
      ['/evil.test/app', '1'],
      ['public/app?x=', '1'],
    ];
    for (const [repository, reference] of names) {
      it(`sends no request for ${repository}:${reference}`, async () => {
        await failureOf('usage', () => manifest(reference, repository));
        expect(registry.requests).to.have.length(0);
      });
    }
  });

  it('fetches again a manifest that breaks off', async () => {
    bend({ cutAt: 10 }, {}, 2);
    expect((await manifest('1')).digest).to.equal(image.digest);
    expect(registry.requests).to.have.length(3);
  });

  it('ends when it is told to, with the reason it was given', async () => {
    const abort = new AbortController();
    registry.on(/./, (answer) => {
      setTimeout(() => abort.abort(new Error('interrupted')), 5);
      return { ...answer, silent: true };
    });
    const work = withClient(registry, { signal: abort.signal }, (client) =>
      client.manifest(registry.host, 'public/app', '1'),
    );
    expect(await work.catch((error: unknown) => error)).to.have.property('message', 'interrupted');
  });

  for (const [title, change] of [
    ['headers do not come', { silent: true }],
    ['a body stalls', { stallAt: 3 }],
  ] as const) {
    it(`tries again when ${title}`, async () => {
      bend(change, {}, 1);
      const timeouts = { headers: 50, stall: 50 };
      await withClient(registry, { timeouts }, (client) => client.manifest(registry.host, 'public/app', '1'));
      expect(registry.requests).to.have.length(2);
    });
  }

  it('gives up on an answer that takes too long on the whole', async () => {
    bend({ silent: true });
    const error = await failureOf('network', () =>
      withClient(registry, { timeouts: { total: 50 } }, (client) => client.manifest(registry.host, 'public/app', '1')),
    );
    expect(error.message).to.equal('no complete answer within 0.05 seconds');
  });

  describe('headManifest', () => {
    const head = (reference: string): ReturnType<RegistryClient['headManifest']> =>
      ask((client) => client.headManifest(registry.host, 'public/app', reference));

    it('gives digest, media type and size without the bytes', async () => {
      expect(await head('1')).to.deep.equal({ ...image, mediaType: mediaTypes.ociManifest });
      expect(registry.requests[0]?.method).to.equal('HEAD');
    });

    it('gives nothing when the registry gives no digest, or knows no HEAD', async () => {
      registry.on(/./, (answer) => ({ ...answer, headers: {} }), 1);
      registry.on(/./, (answer) => ({ ...answer, status: 405 }), 1);
      expect(await head('1')).to.equal(undefined);
      registry.on(/./, (answer) => ({ ...answer, headers: {} }), 1);
      expect(await head('1')).to.equal(undefined);
    });

    it('refuses another digest than the one asked for', async () => {
      bend({}, { 'docker-content-digest': other });
      await failureOf('integrity', () => head(image.digest));
    });

    it('says that a manifest is missing', async () => {
      await failureOf('missing', () => head('no'));
    });
  });
});
