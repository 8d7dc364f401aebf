import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';
import type { TarInput } from '../support/build-tar.js';

describe('a database folder that is a link in a circle', () => {
  const cases: readonly (readonly [string, readonly TarInput[]])[] = [
    ['to itself', [{ path: 'var/lib/rpm', linkname: 'rpm' }]],
    [
      'to a link back',
      [
        { path: 'var/lib/rpm', linkname: '../../a' },
        { path: 'a', linkname: 'var/lib/rpm' },
      ],
    ],
    [
      'between the places of old and new',
      [
        { path: 'var/lib/rpm', linkname: '../../usr/lib/sysimage/rpm' },
        { path: 'usr/lib/sysimage/rpm', linkname: '/var/lib/rpm' },
      ],
    ],
    ['through its own parent', [{ path: 'var/lib', linkname: '../var/lib' }]],
  ];
  for (const [title, links] of cases) {
    it(`is never taken for an image without packages: ${title}`, async () => {
      const release = { path: 'etc/os-release', body: 'ID=rhel\nPRETTY_NAME="Red Hat Enterprise Linux"\n' };
      const judged = await examineHostile(imageOfTar([...links, release]));
      const [finding] = judged.report.findings.filter((one) => one.check === 'package-database');
      expect(finding?.outcome).to.be.oneOf(['fail', 'unknown']);
      expect(judged.report.coverage?.packages).to.be.oneOf(['incomplete', 'none']);
      expect(judged.exitCode).to.equal(3);
    });
  }

  it('says where a link leads that nothing is looked for in', async () => {
    const judged = await examineHostile(imageOfTar([{ path: 'var/lib/rpm', linkname: '../../../../secret/rpm' }]));
    expectFinding(judged, 'package-database', 'unknown', '/var/lib/rpm leads to /secret/rpm');
  });
});
