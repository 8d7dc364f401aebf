import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { imgcheck, type Ran } from '../support/command-line.js';
import { realImages, type RealImages } from '../support/real-images.js';
import { RealRegistry } from '../support/real-registry.js';
import { debianTool } from '../support/debian.js';

/** The name that the Container Security Guide teaches. */
const name = 'registry.redhat.com/rhel7';

describe(`imgcheck ${name}, with a registries.conf that says where that is`, function () {
  this.timeout(300_000);
  let registry: RealRegistry;
  let images: RealImages;
  let dir: string;

  before(async function () {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-redhat-'));
    images = await realImages(this);
    registry = await RealRegistry.start(this);
    const skopeo = await debianTool(this, 'skopeo');
    const base = images.images.find((image) => image.name === 'base:latest');
    const to = ['--dest-cert-dir', registry.certDir, `docker://${registry.host}/mirrored/rhel7:latest`];
    await skopeo.run(['--insecure-policy', 'copy', '-q', ...(base?.options ?? []), base?.source ?? '', ...to]);
  });
  after(async () => {
    await registry.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  function conf(text: string): string {
    const path = join(dir, 'registries.conf');
    writeFileSync(path, text);
    return path;
  }
  const leadingTo = (location: string, more = ''): string =>
    conf(`[[registry]]\nprefix = "registry.redhat.com"\nlocation = "${location}"\n${more}`);

  const run = (file: string, ...args: string[]): Promise<Ran> =>
    imgcheck([name, '--registries-conf', file, '--platform', 'linux/amd64', '--cache', 'none', ...args]);
  const trusted = (): string[] => ['--cert-dir', registry.certDir];

  /** Where nothing listens. */
  async function deadPort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    return port;
  }

  it('gives the whole report under that name, and says where it was read from', async () => {
    const { code, stdout, stderr } = await run(leadingTo(`${registry.host}/mirrored`), ...trusted());
    expect(stderr).to.equal('');
    expect(code).to.equal(0);
    expect(stdout).to.include(`${name}:latest`).and.include('every required check passed');
    expect(stdout.replace(/\s+/g, ' ')).to.include(
      `${name} was read from ${registry.host}/mirrored/rhel7, as registries.conf (prefix registry.redhat.com) says`,
    );
  });

  it('passes over a mirror that is down, and says so', async () => {
    const port = await deadPort();
    const mirror = `[[registry.mirror]]\nlocation = "localhost:${port}/rh"`;
    const { code, stdout } = await run(
      leadingTo(`${registry.host}/mirrored`, mirror),
      ...trusted(),
      '--format',
      'json',
    );
    expect(code).to.equal(0);
    const { remarks, image, tls } = JSON.parse(stdout) as Report;
    expect(image.reference).to.equal(`${name}:latest`);
    expect(remarks.slice(0, 2)).to.deep.equal([
      `the mirror localhost:${port}/rh/rhel7 was passed over: network: the connection was refused`,
      `${name} was read from ${registry.host}/mirrored/rhel7, as registries.conf (prefix registry.redhat.com) says`,
    ]);
    expect(tls.map(({ host, verified }) => [host, verified])).to.deep.equal([[registry.host, true]]);
  });

  it('says insecure of a place that is called so, and fails the tls check for it', async () => {
    const { code, stdout } = await run(leadingTo(`${registry.host}/mirrored`, 'insecure = true'), '--format', 'json');
    const { findings, tls } = JSON.parse(stdout) as Report;
    expect(code).to.equal(1);
    expect(tls.map(({ host, verified, insecure }) => [host, verified, insecure])).to.deep.equal([
      [registry.host, false, 'registries.conf'],
    ]);
    expect(
      findings
        .filter(({ outcome, required }) => required && outcome === 'fail')
        .map(({ check, message }) => [check, message]),
    ).to.deep.equal([
      ['tls', `the certificate of ${registry.host} was not verified, as insecure in registries.conf allows`],
    ]);
  });

  it('ends with 10 where that place is down, naming the registries that Red Hat has today', async () => {
    const port = await deadPort();
    const { code, stdout, stderr } = await run(leadingTo(`localhost:${port}/rh`));
    expect([code, stdout]).to.deep.equal([10, '']);
    expect(stderr).to.match(/^imgcheck: network: registry.redhat.com\/rhel7:latest: localhost:\d+: /);
    expect(stderr).to.include(
      "registry.redhat.com is in none of Red Hat's current lists: use registry.access.redhat.com (anonymous) or registry.redhat.io (with a login)",
    );
    expect(stderr).to.include(`registries.conf (prefix registry.redhat.com) leads to localhost:${port}/rh/rhel7`);
  });

  it('ends with 2 where that place is blocked, asking nobody', async () => {
    const { code, stdout, stderr } = await run(leadingTo(`${registry.host}/mirrored`, 'blocked = true'));
    expect([code, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.match(/^imgcheck: usage: registry.redhat.com\/rhel7:latest: the registry is blocked/);
    expect(stderr).to.include('prefix registry.redhat.com');
  });

  it('ends with 2 for a registries.conf that cannot be understood', async () => {
    const { code, stderr } = await run(conf('[[registry]\n'));
    expect(code).to.equal(2);
    expect(stderr).to.match(/^imgcheck: usage: .*registries.conf: line 1/);
  });
});
