import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';
import { buildHeaders } from '../support/rpm-database.js';
import { buildSqlite } from '../support/rpm-sqlite.js';

describe('files that are written through a symlink', () => {
  it('fails layers-intact when a link leads out of the root and a file lies behind it', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: 'out', linkname: '../../../..' },
        { path: 'out/etc/cron.d/job', body: '* * * * * root id\n' },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'fail', '/out');
    expect(judged.exitCode).to.equal(1);
  });

  it('fails layers-intact whichever of the two comes first', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: 'out/etc/cron.d/job', body: '* * * * * root id\n' },
        { path: 'out', linkname: '/' },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'fail', '/out');
  });

  it('does not let a database hide behind a link to where rpm keeps it', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: 'var/lib/rpm/' },
        { path: 'pkgs', linkname: 'var/lib/rpm' },
        { path: 'pkgs/rpmdb.sqlite', body: buildSqlite(buildHeaders(3)) },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'fail', '/pkgs');
    expect(judged.exitCode).to.equal(1);
  });

  it('leaves alone the links that real images are full of', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: 'lib', linkname: 'usr/lib' },
        { path: 'etc/localtime', linkname: '../usr/share/zoneinfo/UTC' },
        { path: 'var/run', linkname: '/run' },
        { path: 'usr/lib/x.so', body: 'x' },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expect(judged.exitCode).to.equal(0);
  });
});
