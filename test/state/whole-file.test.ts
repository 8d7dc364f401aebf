import { mkdtemp, readdir, readFile, rm, stat, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { WholeFile, writeWhole } from '../../src/state/whole-file.js';

describe('a whole file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imgcheck-whole-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is not there before it is finished, and then has all of it', async () => {
    const path = join(folder, 'report.json');
    await writeFile(path, 'before');
    const file = await WholeFile.create(path);
    await file.write(Buffer.from('one '));
    await file.write(Buffer.from('two'));
    expect(await readFile(path, 'utf8')).to.equal('before');
    await file.finish();
    expect(await readFile(path, 'utf8')).to.equal('one two');
    expect(await readdir(folder)).to.deep.equal(['report.json']);
  });

  it('leaves nothing behind when it is abandoned, and nothing undone when it was finished', async () => {
    const path = join(folder, 'facts');
    const file = await WholeFile.create(path);
    await file.write(Buffer.from('half'));
    await file.abandon();
    expect(await readdir(folder)).to.deep.equal([]);
    const other = await WholeFile.create(path);
    await other.finish();
    await other.abandon();
    expect(await readdir(folder)).to.deep.equal(['facts']);
  });

  it('makes its folder, and lets nobody else read either, where it is ours alone', async () => {
    const path = join(folder, 'a', 'b', 'kept');
    await writeWhole(path, 'x', { own: true });
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect((await stat(join(folder, 'a', 'b'))).mode & 0o777).to.equal(0o700);
  });

  it('fails, and leaves nothing behind, where it cannot be moved into place', async () => {
    const path = join(folder, 'taken');
    await mkdir(join(path, 'by a folder'), { recursive: true });
    const failed = await writeWhole(path, 'x').then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
    expect(failed).to.be.oneOf(['EISDIR', 'ENOTEMPTY', 'EEXIST']);
    expect(await readdir(folder)).to.deep.equal(['taken']);
  });

  it('is one of those that were written at the same time, never a mixture', async () => {
    const path = join(folder, 'shared');
    const contents = Array.from({ length: 20 }, (_, i) => String(i % 10).repeat(100_000));
    await Promise.all(contents.map((content) => writeWhole(path, content)));
    expect(contents).to.include(await readFile(path, 'utf8'));
    expect(await readdir(folder)).to.deep.equal(['shared']);
  });
});
