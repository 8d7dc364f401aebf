import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Report } from '../../src/report/report.js';
import { imgcheck } from '../support/command-line.js';
import { debianTool } from '../support/debian.js';
import { realImages } from '../support/real-images.js';

describe('images outside registries', function () {
  this.timeout(300_000);
  let folder: string;
  const references: string[] = [];

  before(async function () {
    const { images, layout } = await realImages(this);
    const skopeo = await debianTool(this, 'skopeo');
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-transports-'));
    const source = images.find((image) => image.name === 'app:on-1.0')?.source ?? `oci:${layout}:app-on-1.0`;
    const copy = async (to: string): Promise<void> => {
      await skopeo.run(['--insecure-policy', 'copy', '-q', source, to]);
    };
    const at = (name: string): string => join(folder, name);
    await copy(`oci:${at('layout')}:app`);
    await copy(`dir:${at('dir')}`);
    await copy(`oci-archive:${at('oci.tar')}:app`);
    await copy(`docker-archive:${at('docker.tar')}:example.com/app:1`);
    writeFileSync(at('docker.tar.gz'), gzipSync(readFileSync(at('docker.tar'))));
    for (const tool of ['xz', 'zstd'] as const) {
      await (await debianTool(this, tool)).run([tool === 'xz' ? '-k' : '-kq', at('docker.tar')]);
    }
    references.push(
      `oci:${at('layout')}:app`,
      `oci:${at('layout')}`,
      `dir:${at('dir')}`,
      `oci-archive:${at('oci.tar')}:app`,
      `docker-archive:${at('docker.tar')}`,
      `docker-archive:${at('docker.tar')}:example.com/app:1`,
      `docker-archive:${at('docker.tar.gz')}`,
      `docker-archive:${at('docker.tar.xz')}`,
      `docker-archive:${at('docker.tar.zst')}:@0`,
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('shows one image alike from every transport', async () => {
    const seen = new Set<string>();
    for (const reference of references) {
      const { stdout, stderr, code } = await imgcheck([reference, '--format', 'json', '--cache', 'none']);
      expect(stderr, reference).to.equal('');
      // No repository to ask, and a seam in its history: the base is honestly not known.
      expect(code, reference).to.equal(3);
      const report = JSON.parse(stdout) as Report;
      expect(report.image.reference).to.equal(reference);
      seen.add(
        JSON.stringify(
          report.layers.map(({ diffId, setuid, packages, instruction }) => [
            diffId,
            setuid?.map((file) => `${file.mode} ${file.path}`),
            packages?.added.length,
            instruction,
          ]),
        ),
      );
    }
    expect(seen.size).to.equal(1);
  });

  it('ends with 13 for a file that is not there and 2 for a tag that is not in it', async () => {
    expect((await imgcheck([`oci-archive:${join(folder, 'none.tar')}`])).code).to.equal(13);
    expect((await imgcheck([`oci:${join(folder, 'layout')}:other`])).code).to.equal(13);
  });
});
