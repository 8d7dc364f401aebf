import { base256 } from '../support/build-tar.js';
import { examineHostile, expectRefused, imageOfTar } from '../support/hostile.js';

describe('sizes that no file has', () => {
  const cases: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
    ['a negative one', base256(-512, 12), /its size is negative/],
    [
      'one beyond 2^53',
      Buffer.from([0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      /its size is beyond 2\^53/,
    ],
    ['one that is no number', '77q77777777\0', /its size is not a number/],
    ['8 GiB that do not come', '77777777777\0', /cut short/],
    ['4 PiB that do not come', base256(2 ** 52, 12), /cut short/],
  ];
  for (const [title, size, message] of cases) {
    for (const path of ['etc/motd', 'var/lib/rpm/Packages', 'etc/os-release']) {
      it(`stops the image and allocates nothing: ${title}, for ${path}`, async () => {
        expectRefused(await examineHostile(imageOfTar([{ path, body: 'x', raw: { size } }])), 'hostile', message);
      });
    }
  }

  it('stops the image for a pax size beyond 2^53', async () => {
    const image = imageOfTar([{ path: 'a', body: 'x', pax: { size: '9'.repeat(20) } }]);
    expectRefused(await examineHostile(image), 'hostile', 'its pax size is not a whole number');
  });
});
