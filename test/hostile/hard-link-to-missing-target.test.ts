import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';

describe('a hard link to what is not there', () => {
  it('fails layers-intact: an engine would stop or make something else of it', async () => {
    const judged = await examineHostile(
      imageOfTar([{ path: 'usr/bin/su', type: 'hardlink', linkname: 'nowhere/at/all', mode: 0o4755 }]),
    );
    expectFinding(judged, 'layers-intact', 'fail', 'nowhere/at/all');
    expect(judged.exitCode).to.equal(1);
  });

  it('fails layers-intact when the target comes only after the link', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: 'b', type: 'hardlink', linkname: 'a' },
        { path: 'a', body: 'x' },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'fail', '/b');
  });

  it('never reads a database link to nothing as a database', async () => {
    const judged = await examineHostile(
      imageOfTar([{ path: 'var/lib/rpm/rpmdb.sqlite', type: 'hardlink', linkname: 'var/lib/rpm/gone' }]),
    );
    expect(judged.report.coverage?.packages).to.equal('incomplete');
    expectFinding(judged, 'package-database', 'unknown', 'hard link');
  });

  it('accepts a link to what a layer below has', async () => {
    const layers = [[{ path: 'a', body: 'x' }], [{ path: 'b', type: 'hardlink', linkname: 'a' } as const]];
    const judged = await examineHostile(buildImage({ layers: layers.map((entries) => buildTar(entries)) }));
    expectFinding(judged, 'layers-intact', 'pass', '2 layers');
  });
});
