import { expect } from 'chai';
import { parseRegistriesConf, type RegistriesConf } from '../../src/containers/registries-conf.js';
import { judgeFreshness, type FreshnessOptions } from '../../src/freshness/judge.js';
import { openUpstream } from '../../src/freshness/upstream.js';
import { parsePlatform } from '../../src/oci/platform.js';
import { parseReference, parseRegistryReference } from '../../src/oci/reference.js';
import type { RegistryClient } from '../../src/registry/client.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { openSource } from '../../src/source/transports.js';
import { withClient } from '../registry/rig.js';
import { buildIndex, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import { buildWithProvenance } from '../support/buildkit.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { baseDigest, baseName, build, type MakeImage } from './rig.js';

const platform = parsePlatform('linux/amd64');
const nothing: FreshnessOptions = { base: undefined, bases: [], releases: true };

/** Puts a built image or index, with all that it refers to, into the registry. */
function push(registry: FakeRegistry, repository: string, tag: string, built: BuiltImage | BuiltIndex): string {
  for (const bytes of built.blobs.values()) {
    const text = Buffer.from(bytes).toString('utf8');
    if (/^\{"schemaVersion"/.test(text)) registry.putManifest(repository, bytes);
    else registry.putBlob(bytes);
  }
  return registry.putManifest(repository, built.manifest.bytes, tag).digest;
}

/** An index of the image and one for arm64, whose layers are called by `other`. */
function multi(input: MakeImage, other: string): BuiltIndex {
  return buildIndex([build(input), build({ layers: [other], platform: 'linux/arm64' })]);
}

describe('openUpstream', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
  });
  afterEach(() => registry.close());

  const open = async (client: RegistryClient, name: string, wanted = platform): Promise<Image> =>
    resolveImage(await openSource(parseReference(`${registry.host}/${name}`), { client }), { platform: wanted });

  /** The verdict on an image, with the requests it took: `manifests+blobs`, and the tag lists. */
  async function judge(name: string, options: Partial<FreshnessOptions> = {}, wanted = platform) {
    return withClient(registry, {}, async (client) => {
      const image = await open(client, name, wanted);
      const upstream = openUpstream({ client }, platform, image);
      try {
        const freshness = await judgeFreshness(image, upstream, { ...nothing, ...options });
        const { manifests, blobs, tags } = client.evidence.requests;
        return { ...freshness, cost: manifests + blobs, tags };
      } finally {
        await upstream.close();
      }
    });
  }

  const annotated = (digest: string, name = 'base:latest') => ({
    [baseName]: `${registry.host}/${name}`,
    [baseDigest]: digest,
  });

  it('answers fresh from six documents for an index on an index', async () => {
    const digest = push(registry, 'base', 'latest', multi({ layers: ['b'] }, 'x'));
    push(registry, 'app', '2', multi({ layers: ['b', 'own'], annotations: annotated(digest) }, 'y'));
    const { outcome, cost, tags } = await judge('app:2');
    expect([outcome, cost, tags]).to.deep.equal(['fresh', 6, 0]);
    expect(registry.requests.filter((one) => one.method !== 'GET')).to.deep.equal([]);
  });

  it('answers fresh from four documents for a lone manifest on a lone manifest', async () => {
    const digest = push(registry, 'base', 'latest', build({ layers: ['b'] }));
    push(registry, 'app', '2', build({ layers: ['b', 'own'], labels: annotated(digest) }));
    const { outcome, cost } = await judge('app:2');
    expect([outcome, cost]).to.deep.equal(['fresh', 4]);
  });

  it('asks for three more documents a level of bases, and for no tags', async () => {
    const ubi = push(registry, 'ubi', '9', multi({ layers: ['u'] }, 'u arm'));
    const onUbi = annotated(ubi, 'ubi:9');
    const python = push(registry, 'python', '3', multi({ layers: ['u', 'p'], annotations: onUbi }, 'p arm'));
    const onPython = annotated(python, 'python:3');
    push(registry, 'app', '2', multi({ layers: ['u', 'p', 'own'], annotations: onPython }, 'own arm'));
    const { outcome, bases, cost, tags } = await judge('app:2');
    expect([outcome, bases.map((one) => one.outcome), cost, tags]).to.deep.equal(['fresh', ['fresh', 'fresh'], 9, 0]);
  });

  it('learns the base of a base from its provenance', async () => {
    const ubi = push(registry, 'ubi', '9', build({ layers: ['u2'] }));
    const materials = { [`pkg:docker/${encodeURIComponent(registry.host)}/ubi@9`]: ubi.slice('sha256:'.length) };
    const python = buildWithProvenance(build({ layers: ['u2', 'p'] }), { version: '1', materials });
    const digest = push(registry, 'python', '3', python);
    push(registry, 'app', '2', build({ layers: ['u2', 'p', 'own'], annotations: annotated(digest, 'python:3') }));
    const { outcome, bases, cost } = await judge('app:2');
    expect([outcome, bases[1]?.how, bases[1]?.of]).to.deep.equal([
      'fresh',
      ['provenance'],
      `${registry.host}/python:3`,
    ]);
    // The image; the base; its attestation and statement; ubi by the digest that it had, and by what its tag names.
    expect(cost).to.equal(2 + 3 + 2 + 3);
  });

  it('finds it fresh where only the other platform of the index moved', async () => {
    const monday = push(registry, 'base', 'latest', multi({ layers: ['b'] }, 'monday'));
    push(registry, 'app', '2', build({ layers: ['b', 'own'], annotations: annotated(monday) }));
    const tuesday = push(registry, 'base', 'latest', multi({ layers: ['b'] }, 'tuesday'));
    expect(tuesday).not.to.equal(monday);
    expect((await judge('app:2')).outcome).to.equal('fresh');
  });

  it('finds it stale by the true digest of an index, in releases and days', async () => {
    push(registry, 'base', '1.0', build({ layers: ['b1'], created: '2024-03-01T00:00:00Z' }));
    const built = push(registry, 'base', '1.1', multi({ layers: ['b2'], created: '2024-04-01T00:00:00Z' }, 'x'));
    const newest = build({ layers: ['b3'], created: '2024-05-02T00:00:00Z' });
    for (const tag of ['1.2', 'latest']) push(registry, 'base', tag, newest);
    push(registry, 'app', '2', build({ layers: ['b2', 'own'], annotations: annotated(built) }));
    const { outcome, bases, conflicts, tags } = await judge('app:2');
    expect([outcome, conflicts, tags]).to.deep.equal(['stale', [], 1]);
    expect(bases[0]?.behind).to.deep.equal({ releases: 1, days: 31 });
    expect(bases[0]?.builtFrom?.reference).to.equal(`${registry.host}/base:1.1`);
  });

  it('answers stale from the digest alone with --no-releases', async () => {
    const built = push(registry, 'base', 'latest', build({ layers: ['b1'], created: '2024-03-01T00:00:00Z' }));
    push(registry, 'base', 'latest', build({ layers: ['b2'], created: '2024-04-01T00:00:00Z' }));
    push(registry, 'app', '2', build({ layers: ['b1', 'own'], annotations: annotated(built) }));
    const { outcome, bases, cost, tags } = await judge('app:2', { releases: false });
    expect([outcome, cost, tags, bases[0]?.behind]).to.deep.equal(['stale', 6, 0, { days: 31 }]);
  });

  it('asks for the base of the image’s own platform, not of the one that was asked for', async () => {
    push(registry, 'base', 'latest', multi({ layers: ['b'] }, 'arm'));
    push(registry, 'app', '2', build({ layers: ['arm', 'own'], platform: 'linux/arm64', labels: annotated('') }));
    const { outcome } = await judge('app:2');
    expect(outcome).to.equal('fresh');
  });

  it('compares with the image of the same content under docker schema 2', async () => {
    const { manifest, ...rest } = build({ layers: ['b'] });
    const docker = {
      ...(JSON.parse(Buffer.from(manifest.bytes).toString()) as object),
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    };
    for (const bytes of rest.blobs.values()) registry.putBlob(bytes);
    registry.putManifest('base', docker, 'latest');
    push(registry, 'app', '2', build({ layers: ['b', 'own'], labels: annotated('') }));
    expect((await judge('app:2')).outcome).to.equal('fresh');
  });

  it('asks for nothing twice, however many claims name it', async () => {
    const digest = push(registry, 'base', 'latest', build({ layers: ['b'] }));
    const app = { layers: ['other'], labels: annotated(''), annotations: annotated(digest) };
    push(registry, 'app', '2', build(app));
    await judge('app:2', { bases: [parseRegistryReference(`${registry.host}/base:latest`)] });
    expect(registry.requestsTo(/GET \/v2\/base\/manifests\/latest/).length).to.equal(1);
    expect(registry.requestsTo(/GET \/v2\/base\/manifests\/sha256/).length).to.equal(0);
    expect(registry.requestsTo(/GET \/v2\/base\/tags/).length).to.equal(1);
  });

  it('judges a base by its tag list alone when its own tag is the newest release', async () => {
    for (const tag of ['9.3', '9.4']) push(registry, 'base', tag, multi({ layers: [tag] }, 'x'));
    const { outcome, cost, tags } = await judge('base:9.4');
    expect([outcome, cost, tags]).to.deep.equal(['fresh', 3, 1]);
  });

  it('reads twenty pages of a tag list that does not end, and calls nothing the newest', async () => {
    push(registry, 'base', '9.4', build({ layers: ['b'] }));
    let page = 0;
    registry.on(/GET \/v2\/base\/tags/, (answer) => {
      if (answer.status !== 200) return answer;
      const tags = Array.from({ length: 1000 }, (_, i) => `word-${page}-${i}`);
      page += 1;
      const link = `</v2/base/tags/list?n=1000&last=${page}>; rel="next"`;
      return {
        ...answer,
        headers: { ...answer.headers, link },
        body: Buffer.from(JSON.stringify({ name: 'base', tags })),
      };
    });
    const { outcome, bases } = await judge('base:9.4');
    expect([outcome, page]).to.deep.equal(['unknown', 20]);
    expect(bases[0]?.reason).to.match(/tag list is longer than the 20000 tags that were read/);
  });

  describe('through registries.conf', () => {
    const conf = (text: string): Promise<RegistriesConf> => parseRegistriesConf(text, 'registries.conf');

    /** The verdict on registry.test/app:2, and what is noted about the bases. */
    async function judgeBy(registries: RegistriesConf) {
      return withClient(registry, {}, async (client) => {
        const source = await openSource(parseReference('registry.test/app:2'), { client, registries });
        const image = await resolveImage(source, { platform });
        const upstream = openUpstream({ client, registries }, platform, image);
        const freshness = await judgeFreshness(image, upstream, nothing);
        return { ...freshness, remarks: image.remarks, notes: upstream.notes() };
      });
    }
    const base = { [baseName]: 'registry.test/base:latest' };

    it('asks for bases and their tags where the name leads, and notes it', async () => {
      push(registry, 'lake/base', '1.0', build({ layers: ['1.0'], created: '2024-01-01T00:00:00Z' }));
      for (const tag of ['1.1', 'latest']) push(registry, 'lake/base', tag, build({ layers: ['1.1'] }));
      push(registry, 'lake/app', '2', build({ layers: ['1.0', 'own'], annotations: base }));
      const registries = await conf(`[[registry]]\nprefix = "registry.test"\nlocation = "${registry.host}/lake"`);
      const { bases, remarks, notes } = await judgeBy(registries);
      expect(bases.map(({ reference, proof }) => [reference, proof])).to.deep.equal([
        ['registry.test/base:latest', 'layers'],
      ]);
      const led = (name: string): string =>
        `registry.test/${name} was read from ${registry.host}/lake/${name}, as registries.conf (prefix registry.test) says`;
      expect([remarks, notes]).to.deep.equal([[led('app')], [led('base')]]);
      expect(registry.requestsTo(/GET \/v2\/lake\/base\/tags/)).to.have.length(1);
    });

    it('leaves the question open where the base is blocked', async () => {
      push(registry, 'app', '2', build({ layers: ['b', 'own'], annotations: base }));
      const registries = await conf(
        `[[registry]]\nprefix = "registry.test/base"\nlocation = "x.test"\nblocked = true\n` +
          `[[registry]]\nprefix = "registry.test"\nlocation = "${registry.host}"`,
      );
      const { outcome, bases } = await judgeBy(registries);
      expect(outcome).to.equal('unknown');
      expect(bases[0]?.reason).to.include('the registry is blocked by registries.conf');
      expect(registry.requestsTo(/base/)).to.have.length(0);
    });
  });

  const refusals: readonly [what: string, pattern: RegExp, status: number, reason: RegExp][] = [
    ['is gone', /GET \/v2\/base\/manifests/, 404, /the base could not be had/],
    ['is forbidden', /GET \/v2\/base\/manifests/, 403, /the base could not be had/],
    ['is on a registry that fails', /GET \/v2\/base\/manifests/, 500, /the base could not be had/],
    ['has lost its config', /GET \/v2\/base\/blobs/, 404, /the base could not be had/],
  ];
  for (const [what, pattern, status, reason] of refusals) {
    it(`is unknown, not an error, where the base ${what}`, async () => {
      push(registry, 'base', 'latest', build({ layers: ['b'], created: '2024-01-01T00:00:00Z' }));
      push(registry, 'app', '2', build({ layers: ['b', 'own'], labels: annotated('') }));
      registry.on(pattern, (answer) =>
        answer.status === 200 ? { ...answer, status, body: Buffer.from('{}') } : answer,
      );
      const { outcome, bases } = await judge('app:2');
      expect(outcome).to.equal('unknown');
      expect(bases[0]?.reason).to.match(reason);
    });
  }

  const lies: readonly [what: string, body: string][] = [
    ['is no JSON', '{"schemaVersion": 2,'],
    ['has other bytes than its digest', '{"schemaVersion":2}'],
  ];
  for (const [what, body] of lies) {
    it(`is unknown where the base’s manifest ${what}`, async () => {
      push(registry, 'base', 'latest', build({ layers: ['b'] }));
      push(registry, 'app', '2', build({ layers: ['b', 'own'], labels: annotated('') }));
      registry.on(/GET \/v2\/base\/manifests/, (answer) =>
        answer.status === 200 ? { ...answer, body: Buffer.from(body) } : answer,
      );
      const { outcome, bases } = await judge('app:2');
      expect(outcome).to.equal('unknown');
      expect(bases[0]?.reason).to.match(/^the base could not be had: /);
    });
  }

  it('is unknown where the certificate of the base’s registry is not trusted', async () => {
    const other = await FakeRegistry.start();
    try {
      push(other, 'base', 'latest', build({ layers: ['b'] }));
      push(registry, 'app', '2', build({ layers: ['b', 'own'] }));
      const { outcome, bases } = await judge('app:2', { base: parseReference(`${other.host}/base:latest`) });
      expect(outcome).to.equal('unknown');
      expect(bases[0]?.reason).to.match(/certificate/);
    } finally {
      await other.close();
    }
  });

  it('sends nothing to another registry on the image’s word', async () => {
    const other = await FakeRegistry.start();
    try {
      push(other, 'base', 'latest', build({ layers: ['b'] }));
      push(registry, 'app', '2', build({ layers: ['b', 'own'], labels: { [baseName]: `${other.host}/base:latest` } }));
      expect((await judge('app:2')).outcome).to.equal('unknown');
      expect(other.requests.length).to.equal(0);
    } finally {
      await other.close();
    }
  });
});
