import { expect } from 'chai';
import { examineHostile, expectFinding, expectRefused, imageOfTar } from '../support/hostile.js';

describe('a name of 5000 bytes', () => {
  const long = `${'d/'.repeat(2500)}f`;
  for (const format of ['pax', 'gnu'] as const) {
    it(`stops the image: as ${format} writes it`, async () => {
      const { buildTar } = await import('../support/build-tar.js');
      const { buildImage } = await import('../support/build-image.js');
      const judged = await examineHostile(buildImage({ layers: [buildTar([{ path: long, body: 'x' }], { format })] }));
      expectRefused(judged, 'hostile', 'a name of 5001 bytes exceeds 4096');
    });
  }

  it('stops the image when it is the target of a link', async () => {
    expectRefused(await examineHostile(imageOfTar([{ path: 'a', linkname: long }])), 'hostile', 'a name of 5001 bytes');
  });

  it('counts bytes, not characters', async () => {
    expectRefused(
      await examineHostile(imageOfTar([{ path: 'é'.repeat(2500), body: 'x' }])),
      'hostile',
      'a name of 5000 bytes',
    );
  });

  it('reads 2000 directories within each other', async () => {
    const judged = await examineHostile(imageOfTar([{ path: `${'d/'.repeat(2000)}f`, mode: 0o4755, body: 'x' }]));
    expectFinding(judged, 'setuid', 'fail', '1 setuid or setgid file');
    expect(judged.report.coverage?.entries).to.equal(1);
  });
});
