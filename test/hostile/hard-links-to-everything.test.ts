import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding } from '../support/hostile.js';

describe('forty thousand hard links above forty thousand setuid files', () => {
  it('is judged without looking at every file for every link', async () => {
    const files = Array.from({ length: 40_000 }, (_, i) => ({ path: `f${i}`, mode: 0o4755, body: '' }));
    const links = files.map(({ path }, i) => ({ path: `l${i}`, type: 'hardlink', linkname: path }) as const);
    const judged = await examineHostile(buildImage({ layers: [buildTar(files), buildTar(links)] }));
    expectFinding(judged, 'setuid', 'unknown', '80000 setuid or setgid files');
    expect(judged.report.coverage?.entries).to.equal(80_000);
  });

  it('is read in two passes, however often a database is linked', async () => {
    const links = Array.from(
      { length: 40_000 },
      () => ({ path: 'var/lib/rpm/Packages', type: 'hardlink', linkname: 'a' }) as const,
    );
    const judged = await examineHostile(buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }, ...links])] }));
    expectFinding(judged, 'layers-intact', 'fail', 'duplicate-entry');
    expect(judged.report.coverage?.packages).to.equal('incomplete');
  });
});
