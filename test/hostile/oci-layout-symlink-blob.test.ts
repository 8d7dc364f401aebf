import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildImage, writeOciLayout } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineReference, expectOneLine, expectRefused, inFolder, runCommand } from '../support/hostile.js';

describe('an OCI layout whose blobs are links', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const blob = (folder: string): string =>
    join(folder, 'layout/blobs', (image.layers[0]?.descriptor.digest ?? '').replace(':', '/'));
  const withLayout = <T>(work: (folder: string) => Promise<T>): Promise<T> =>
    inFolder((folder) => {
      writeOciLayout(join(folder, 'layout'), { '1.0': image });
      return work(folder);
    });
  const examine = (folder: string) =>
    examineReference({ transport: 'oci', path: join(folder, 'layout'), within: '1.0' });

  it('stops the image where one leads out, though the bytes are right', async () => {
    await withLayout(async (folder) => {
      renameSync(blob(folder), join(folder, 'outside'));
      symlinkSync(join(folder, 'outside'), blob(folder));
      expectRefused(await examine(folder), 'hostile', 'is a link that leads out of its directory');
    });
  });

  it('reads one that leads to another place of the layout', async () => {
    await withLayout(async (folder) => {
      renameSync(blob(folder), join(folder, 'layout/elsewhere'));
      symlinkSync('../../elsewhere', blob(folder));
      expect((await examine(folder)).report.coverage?.layersRead).to.equal(1);
    });
  });

  for (const [title, replace] of [
    ['a link to itself', (path: string) => symlinkSync(path, path)],
    ['a link to a device', (path: string) => symlinkSync('/dev/zero', path)],
    ['a directory', (path: string) => mkdirSync(path)],
    ['a fifo that nobody writes', (path: string) => execFileSync('mkfifo', [path])],
  ] as const) {
    it(`stops the image and does not wait: ${title}`, async () => {
      await withLayout(async (folder) => {
        rmSync(blob(folder));
        replace(blob(folder));
        const judged = await examine(folder);
        expect(judged.error?.kind).to.be.oneOf(['hostile', 'missing', 'unsupported']);
      });
    });
  }

  it('ends the command with one line and exit code 15', async () => {
    await withLayout(async (folder) => {
      writeFileSync(join(folder, 'outside'), '{}');
      rmSync(join(folder, 'layout/index.json'));
      symlinkSync('../outside', join(folder, 'layout/index.json'));
      const run = await runCommand([`oci:${join(folder, 'layout')}:1.0`]);
      expectOneLine(run, 15, /^imgcheck: hostile: .*leads out of its directory/);
    });
  });
});
