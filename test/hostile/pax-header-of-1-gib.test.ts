import { buildTarHeader, octal } from '../support/build-tar.js';
import { examineHostile, expectOneLine, expectRefused, imageOfTar, runHostile } from '../support/hostile.js';

describe('a pax header that claims 1 GiB', () => {
  for (const typeflag of ['x', 'g']) {
    it(`stops the image before any of it is kept: type ${typeflag}`, async () => {
      const header = buildTarHeader({
        name: 'pax',
        typeflag,
        size: octal(2 ** 30, 12),
        mode: octal(0o644, 8),
        magic: 'ustar\0',
      });
      const judged = await examineHostile(imageOfTar([header, Buffer.alloc(4096, 'x')]));
      expectRefused(judged, 'hostile', 'an extended header of 1073741824 bytes exceeds 1048576');
    });
  }

  it('ends the command with one line and exit code 15', async () => {
    const header = buildTarHeader({ name: 'pax', typeflag: 'x', size: octal(2 ** 30, 12), magic: 'ustar\0' });
    expectOneLine(await runHostile(imageOfTar([header])), 15, /an extended header of 1073741824 bytes/);
  });
});
