import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding } from '../support/hostile.js';
import { buildHeaders } from '../support/rpm-database.js';
import { buildSqlite } from '../support/rpm-sqlite.js';

describe('a database that a layer above takes away', () => {
  const below = buildTar([{ path: 'var/lib/rpm/rpmdb.sqlite', body: buildSqlite(buildHeaders(4)) }]);
  const above = [
    'var/lib/rpm/.wh.rpmdb.sqlite',
    'var/lib/.wh.rpm',
    '.wh.var',
    'var/lib/rpm/.wh..wh..opq',
    '.wh..wh..opq',
  ];
  for (const path of above) {
    it(`is said to be removed, never "no packages": ${path}`, async () => {
      const judged = await examineHostile(buildImage({ layers: [below, buildTar([{ path, body: '' }])] }));
      expectFinding(judged, 'package-database', 'fail', 'was removed in layer 2');
      expect(judged.report.coverage?.packages).to.equal('removed');
      expect(judged.exitCode).to.equal(3);
    });
  }

  for (const [what, entry] of [
    ['a file', { path: 'var/lib/rpm', body: 'x' }],
    ['a dangling link', { path: 'var', linkname: 'nowhere' }],
  ] as const) {
    it(`is not read through ${what} in place of its folder`, async () => {
      const judged = await examineHostile(buildImage({ layers: [below, buildTar([entry])] }));
      expect(judged.report.coverage?.packages).to.be.oneOf(['removed', 'incomplete']);
      expect(judged.exitCode).to.equal(3);
    });
  }
});
