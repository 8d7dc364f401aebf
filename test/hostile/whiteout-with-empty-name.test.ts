import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding } from '../support/hostile.js';

describe('a whiteout that names nothing', () => {
  const below = buildTar([{ path: 'usr/bin/su', mode: 0o4755, body: 'x' }]);
  for (const path of ['.wh.', 'usr/.wh.', 'usr/bin/.wh..', '.wh...', '.wh..wh.', 'usr/.wh..wh.plnk']) {
    it(`hides nothing and fails layers-intact: ${path}`, async () => {
      const judged = await examineHostile(buildImage({ layers: [below, buildTar([{ path, body: '' }])] }));
      expectFinding(judged, 'layers-intact', 'fail', 'odd-whiteout');
      expectFinding(judged, 'setuid', 'unknown', '/usr/bin/su by layer 1');
      expect(judged.exitCode).to.equal(1);
    });
  }
});
