import { expect } from 'chai';
import { directoryLinks } from '../../src/analyzers/directory-links.js';
import { factsOf } from '../../src/layer/facts.js';
import { stackOf, walked } from '../layer/walked.js';
import { walkedRootfs } from './rootfs.js';
import { needShared } from '../support/shared.js';

describe('analyzers/directory-links', () => {
  it('lists links down to the third folder, but those to libraries', async () => {
    const links = ['bin', 'var/run', 'usr/lib/x', 'usr/lib/x.so', 'usr/lib/x.so.1', 'usr/lib/y.sock', 'a/b/c/d'];
    const facts = await walked([{ path: 'd/' }, { path: 'f' }, ...links.map((path) => ({ path, linkname: '../t' }))]);
    expect(factsOf(facts, directoryLinks)).to.deep.equal(
      ['bin', 'var/run', 'usr/lib/x', 'usr/lib/y.sock'].map((path) => ({ path, target: '../t', directory: true })),
    );
  });

  it('forgets one that became something else, and takes the last target', async () => {
    const facts = await walked([
      { path: 'a', linkname: 'x' },
      { path: 'a/' },
      { path: 'b', linkname: 'x' },
      { path: 'b', linkname: 'y' },
    ]);
    expect(factsOf(facts, directoryLinks)).to.deep.equal([{ path: 'b', target: 'y', directory: true }]);
  });

  it('shows one into which a higher layer puts something, and none that became a directory', async () => {
    const stack = await stackOf(
      [
        { path: 'a', linkname: 'x' },
        { path: 'b', linkname: 'x' },
      ],
      [{ path: 'a/file' }, { path: 'b/' }],
    );
    expect(stack.visible(directoryLinks).map(({ fact }) => fact.path)).to.deep.equal(['a']);
  });

  it('counts what is more than five thousand', async () => {
    const facts = await walked(Array.from({ length: 5003 }, (_, i) => ({ path: `l${i}`, linkname: 'x' })));
    const found = factsOf(facts, directoryLinks);
    expect(found).to.have.length(5001);
    expect(found.at(-1)).to.deep.equal({ path: '', target: '', unlisted: 3 });
  });

  it('has the merged /usr of a real image', async function () {
    needShared(this, 'data', 'rootfs');
    const found = factsOf(await walkedRootfs('almalinux-9-micro-aarch64-20221117'), directoryLinks);
    for (const path of ['bin', 'sbin', 'lib', 'lib64'])
      expect(found).to.deep.include({ path, target: `usr/${path}`, directory: true });
    expect(found).to.deep.include({ path: 'var/run', target: '../run', directory: true });
  });
});
