import { expect } from 'chai';
import { examine, type Questions } from '../../src/examination/examine.js';
import type { Examination } from '../../src/examination/examination.js';
import type { FreshnessOptions } from '../../src/freshness/judge.js';
import { parseReference, parseRegistryReference } from '../../src/oci/reference.js';
import { withClient } from '../registry/rig.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';
import { writeOciLayout, type BuiltImage } from '../support/build-image.js';
import type { TarInput } from '../support/build-tar.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { buildFrom, database, platform, readerOf } from './rig.js';

const now = new Date('2024-06-01T00:00:00Z');
const setuid = (path: string): TarInput => ({ path, mode: 0o4755, body: path });

const base1 = [database('bash 1-1', 'glibc 1-1'), setuid('usr/bin/su')];
const base2 = [database('bash 1-2', 'glibc 1-1'), setuid('usr/bin/su')];
const own = [database('bash 1-1', 'glibc 1-1', 'own 1-1'), setuid('usr/bin/own')];

describe('examine', () => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    registry = await FakeRegistry.start();
  });
  afterEach(() => registry.close());

  function push(name: string, built: BuiltImage): void {
    const [repository = '', tag = ''] = name.split(':');
    for (const { bytes } of [built.config, ...built.layers]) registry.putBlob(bytes);
    registry.putManifest(repository, built.manifest.bytes, tag);
  }

  const dated = (created: string) => ({ config: { created } });

  /** base:1.0, base:1.1 = latest, and app:1 on the former. */
  function pushAll(): void {
    push('base:1.0', buildFrom([base1], dated('2024-05-01T00:00:00Z')));
    for (const tag of ['1.1', 'latest']) push(`base:${tag}`, buildFrom([base2], dated('2024-05-11T00:00:00Z')));
    push('app:1', buildFrom([base1, own]));
  }

  async function run(name: string, questions: Partial<Questions> = {}, base?: string): Promise<Examination> {
    const option: FreshnessOptions['base'] =
      base === undefined ? undefined : base === 'scratch' ? base : parseReference(`${registry.host}/${base}`);
    const freshness = { base: option, bases: [], releases: true };
    return withClient(registry, {}, (client) =>
      examine(
        parseReference(name.includes('/') ? name : `${registry.host}/${name}`),
        { layers: true, freshness, ...questions },
        { client, reader: readerOf(), platform, now },
      ),
    );
  }

  it('tells the whole story of an image on an older base', async () => {
    pushAll();
    const { image, content, freshness, base, comparison, coverage, tls } = await run('app:1', {}, 'base:latest');
    expect(image.layers.length).to.equal(2);
    expect([freshness?.outcome, base?.behind, base?.layers]).to.deep.equal(['stale', { releases: 1, days: 10 }, 1]);
    expect(content?.special.map((one) => `${one.file.path} ${one.origin}`)).to.deep.equal([
      'usr/bin/su base',
      'usr/bin/own own',
    ]);
    expect(comparison?.differences?.behind.map((one) => one.name)).to.deep.equal(['bash']);
    expect(comparison?.reference).to.equal(`${registry.host}/base:latest`);
    expect(tls.map((one) => [one.role, one.verified])).to.deep.equal([['registry', true]]);
    expect(coverage).to.deep.include({ layersRead: 2, layersCached: 0, layersTotal: 2, skipped: [] });
  });

  it('reads every layer once: the image’s, and the base’s that differ', async () => {
    pushAll();
    const { coverage } = await run('app:1', {}, 'base:latest');
    const blobs = registry.requestsTo(/GET \/v2\/.*\/blobs\//).map((one) => one.url.split('/').at(-1));
    const layers = [base1, own, base2].flatMap((layer) => buildFrom([layer]).layers.map((one) => one.descriptor));
    for (const { digest } of layers) expect(blobs.filter((one) => one === digest).length).to.equal(1);
    expect(coverage.bytesFetched).to.equal(layers.reduce((sum, { size }) => sum + size, 0));
    expect(coverage.requests).to.include({ blobs: blobs.length, tags: 1 });
  });

  it('reads no layer when none is asked for, nor a base', async () => {
    pushAll();
    const { content, comparison, coverage } = await run('app:1', { layers: false }, 'base:latest');
    expect([content, comparison, coverage.layersRead, coverage.bytesFetched]).to.deep.equal([
      undefined,
      undefined,
      0,
      0,
    ]);
    const alone = await run('app:1', { freshness: undefined });
    expect([alone.freshness, alone.base]).to.deep.equal([undefined, undefined]);
    expect(alone.content?.special.map((one) => one.origin)).to.deep.equal(['unknown', 'unknown']);
  });

  it('judges a flattened image by its packages, both ways', async () => {
    pushAll();
    push('flat:old', buildFrom([own]));
    push('flat:new', buildFrom([[database('bash 1-2', 'glibc 1-1', 'own 1-1')]]));
    const old = await run('flat:old', {}, 'base:latest');
    expect([old.freshness?.outcome, old.base?.outcome, old.base?.proof]).to.deep.equal(['stale', 'stale', 'none']);
    expect(old.content?.special.map((one) => one.origin)).to.deep.equal(['unknown']);
    const fresh = await run('flat:new', {}, 'base:latest');
    expect([fresh.freshness?.outcome, fresh.base?.reason]).to.deep.equal([
      'fresh',
      'it shares no layer with the base; none of its packages is older than the base’s',
    ]);
  });

  it('compares an older release of a base with the newest', async () => {
    pushAll();
    const { freshness, base, comparison, content } = await run('base:1.0');
    expect([freshness?.outcome, base?.proof]).to.deep.equal(['stale', 'self']);
    expect(comparison?.reference).to.equal(`${registry.host}/base:1.1`);
    expect(comparison?.differences?.behind.length).to.equal(1);
    expect(content?.special[0]?.origin).to.equal('own');
  });

  it('finds a listed base by the build info in the layers, and compares packages with it', async () => {
    const info = { path: 'root/buildinfo/Dockerfile-base-1.0-1', body: 'FROM scratch' };
    const old = [...base1, info];
    for (const tag of ['1.0-1', '1.0'])
      push(`base:${tag}`, buildFrom([tag === '1.0' ? base2 : old], dated('2024-05-01T00:00:00Z')));
    registry.on(/tags\/list/, (answer) => ({ ...answer, body: Buffer.from('{"name":"base","tags":["1.0"]}') }));
    push('app:1', buildFrom([old, own]));
    const bases = [parseRegistryReference(`${registry.host}/base:1.0`)];
    const { freshness, base, comparison } = await run('app:1', {
      freshness: { base: undefined, bases, releases: true },
    });
    expect([freshness?.outcome, base?.how, base?.layers]).to.deep.equal(['stale', ['build-info', 'policy'], 1]);
    expect(freshness?.buildInfo?.map((step) => `${step.name} ${step.layer}`)).to.deep.equal(['base 0']);
    expect(comparison?.differences?.behind.map((one) => one.name)).to.deep.equal(['bash']);
  });

  it('does not believe dates that are yet to come', async () => {
    push('base:1.0', buildFrom([base1], dated('2024-05-01T00:00:00Z')));
    push('base:latest', buildFrom([base2], dated('2024-06-03T00:00:00Z')));
    push('app:1', buildFrom([base1, own]));
    const { base } = await run('app:1', { layers: false }, 'base:latest');
    expect([base?.outcome, base?.behind, base?.current?.createdTrust]).to.deep.equal(['stale', {}, 'future']);
  });

  it('never compares an image with itself', async () => {
    push('base:1.1', buildFrom([base2]));
    expect((await run('base:1.1')).comparison).to.equal(undefined);
    const zeroed = { history: [], ...dated('1970-01-01T00:00:00Z') };
    push('two:1.1', buildFrom([base2, own], zeroed));
    const { freshness, comparison } = await run('two:1.1');
    expect([freshness?.outcome, comparison]).to.deep.equal(['unknown', undefined]);
  });

  it('leaves the base open where its layers cannot be had, and still answers by layers', async () => {
    pushAll();
    const [layer] = buildFrom([base2]).layers;
    registry.on(new RegExp(`GET .*${layer?.descriptor.digest ?? ''}`), (answer) => ({ ...answer, status: 404 }));
    const { freshness, comparison } = await run('app:1', {}, 'base:latest');
    expect(freshness?.outcome).to.equal('stale');
    expect(comparison?.differences).to.equal(undefined);
    expect(comparison?.problem).to.match(/^the layers of .*base:latest could not be read/);
  });

  it('throws what goes wrong with the image itself', async () => {
    pushAll();
    await failureOf('missing', () => run('app:none'));
    const [, layer] = buildFrom([base1, own]).layers;
    registry.on(new RegExp(`GET .*${layer?.descriptor.digest ?? ''}`), (answer) => ({
      ...answer,
      body: Buffer.alloc(answer.body.length),
    }));
    await failureOf('integrity', () => run('app:1', {}, 'base:latest'));
  });

  it('says which world-writable entries were left out', async () => {
    const many = Array.from({ length: 20_001 }, (_, i) => ({ path: `w/${i}`, mode: 0o666, body: '' }));
    push('app:w', buildFrom([many]));
    expect((await run('app:w')).coverage.skipped).to.deep.equal(['1 world-writable entries were counted, not listed']);
  });

  it('examines an image in a folder against a base in the registry', async () => {
    pushAll();
    await inTemporaryDirectory(async (folder) => {
      writeOciLayout(folder, { app: buildFrom([base1, own]) });
      const local = await run(`oci:${folder}:app`, {}, 'base:latest');
      expect([local.freshness?.outcome, local.base?.proof]).to.deep.equal(['stale', 'layers']);
      const nameless = await run(`oci:${folder}:app`, {}, 'scratch');
      expect(nameless.freshness?.outcome).to.equal('unknown');
    });
  });
});
