import { expect } from 'chai';
import { temporaryFolders } from '../../src/analyzers/temporary-folders.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { stackOf, walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

describe('analyzers/temporary-folders', () => {
  it('keeps what a layer has at /tmp and /var/tmp, and nothing below', async () => {
    const entries: readonly TarInput[] = [
      { path: 'tmp/', mode: 0o1777, uid: 5, gid: 6 },
      { path: 'tmp/a', body: 'x' },
      { path: 'var/tmp', linkname: '../tmp' },
      { path: 'usr/tmp/', mode: 0o777 },
    ];
    expect(factsOf(await walked(entries), temporaryFolders)).to.deep.equal([
      { path: 'tmp', type: 'directory', mode: 0o1777, uid: 5, gid: 6, directory: true },
      { path: 'var/tmp', type: 'symlink', mode: 0o777, uid: 0, gid: 0, target: '../tmp' },
    ]);
  });

  it('keeps a file in their place', async () => {
    const found = factsOf(await walked([{ path: 'tmp', body: 'not a folder' }]), temporaryFolders);
    expect(found.map(({ type }) => type)).to.deep.equal(['file']);
  });

  it('shows the one of the highest layer that has it, whatever is put into it', async () => {
    const stack = await stackOf(
      [{ path: 'tmp/', mode: 0o1777 }],
      [{ path: 'tmp/', mode: 0o755 }],
      [{ path: 'tmp/x', body: '' }],
    );
    expect(stack.visible(temporaryFolders).map(({ layer, fact }) => [layer, fact.mode])).to.deep.equal([[1, 0o755]]);
  });

  for (const name of rootfsNames()) {
    it(`finds both of ${name}, mode 1777 and root’s`, async () => {
      const found = factsOf(await walkedRootfs(name), temporaryFolders);
      expect(found.map(({ path, mode, uid, gid }) => [path, mode, uid, gid]).sort()).to.deep.equal([
        ['tmp', 0o1777, 0, 0],
        ['var/tmp', 0o1777, 0, 0],
      ]);
    });
  }
});
