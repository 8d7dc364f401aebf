import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';
import { buildHeaders } from '../support/rpm-database.js';
import { buildSqlite } from '../support/rpm-sqlite.js';

describe('one name twice in a layer', () => {
  const su = (mode: number) => ({ path: 'usr/bin/su', mode, body: 'x' });

  it('judges setuid by the last and fails layers-intact', async () => {
    const judged = await examineHostile(imageOfTar([su(0o755), su(0o4755)]));
    expectFinding(judged, 'layers-intact', 'fail', 'duplicate-entry at /usr/bin/su');
    expectFinding(judged, 'setuid', 'fail', '/usr/bin/su by layer 1');
    expect(judged.exitCode).to.equal(1);
  });

  it('forgets a setuid bit that the last one does not have', async () => {
    const judged = await examineHostile(imageOfTar([su(0o4755), su(0o755)]));
    expectFinding(judged, 'setuid', 'pass', 'no setuid');
    expectFinding(judged, 'layers-intact', 'fail', 'duplicate-entry');
  });

  it('takes the last of two databases', async () => {
    const database = (count: number) => ({ path: 'var/lib/rpm/rpmdb.sqlite', body: buildSqlite(buildHeaders(count)) });
    const judged = await examineHostile(imageOfTar([database(5), database(2)]));
    expectFinding(judged, 'package-database', 'pass', '2 packages');
    expectFinding(judged, 'layers-intact', 'fail', 'duplicate-entry');
  });

  it('fails layers-intact for a directory that becomes a file', async () => {
    const judged = await examineHostile(imageOfTar([{ path: 'opt/' }, { path: 'opt', body: 'x' }]));
    expectFinding(judged, 'layers-intact', 'fail', 'duplicate-entry at /opt');
  });

  it('allows a directory to come again: every engine merges it', async () => {
    expectFinding(
      await examineHostile(imageOfTar([{ path: 'opt/' }, { path: 'opt/' }])),
      'layers-intact',
      'pass',
      '1 layer',
    );
  });

  it('fails layers-intact when a hundred thousand come twice, and tells of one', async () => {
    const files = Array.from({ length: 100_000 }, (_, i) => ({ path: `f${i % 50_000}`, body: '' }));
    expectFinding(await examineHostile(imageOfTar(files)), 'layers-intact', 'fail', 'and 49999 more');
  });
});
