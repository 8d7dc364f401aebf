import { buildExtension, buildTar } from '../support/build-tar.js';
import { buildImage } from '../support/build-image.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('pax records whose length lies', () => {
  const cases = [
    '0 path=x\n',
    '3 a\n',
    '999 path=x\n',
    '-9 path=x\n',
    '99999999999999 path=x\n',
    '12 path=xyz',
    'path=x\n',
    '9 =xyzab\n',
    '11 path=x\0\n',
  ];
  for (const records of cases) {
    it(`stops the image: ${JSON.stringify(records)}`, async () => {
      const tar = buildTar([buildExtension('x', Buffer.from(records)), { path: 'a', body: 'x' }]);
      expectRefused(await examineHostile(buildImage({ layers: [tar] })), 'hostile', /pax/);
    });
  }
});
