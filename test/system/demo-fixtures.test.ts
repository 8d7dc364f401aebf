import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { databases, demoFiles, packageLists, sumsOf } from '../../fixtures/demo-images.js';
import { serveLayout, type LayoutServer } from '../../scripts/lib/layout-server.mjs';
import { issueCertificate, makeAuthority } from '../support/certificate.js';
import { debianTool, type Tool } from '../support/debian.js';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));

describe('the demo fixtures', function () {
  this.timeout(300_000);
  let work: string;
  let server: LayoutServer;

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'imgcheck-fixtures-'));
    const authority = makeAuthority('imgcheck fixtures authority');
    await writeFile(join(work, 'ca.crt'), authority.cert);
    const certificate = issueCertificate(authority, { names: ['localhost'], ips: ['127.0.0.1'] });
    server = await serveLayout(join(fixtures, 'demo'), { prefix: 'demo', ...certificate });
  });
  after(async () => {
    await server.close();
    await rm(work, { recursive: true });
  });

  /** A copy of the database, in which rpm has made the indexes that a query wants beside the packages. */
  async function openDatabase(test: Mocha.Context, name: string): Promise<{ rpm: Tool; dbpath: string }> {
    const [rpm, rpmdb] = [await debianTool(test, 'rpm'), await debianTool(test, 'rpmdb')];
    const dbpath = await mkdtemp(join(work, 'rpm-'));
    await writeFile(join(dbpath, 'rpmdb.sqlite'), databases[name] ?? '');
    await rpmdb.run(['--initdb', '--dbpath', dbpath]);
    return { rpm, dbpath };
  }

  it('are what their sources make, byte for byte, and nothing else', () => {
    const committed = new Map(filesUnder(join(fixtures, 'demo')).map((path) => [path, read('demo', path)]));
    const made = demoFiles();
    expect([...committed.keys()].sort()).to.deep.equal([...made.keys()].sort());
    for (const [path, bytes] of made) expect(committed.get(path)?.equals(bytes), path).to.equal(true);
    expect(read('SHA256SUMS').toString()).to.equal(sumsOf(committed));
  });

  it('are small enough to be committed', () => {
    const sizes = filesUnder(fixtures).map((path) => statSync(join(fixtures, path)).size);
    expect(sizes.reduce((total, size) => total + size, 0)).to.be.below(300 * 1024);
  });

  for (const [name, list] of Object.entries(packageLists)) {
    it(`hold a database of ${name} in which rpm finds the packages that were meant`, async function () {
      const { rpm, dbpath } = await openDatabase(this, name);
      const format = '%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}\\t%{RELEASE}\\t%{ARCH}\\n';
      const { stdout, stderr } = await rpm.run(['-qa', '--dbpath', dbpath, '--qf', format]);
      expect(stdout.trim().split('\n').sort()).to.deep.equal(list);
      expect(stderr).to.equal('');
    });
  }

  it('hold headers in which rpm finds files with their modes and owners', async function () {
    const { rpm, dbpath } = await openDatabase(this, 'base:1.0');
    const format = '[%{FILEMODES:perms} %{FILEUSERNAME} %{FILENAMES} %{FILEDIGESTS}\\n]';
    const { stdout } = await rpm.run(['-qa', '--dbpath', dbpath, '--qf', format]);
    expect(stdout).to.match(/^-rwsr-xr-x root \/usr\/bin\/su [0-9a-f]{64}$/m);
    expect(stdout).to.match(/^-rwxr-sr-x root \/usr\/bin\/write [0-9a-f]{64}$/m);
    const owner = await rpm.run(['-qf', '/usr/bin/su', '--dbpath', dbpath]);
    expect(owner.stdout).to.equal('util-linux-2.37.4-11.x86_64\n');
  });

  it('are served so that skopeo copies every image whole over verified TLS', async function () {
    const skopeo = await debianTool(this, 'skopeo');
    for (const name of ['base:1.0', 'base:1.1', 'base:latest', 'app:2.0']) {
      const copy = join(work, name.replace(':', '-'));
      const from = `docker://${server.host}/demo/${name}`;
      await skopeo.run(['--insecure-policy', 'copy', '-q', '--src-cert-dir', work, from, `dir:${copy}`]);
      const blobs = readdirSync(copy).filter((file) => /^[0-9a-f]{64}$/.test(file));
      expect(blobs).to.have.length(name === 'app:2.0' ? 4 : 2);
      for (const blob of blobs) {
        expect(readFileSync(join(copy, blob)).equals(read('demo', 'blobs', 'sha256', blob))).to.equal(true);
      }
    }
    const tags = await skopeo.run(['list-tags', '--cert-dir', work, `docker://${server.host}/demo/base`]);
    expect(JSON.parse(tags.stdout)).to.have.property('Tags').that.deep.equals(['1.0', '1.1', 'latest']);
  });

  it('are served in part where a range is asked for', async () => {
    const path = filesUnder(join(fixtures, 'demo', 'blobs'))[0] ?? '';
    const url = `https://${server.host}/v2/demo/base/blobs/${path.replace('/', ':')}`;
    const options = { ca: readFileSync(join(work, 'ca.crt')), headers: { range: 'bytes=10-19' }, agent: false };
    const [response] = (await once(get(url, options), 'response')) as [IncomingMessage];
    const parts: Uint8Array[] = [];
    for await (const part of response) parts.push(part as Uint8Array);
    const whole = read('demo', 'blobs', path);
    expect(response.statusCode).to.equal(206);
    expect(response.headers['content-range']).to.equal(`bytes 10-19/${whole.length}`);
    expect(Buffer.concat(parts).equals(whole.subarray(10, 20))).to.equal(true);
  });

  it('share the layer of the older base between it and the app', () => {
    const index = JSON.parse(read('demo', 'index.json').toString()) as {
      manifests: { digest: string; annotations: Record<string, string> }[];
    };
    const layersOf = (name: string): string[] => {
      const entry = index.manifests.find(({ annotations }) => Object.values(annotations).includes(name));
      const manifest = read('demo', 'blobs', entry?.digest.replace(':', '/') ?? '').toString();
      return (JSON.parse(manifest) as { layers: { digest: string }[] }).layers.map(({ digest }) => digest);
    };
    const app = layersOf('app:2.0');
    expect(app).to.have.length(3);
    expect(app.slice(0, 1)).to.deep.equal(layersOf('base:1.0'));
    expect(app).not.to.include.members(layersOf('base:latest'));
  });
});

function read(...path: string[]): Buffer {
  return readFileSync(join(fixtures, ...path));
}

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .replaceAll('\\', '/'),
    );
}
