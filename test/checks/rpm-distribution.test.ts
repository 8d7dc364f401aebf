import { expect } from 'chai';
import { isRpmDistribution } from '../../src/checks/rpm-distribution.js';

describe('isRpmDistribution', () => {
  const cases: readonly [id: string, like: string, is: boolean][] = [
    ['rhel', 'fedora', true],
    ['almalinux', 'rhel centos fedora', true],
    ['amzn', 'fedora', true],
    ['sles', 'suse', true],
    ['opensuse-leap', 'suse opensuse', true],
    ['openEuler', '', true],
    ['anolis', 'rhel fedora centos', true],
    ['debian', '', false],
    ['ubuntu', 'debian', false],
    ['alpine', '', false],
    ['', '', false],
  ];
  for (const [id, like, is] of cases) {
    it(`says ${is ? 'yes' : 'no'} of ${id || 'nothing'}`, () => {
      const idLike = like.split(' ').filter(Boolean);
      expect(isRpmDistribution({ path: 'etc/os-release', id, idLike, versionId: '', prettyName: '' })).to.equal(is);
    });
  }

  it('says no where there is no os-release', () => {
    expect(isRpmDistribution(undefined)).to.equal(false);
  });
});
