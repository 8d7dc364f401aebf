import { buildExtension, buildTar, paxRecords } from '../support/build-tar.js';
import { buildImage } from '../support/build-image.js';
import { examineHostile, expectFinding, expectRefused } from '../support/hostile.js';

describe('a global pax header', () => {
  for (const field of ['path', 'linkpath', 'size']) {
    it(`stops the image when it gives every member one ${field}`, async () => {
      const tar = buildTar([buildExtension('g', paxRecords({ [field]: '7' })), { path: 'bin/sh', body: 'x' }]);
      expectRefused(await examineHostile(buildImage({ layers: [tar] })), 'hostile', 'a global pax header');
    });
  }

  it('fails layers-intact when it gives every member an owner, which engines ignore', async () => {
    const tar = buildTar([buildExtension('g', paxRecords({ uid: '0', uname: 'root' })), { path: 'a', body: 'x' }]);
    expectFinding(await examineHostile(buildImage({ layers: [tar] })), 'layers-intact', 'fail', 'global pax header');
  });

  it('passes for the comment that git archive writes', async () => {
    const tar = buildTar([buildExtension('g', paxRecords({ comment: 'c'.repeat(40) })), { path: 'a', body: 'x' }]);
    expectFinding(await examineHostile(buildImage({ layers: [tar] })), 'layers-intact', 'pass', '1 layer');
  });
});
