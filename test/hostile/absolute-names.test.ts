import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';
import { buildSqlite } from '../support/rpm-sqlite.js';
import { buildHeaders } from '../support/rpm-database.js';

describe('names that start at the root', () => {
  it('sees the files that they mean, and does not alarm: every engine reads them alike', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: '/usr/bin/su', mode: 0o4755, body: 'x' },
        { path: '//var//lib/./rpm/rpmdb.sqlite', body: buildSqlite(buildHeaders(3)) },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expectFinding(judged, 'setuid', 'fail', '/usr/bin/su by layer 1');
    expect(judged.report.coverage?.packages).to.equal('read');
    expect(judged.exitCode).to.equal(0);
  });

  it('takes one name in two forms for the duplicate that it is', async () => {
    const judged = await examineHostile(
      imageOfTar([
        { path: 'usr/bin/su', body: 'x' },
        { path: '/usr/bin/su', mode: 0o4755, body: 'y' },
      ]),
    );
    expectFinding(judged, 'layers-intact', 'fail', 'duplicate-entry at /usr/bin/su');
    expectFinding(judged, 'setuid', 'fail', '/usr/bin/su');
  });
});
