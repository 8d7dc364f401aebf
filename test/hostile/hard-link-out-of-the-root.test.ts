import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';

describe('a hard link out of the root', () => {
  for (const linkname of ['../../../etc/shadow', '/../etc/shadow', 'etc/../../etc/shadow']) {
    it(`fails layers-intact for ${linkname}`, async () => {
      const entries = [
        { path: 'etc/shadow', body: 'root::' },
        { path: 'app/stolen', type: 'hardlink', linkname } as const,
      ];
      const judged = await examineHostile(imageOfTar(entries));
      expectFinding(judged, 'layers-intact', 'fail', 'escaping-name at /app/stolen');
      expect(judged.exitCode).to.equal(1);
    });
  }
});
