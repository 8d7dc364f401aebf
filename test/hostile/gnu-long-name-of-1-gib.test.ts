import { buildTarHeader, octal } from '../support/build-tar.js';
import { examineHostile, expectRefused, imageOfTar } from '../support/hostile.js';

describe('a GNU long name that claims 1 GiB', () => {
  for (const typeflag of ['L', 'K']) {
    it(`stops the image before any of it is kept: type ${typeflag}`, async () => {
      const size = octal(2 ** 30, 12);
      const header = buildTarHeader({ name: '././@LongLink', typeflag, size, magic: 'ustar ', version: ' \0' });
      const judged = await examineHostile(imageOfTar([header, Buffer.alloc(8192, 'a')]));
      expectRefused(judged, 'hostile', 'an extended header of 1073741824 bytes exceeds 1048576');
    });
  }

  it('stops the image for an old GNU sparse map that does not end', async () => {
    const header = buildTarHeader({ name: 'f', typeflag: 'S', size: octal(0, 12), magic: 'ustar ', rest: sparse(138) });
    const judged = await examineHostile(imageOfTar([header, ...Array.from({ length: 2100 }, () => moreMap)]));
    expectRefused(judged, 'hostile', 'a sparse map exceeds 1048576 bytes');
  });
});

const moreMap = Buffer.alloc(512, 0).fill(1, 504, 505);

/** The tail of a header from byte 345, with the mark that its map goes on at byte 482. */
function sparse(mark: number): Uint8Array {
  const rest = Buffer.alloc(167);
  rest[mark - 1] = 1;
  rest.write(octal(0, 12), 138, 'latin1');
  return rest;
}
