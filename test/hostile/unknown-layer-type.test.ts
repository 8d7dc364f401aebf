import { examineHostile, expectFinding, expectRefused, gzipOfTar, imageOfRaw, zstdLayer } from '../support/hostile.js';

describe('a layer of a kind that is not known', () => {
  for (const mediaType of [
    'application/vnd.example.squashfs',
    'text/html',
    '',
    '__proto__',
    'x'.repeat(5000),
    'a/\u001b[2J',
  ]) {
    it(`is refused by name: ${JSON.stringify(mediaType.slice(0, 40))}`, async () => {
      const judged = await examineHostile(imageOfRaw([{ ...gzipOfTar(), claims: { mediaType } }]));
      expectRefused(judged, 'unsupported', 'unknown layer media type');
    });
  }

  it('stops the image when gzip data is called zstd', async () => {
    const judged = await examineHostile(imageOfRaw([{ ...gzipOfTar(), mediaType: zstdLayer }]));
    expectRefused(judged, 'hostile', 'corrupt zstd data');
  });

  it('reads a member type that engines skip as an anomaly', async () => {
    const image = imageOfRaw([gzipOfTar([{ path: 'odd', body: 'x', raw: { typeflag: 'Z' } }])]);
    expectFinding(await examineHostile(image), 'layers-intact', 'fail', 'unknown-type at /odd');
  });
});
