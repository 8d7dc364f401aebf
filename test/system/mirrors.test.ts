import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseRegistriesConf, type RegistriesConf } from '../../src/containers/registries-conf.js';
import { parseReference, parseRegistryReference } from '../../src/oci/reference.js';
import { loadCertificates } from '../../src/registry/certs.js';
import type { RegistryClient, RegistryOptions } from '../../src/registry/client.js';
import { loadCredentials } from '../../src/registry/credentials.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { listTags } from '../../src/source/tags.js';
import { openSource } from '../../src/source/transports.js';
import { withClient } from '../registry/rig.js';
import { drain, failureOf, inTemporaryDirectory } from '../source/failure.js';
import { buildImage, buildIndex, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import { FakeRegistry, type FakeRegistryOptions } from '../support/fake-registry.js';

const image = buildImage({ layers: [Buffer.from('layer')], compression: 'none' });
const { digest } = image.manifest.descriptor;
const platform = { os: 'linux', architecture: 'amd64' };

describe('mirrors and other locations of registries.conf', () => {
  const started: FakeRegistry[] = [];
  afterEach(async () => {
    for (const one of started.splice(0)) await one.close();
  });

  async function start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = await FakeRegistry.start(options);
    started.push(registry);
    return registry;
  }

  function put(registry: FakeRegistry, repository: string, built: BuiltImage | BuiltIndex, tag?: string): void {
    for (const bytes of built.blobs.values()) {
      if (/^\{"schemaVersion"/.test(Buffer.from(bytes).toString())) registry.putManifest(repository, bytes);
      else registry.putBlob(bytes);
    }
    registry.putManifest(repository, built.manifest.bytes, tag);
  }

  /** A place that answers no more. */
  async function dead(): Promise<string> {
    const { host } = await start();
    await started.pop()?.close();
    return host;
  }

  const conf = (location: string, mirrors: readonly string[] = [], more = ''): Promise<RegistriesConf> =>
    parseRegistriesConf(
      [
        `[[registry]]\nprefix = "registry.test"\nlocation = "${location}"\n${more}`,
        ...mirrors.map((mirror) => {
          const [place, ...rest] = mirror.split(' ');
          return `[[registry.mirror]]\nlocation = "${place}"\n${rest.join(' ')}`;
        }),
      ].join('\n'),
      'registries.conf',
    );

  async function open(
    registries: RegistriesConf,
    name = 'registry.test/app:1',
    options: RegistryOptions = {},
    work: (image: Image, client: RegistryClient) => Promise<void> = () => Promise.resolve(),
  ): Promise<Image> {
    return withClient(started, options, async (client) => {
      const resolved = await resolveImage(await openSource(parseReference(name), { client, registries }), { platform });
      for (const { descriptor } of resolved.layers) await drain(resolved.source.fetch(descriptor));
      await work(resolved, client);
      return resolved;
    });
  }

  it('are asked in their order, the registry last, and what each did is remarked', async () => {
    const [down, lacking, primary] = [await dead(), await start(), await start()];
    put(lacking, 'm/app', image, '2');
    put(primary, 'all/app', image, '1');
    const { source, remarks, reference } = await open(
      await conf(`${primary.host}/all`, [`${down}/m`, `${lacking.host}/m`]),
    );
    expect(reference).to.include({ registry: 'registry.test', repository: 'app', tag: '1' });
    expect(source.location()).to.deep.equal({
      registry: primary.host,
      repository: 'all/app',
      insecure: false,
      mirror: false,
    });
    expect(remarks).to.deep.equal([
      `the mirror ${down}/m/app was passed over: network: the connection was refused`,
      `the mirror ${lacking.host}/m/app was passed over: missing: the registry does not have the manifest 1: MANIFEST_UNKNOWN: manifest unknown`,
      `registry.test/app was read from ${primary.host}/all/app, as registries.conf (prefix registry.test) says`,
    ]);
  });

  it('give everything once they have answered: the other places are not asked', async () => {
    const [mirror, primary] = [await start({ referrersApi: true }), await start()];
    put(mirror, 'm/app', buildIndex([image]), '1');
    put(mirror, 'm/app', buildImage({ layers: [], labels: { other: 'yes' } }), 'other');
    put(primary, 'app', image, '1');
    await open(await conf(primary.host, [`${mirror.host}/m`]), undefined, {}, async ({ source, descriptor }) => {
      expect(source.location()).to.include({ registry: mirror.host, repository: 'm/app', mirror: true });
      expect(await source.referrers(descriptor)).to.deep.equal([]);
      await source.tagged('other');
      await failureOf('missing', () => source.tagged('nothing'));
      expect(await source.storedSignatures(digest)).to.equal(undefined);
      await source.resolve();
    });
    expect(primary.requests).to.have.length(0);
  });

  it('are asked by digest alone, or by tag alone, where that is said', async () => {
    const [byDigest, byTag, primary] = [await start(), await start(), await start()];
    for (const registry of [byDigest, byTag, primary]) put(registry, 'app', image, '1');
    const registries = await conf(primary.host, [
      `${byDigest.host} pull-from-mirror = "digest-only"`,
      `${byTag.host} pull-from-mirror = "tag-only"`,
    ]);
    const tagged = await open(registries);
    expect([tagged.source.location()?.registry, byDigest.requests.length]).to.deep.equal([byTag.host, 0]);
    const before = byTag.requests.length;
    const pinned = await open(registries, `registry.test/app@${digest}`);
    expect([pinned.source.location()?.registry, byTag.requests.length]).to.deep.equal([byDigest.host, before]);
  });

  it('are passed over loudly when they give other bytes than the digest that was asked for', async () => {
    const [liar, primary] = [await start(), await start()];
    for (const registry of [liar, primary]) put(registry, 'app', image, '1');
    liar.on(/manifests/, (answer) => ({ ...answer, headers: {}, body: Buffer.from('{"schemaVersion":2}') }));
    const { source, remarks } = await open(await conf(primary.host, [liar.host]), `registry.test/app@${digest}`);
    expect(source.location()?.registry).to.equal(primary.host);
    expect(remarks[0]).to.match(
      new RegExp(
        `^the mirror ${liar.host}/app gave other bytes than were asked for and was passed over: digest mismatch`,
      ),
    );
  });

  it('are insecure each for itself', async () => {
    const [stranger, good] = [await start(), await start()];
    for (const registry of [stranger, good]) put(registry, 'app', image, '1');
    const trusted = {
      certificates: async () => ({ authorities: [{ pem: good.authority.cert, from: 'x' }], clients: [] }),
    };
    await open(await conf(good.host, [`${stranger.host} insecure = true`]), undefined, trusted, async (_, client) => {
      expect(client.evidence.hops.map(({ host, verified }) => [host, verified])).to.deep.equal([
        [stranger.host, false],
      ]);
      await Promise.resolve();
    });
    // The mirror does not inherit it from the registry, nor the registry from the mirror.
    const { remarks } = await open(await conf(stranger.host, [stranger.host], 'insecure = true'), undefined, trusted);
    expect(remarks[0]).to.match(
      /^the mirror .* was passed over: tls: the certificate is signed by an unknown authority/,
    );
    const primary = await conf(stranger.host, [`${await dead()} insecure = true`]);
    const error = await failureOf('tls', () => open(primary, undefined, trusted));
    expect(error.hint).to.include('was passed over: network: the connection was refused');
  });

  it('get the credentials and certificates of their own name, never those of the name they stand for', () =>
    inTemporaryDirectory(async (dir) => {
      const mirror = await start({ auth: 'basic', users: { mirror: 'of-the-mirror' } });
      const primary = await start({ auth: 'basic', users: { primary: 'of-the-primary' } });
      for (const registry of [mirror, primary]) put(registry, 'app', image, '1');
      for (const { host, authority } of [mirror, primary]) {
        mkdirSync(join(dir, '.config/containers/certs.d', host), { recursive: true });
        writeFileSync(join(dir, '.config/containers/certs.d', host, 'ca.crt'), authority.cert);
      }
      const authfile = join(dir, 'auth.json');
      const openWith = async (auths: Record<string, string>): Promise<Image> => {
        const entries = Object.entries(auths).map(([name, text]) => [
          name,
          { auth: Buffer.from(text).toString('base64') },
        ]);
        writeFileSync(authfile, JSON.stringify({ auths: Object.fromEntries(entries) as object }));
        const certificates = loadCertificates({ HOME: dir }, { systemDir: join(dir, 'etc') });
        const options = { certificates, credentials: loadCredentials({}, { authfile }) };
        return open(await conf(primary.host, [mirror.host]), undefined, options);
      };
      const own = { 'registry.test': 'logical:of-the-name', [primary.host]: 'primary:of-the-primary' };
      const passed = await openWith(own);
      expect(passed.source.location()?.registry).to.equal(primary.host);
      expect(passed.remarks[0]).to.include('auth: the registry asks for credentials');
      expect(mirror.requests.map(({ headers }) => headers.authorization)).to.deep.equal([undefined]);
      const found = await openWith({ ...own, [mirror.host]: 'mirror:of-the-mirror' });
      expect(found.source.location()?.registry).to.equal(mirror.host);
      const sent = [...mirror.requests, ...primary.requests].map(({ headers }) => headers.authorization ?? '');
      const texts = sent.map((value) => Buffer.from(value.slice(6), 'base64').toString());
      expect(new Set(texts)).to.deep.equal(new Set(['', 'mirror:of-the-mirror', 'primary:of-the-primary']));
    }));

  it('stand for every sub-domain of a wildcard', async () => {
    const lake = await start();
    put(lake, 'all/team/app', image, '1');
    const registries = await parseRegistriesConf(
      `[[registry]]\nprefix = "*.example.test"\nlocation = "${lake.host}/all"`,
      'registries.conf',
    );
    const { remarks } = await open(registries, 'eu.example.test/team/app:1');
    expect(remarks).to.deep.equal([
      `eu.example.test/team/app was read from ${lake.host}/all/team/app, as registries.conf (prefix *.example.test) says`,
    ]);
  });

  it('do not help where the registry is blocked: nobody is asked', async () => {
    const mirror = await start();
    const error = await failureOf('usage', async () => open(await conf('x.test', [mirror.host], 'blocked = true')));
    expect(error.hint).to.include('registry.test');
    expect(mirror.requests).to.have.length(0);
  });

  it('list their tags in the same order', async () => {
    const [down, mirror, primary] = [await dead(), await start(), await start()];
    for (const tag of ['1', '2']) put(mirror, 'app', image, tag);
    put(primary, 'app', image, '3');
    await withClient(started, {}, async (client) => {
      const tags = async (...mirrors: string[]): Promise<readonly string[]> => {
        const registries = await conf(primary.host, mirrors);
        const name = parseRegistryReference('registry.test/app:1');
        return (await listTags(name, { client, registries }, { pages: 2, tags: 10 })).tags;
      };
      expect(await tags(down, mirror.host)).to.deep.equal(['1', '2']);
      expect(await tags(`${mirror.host} pull-from-mirror = "digest-only"`)).to.deep.equal(['3']);
    });
  });
});
