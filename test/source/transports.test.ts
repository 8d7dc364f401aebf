import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import { formatReference, parseReference } from '../../src/oci/reference.js';
import { RegistryClient } from '../../src/registry/client.js';
import { resolveImage } from '../../src/source/resolve.js';
import { openSource } from '../../src/source/transports.js';
import { buildImage, jsonBytes, layoutFiles, writeOciLayout } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { drain, failureOf } from './failure.js';

const tars = [buildTar([{ path: 'a', body: 'a' }]), buildTar([{ path: 'b', body: 'b' }])];
const image = buildImage({ layers: tars, compression: 'none', docker: true });

describe('source/transports', () => {
  let dir: string;
  const client = new RegistryClient();

  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'imgcheck-'));
    writeOciLayout(join(dir, 'layout'), { v1: image });
    const layout = [...layoutFiles({ v1: image })].map(([path, body]) => ({ path, body }));
    writeFileSync(join(dir, 'oci.tar'), buildTar(layout));
    writeFileSync(join(dir, 'oci.tar.gz'), gzipSync(buildTar(layout)));
    mkdirSync(join(dir, 'dir'));
    writeFileSync(join(dir, 'dir', 'manifest.json'), image.manifest.bytes);
    for (const [digest, bytes] of image.blobs) writeFileSync(join(dir, 'dir', digest.slice(7)), bytes);
    const saved = [{ Config: 'config.json', RepoTags: ['app:1'], Layers: ['0.tar', '1.tar'] }];
    const docker = buildTar([
      { path: 'manifest.json', body: jsonBytes(saved) },
      { path: 'config.json', body: image.config.bytes },
      ...tars.map((body, i) => ({ path: `${i}.tar`, body })),
    ]);
    writeFileSync(join(dir, 'docker.tar'), docker);
    writeFileSync(join(dir, 'docker.tar.gz'), gzipSync(docker));
  });

  after(async () => {
    await client.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const places = ['dir:dir', 'oci:layout', 'oci:layout:v1', 'oci-archive:oci.tar', 'oci-archive:oci.tar.gz:v1'];
  places.push('docker-archive:docker.tar', 'docker-archive:docker.tar.gz:app:1');
  for (const place of places) {
    it(`gives the same config and the same layers by ${place}`, async () => {
      const text = place.replace(/^([a-z-]+):/, `$1:${dir}/`);
      const source = await openSource(parseReference(text), { client });
      const resolved = await resolveImage(source, { platform: { os: 'linux', architecture: 'amd64' } });
      expect(formatReference(resolved.reference)).to.equal(text);
      expect(resolved.manifest.config.digest).to.equal(image.config.descriptor.digest);
      expect(resolved.config.diffIds).to.deep.equal(image.diffIds);
      for (const { descriptor, diffId } of resolved.layers) {
        expect(digestOf(await drain(source.fetch(descriptor)))).to.equal(diffId);
      }
      await source.close();
    });
  }

  it('says what is not there', async () => {
    for (const transport of ['oci', 'oci-archive', 'docker-archive']) {
      await failureOf('missing', () => openSource(parseReference(`${transport}:${dir}/nowhere`), { client }));
    }
    const nowhere = openSource(parseReference(`dir:${dir}/nowhere`), { client });
    await failureOf('missing', async () => (await nowhere).resolve());
  });
});
