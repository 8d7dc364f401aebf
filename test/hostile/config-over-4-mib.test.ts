import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectOneLine, expectRefused, imageOfTar, runHostile } from '../support/hostile.js';

describe('a config of more than 4 MiB', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a' }])], labels: { filler: 'x'.repeat(4 * 1024 ** 2) } });

  it('stops the image before it is fetched', async () => {
    const judged = await examineHostile(image);
    expectRefused(judged, 'hostile', /of \d+ bytes exceeds its limit of 4194304 bytes/);
    expect(judged.requests.filter(({ url }) => url.includes('/blobs/'))).to.have.length(0);
  });

  it('ends the command with one line and exit code 15', async () => {
    expectOneLine(await runHostile(image), 15, /^imgcheck: hostile: .*exceeds its limit of 4194304 bytes/);
  });

  it('reads one just below, and prints no more of it than fits', async () => {
    const judged = await examineHostile(
      imageOfTar([{ path: 'a', body: 'x' }], { labels: { filler: 'x'.repeat(4 * 1024 ** 2 - 2000) } }),
    );
    expect(judged.error).to.equal(undefined);
    expect(judged.printed.length).to.be.lessThan(100_000);
  });
});
