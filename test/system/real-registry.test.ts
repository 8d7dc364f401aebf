import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { ImgcheckError } from '../../src/core/error.js';
import { formatPlatform, parsePlatform } from '../../src/oci/platform.js';
import { parseRegistryReference } from '../../src/oci/reference.js';
import { loadCertificates } from '../../src/registry/certs.js';
import { RegistryClient, type RegistryOptions } from '../../src/registry/client.js';
import { loadCredentials } from '../../src/registry/credentials.js';
import type { Image } from '../../src/source/image.js';
import { resolveImage } from '../../src/source/resolve.js';
import { openSource } from '../../src/source/transports.js';
import { issueCertificate, makeAuthority } from '../support/certificate.js';
import { debianTool, type Tool } from '../support/debian.js';
import { pushImages, realImages, sharedRegistry, type RealImages } from '../support/real-images.js';
import { RealRegistry } from '../support/real-registry.js';

describe('a real registry with real images', function () {
  this.timeout(300_000);
  let registry: RealRegistry;
  let images: RealImages;
  let digests: ReadonlyMap<string, string>;
  let skopeo: Tool;
  const clients: RegistryClient[] = [];

  before(async function () {
    skopeo = await debianTool(this, 'skopeo');
    images = await realImages(this);
    ({ registry, digests } = await sharedRegistry(this));
  });
  afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

  function open(options: RegistryOptions = {}, at = registry): RegistryClient {
    const client = new RegistryClient({ certificates: loadCertificates({}, { certDir: at.certDir }), ...options });
    clients.push(client);
    return client;
  }

  async function resolve(name: string, platform = 'linux/amd64', client = open()): Promise<Image> {
    const source = await openSource(parseRegistryReference(`${registry.host}/public/${name}`), { client });
    return resolveImage(source, { platform: parsePlatform(platform) });
  }

  it('gives every manifest with the digest that skopeo hashes', async () => {
    const client = open();
    expect([...digests.keys()]).to.have.length(13);
    for (const [name, digest] of digests) {
      const [repository, tag] = name.split(':');
      const manifest = await client.manifest(registry.host, `public/${repository}`, tag ?? '');
      expect(manifest.digest, name).to.equal(digest);
      const head = await client.headManifest(registry.host, `public/${repository}`, tag ?? '');
      expect(head, name).to.deep.equal({ digest, mediaType: manifest.mediaType, size: manifest.bytes.byteLength });
      const again = await client.manifest(registry.host, `public/${repository}`, digest);
      expect(again, name).to.deep.equal(manifest);
    }
  });

  it('gives every config and layer of every image whole and verified', async () => {
    for (const { name } of images.images) {
      const image = await resolve(name);
      const reference = `docker://${registry.host}/public/${name}`;
      const choice = ['--override-os', 'linux', '--override-arch', 'amd64'];
      const inspect = ['inspect', '--config', '--raw', '--cert-dir', registry.certDir, reference];
      const { stdout } = await skopeo.run([...choice, ...inspect]);
      const config = JSON.parse(stdout) as { rootfs: { diff_ids: string[] }; history: { created_by: string }[] };
      expect(image.layers.map(({ diffId }) => diffId)).to.deep.equal(config.rootfs.diff_ids);
      expect(image.config.history.map(({ createdBy }) => createdBy)).to.deep.equal(
        config.history.map((line) => line.created_by),
      );
      expect(image.remarks, name).to.deep.equal([]);
      for (const { descriptor } of image.layers) {
        let size = 0;
        for await (const chunk of image.source.fetch(descriptor)) size += chunk.byteLength;
        expect(size).to.equal(descriptor.size);
      }
    }
  });

  it('selects the platform that was asked for out of an index', async () => {
    const chosen = new Set<string>();
    for (const platform of ['linux/amd64', 'linux/arm64', 'linux/s390x']) {
      const image = await resolve('multi:1.0', platform);
      expect(image.resolved.digest).to.equal(digests.get('multi:1.0'));
      expect(formatPlatform(image.platform)).to.match(new RegExp(`^${platform}`));
      chosen.add(image.descriptor.digest);
    }
    expect(chosen).to.have.property('size', 3);
    expect(chosen).to.include(digests.get('base:1.0'));
    const error = await failure(resolve('multi:1.0', 'linux/ppc64le'));
    expect(error.kind).to.equal('missing');
  });

  it('lists the tags that skopeo lists', async () => {
    const { stdout } = await skopeo.run([
      'list-tags',
      '--cert-dir',
      registry.certDir,
      `docker://${registry.host}/public/app`,
    ]);
    const { tags, complete } = await open().tags(registry.host, 'public/app');
    expect([...tags].sort()).to.deep.equal((JSON.parse(stdout) as { Tags: string[] }).Tags.sort());
    expect(complete).to.equal(true);
  });

  it('has no referrers, which this registry has no notion of', async () => {
    const { descriptor, source } = await resolve('base:1.0');
    expect(await source.referrers(descriptor)).to.deep.equal([]);
  });

  it('says missing for a tag and a repository that are not there', async () => {
    expect((await failure(resolve('base:9.9'))).kind).to.equal('missing');
    expect((await failure(resolve('nothing:1.0'))).kind).to.equal('missing');
  });

  it('is believed only under the authority that vouches for it', async () => {
    const stranger = makeAuthority('a stranger');
    const certDir = join(registry.store, '..', 'stranger');
    mkdirSync(certDir);
    writeFileSync(join(certDir, 'ca.crt'), stranger.cert);
    const foreign = open({ certificates: loadCertificates({}, { certDir }) });
    expect((await failure(resolve('base:1.0', 'linux/amd64', foreign))).kind).to.equal('tls');
    const client = open();
    await resolve('base:1.0', 'linux/amd64', client);
    expect(client.evidence.hops).to.have.length(1);
    expect(client.evidence.hops[0]).to.include({ host: registry.host, role: 'registry', verified: true });
  });

  for (const [what, certificate] of Object.entries({
    expired: { names: ['localhost'], notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') },
    'wrong in its name': { names: ['registry.invalid'] },
  })) {
    it(`refuses a certificate that is ${what}, as skopeo does`, async function () {
      const authority = makeAuthority('imgcheck test authority');
      const other = await RealRegistry.start(this, {
        authority,
        certificate: issueCertificate(authority, certificate),
      });
      try {
        const client = open({}, other);
        expect((await failure(client.manifest(other.host, 'public/base', '1.0'))).kind).to.equal('tls');
        const list = ['list-tags', '--cert-dir', other.certDir, `docker://${other.host}/public/base`];
        expect(await skopeo.run(list).catch(String)).to.match(/x509: certificate/);
      } finally {
        await other.stop();
      }
    });
  }

  it('lets in who has the password of htpasswd, and nobody else', async function () {
    const password = 'correct-horse-battery';
    const guarded = await RealRegistry.start(this, { authority: registry.authority, users: { reader: password } });
    try {
      const to = `docker://${guarded.host}/private/base:1.0`;
      const login = ['--dest-creds', `reader:${password}`, '--dest-cert-dir', guarded.certDir];
      await skopeo.run(['--insecure-policy', 'copy', '-q', ...login, `oci:${images.layout}:base-1.0`, to]);
      const withPassword = (text: string): RegistryClient => {
        const authfile = join(guarded.store, '..', 'auth.json');
        const auth = Buffer.from(`reader:${text}`).toString('base64');
        writeFileSync(authfile, JSON.stringify({ auths: { [guarded.host]: { auth } } }));
        return open({ credentials: loadCredentials({}, { authfile }) }, guarded);
      };
      const { digest } = await withPassword(password).manifest(guarded.host, 'private/base', '1.0');
      expect(digest).to.equal(digests.get('base:1.0'));
      const wrong = await failure(withPassword(`${password}-not`).manifest(guarded.host, 'private/base', '1.0'));
      expect(wrong.kind).to.equal('auth');
      expect(`${wrong.message} ${wrong.hint} ${wrong.subject}`).not.to.include(password);
      expect((await failure(open({}, guarded).manifest(guarded.host, 'private/base', '1.0'))).kind).to.equal('auth');
    } finally {
      await guarded.stop();
    }
  });

  it('lets in who shows a client certificate, and nobody else', async function () {
    const clientAuthority = makeAuthority('imgcheck clients');
    const guarded = await RealRegistry.start(this, { authority: registry.authority, clientAuthority });
    try {
      expect((await failure(open({}, guarded).tags(guarded.host, 'public/base'))).kind).to.equal('tls');
      const { cert, key } = issueCertificate(clientAuthority, { commonName: 'a reader', client: true });
      writeFileSync(join(guarded.certDir, 'client.cert'), cert);
      writeFileSync(join(guarded.certDir, 'client.key'), key);
      expect((await failure(open({}, guarded).tags(guarded.host, 'public/base'))).kind).to.equal('missing');
    } finally {
      await guarded.stop();
    }
  });

  it('is not believed when its store was tampered with', async function () {
    const tampered = await RealRegistry.start(this, { authority: registry.authority });
    try {
      await pushImages(
        this,
        { ...images, images: images.images.filter(({ name }) => name.startsWith('base')) },
        tampered,
      );
      const client = open({}, tampered);
      const name = parseRegistryReference(`${tampered.host}/public/base:1.0`);
      const source = await openSource(name, { client });
      const image = await resolveImage(source, { platform: parsePlatform('linux/amd64') });
      const layer = image.layers[0]?.descriptor ?? image.descriptor;
      const read = async (): Promise<void> => {
        for await (const _ of source.fetch(layer));
      };
      flipLastByte(blobFile(tampered, layer.digest));
      expect((await failure(read())).kind).to.equal('integrity');
      truncateSync(blobFile(tampered, layer.digest), layer.size - 100);
      expect((await failure(read())).kind).to.equal('integrity');
      appendFileSync(blobFile(tampered, image.descriptor.digest), '\n');
      expect((await failure(source.resolve())).kind).to.equal('integrity');
    } finally {
      await tampered.stop();
    }
  });
});

function blobFile(registry: RealRegistry, digest: string): string {
  const hex = digest.slice('sha256:'.length);
  return join(registry.store, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

function flipLastByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

async function failure(work: Promise<unknown>): Promise<ImgcheckError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof ImgcheckError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}
