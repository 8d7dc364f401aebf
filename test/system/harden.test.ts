import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { HardenReport } from '../../src/report/harden-report.js';
import { imagesByName } from '../advise/rig.js';
import { buildFrom } from '../examination/rig.js';
import { writeOciLayout } from '../support/build-image.js';
import { imgcheck, type Ran } from '../support/command-line.js';

describe('imgcheck harden', function () {
  this.timeout(120_000);
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'imgcheck-harden-'));
    const debian = [[{ path: 'var/lib/dpkg/status', body: '' }]];
    writeOciLayout(folder, {
      nginx: buildFrom(imagesByName.nginx.layers, { config: { config: imagesByName.nginx.run } }),
      debian: buildFrom(debian, { config: { config: { Cmd: ['bash'] } } }),
      windows: buildFrom([[]], { platform: 'windows/amd64' }),
    });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (tag: string, ...args: string[]): Promise<Ran> =>
    imgcheck(['harden', `oci:${folder}:${tag}`, '--cache', 'none', '--platform', 'linux/amd64', ...args]);

  it('writes one line for podman that names the layout, and ends with 0', async () => {
    const { code, stdout, stderr } = await run('nginx', '--format', 'podman');
    expect(stderr).to.equal('');
    expect(stdout).to.match(/^podman run \\\n {2}--cap-drop ALL \\\n/);
    expect(stdout.trimEnd().split('\n').at(-1)).to.equal(`  oci:${folder}:nginx`);
    expect(code).to.equal(0);
  });

  it('says by 3 that packages were not read', async () => {
    const { code, stdout } = await run('debian', '--format', 'json');
    expect((JSON.parse(stdout) as HardenReport).complete).to.equal(false);
    expect(code).to.equal(3);
  });

  it('gives no advice for an image of another system', async () => {
    const { code, stdout, stderr } = await run('windows', '--platform', 'windows/amd64');
    expect(stdout).to.equal('');
    expect(stderr).to.match(/^imgcheck: unsupported: oci:.*: expected an image for linux, got windows\n$/);
    expect(code).to.equal(16);
  });
});
