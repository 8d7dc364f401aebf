import { expect } from 'chai';
import { rpmPurl } from '../../src/rpm/purl.js';

const package_ = { name: 'curl', epoch: 0, version: '7.50.3', release: '1.fc25', arch: 'i386' };

describe('package URLs', () => {
  it('gives the example of the purl specification', () => {
    expect(rpmPurl(package_, { id: 'fedora', versionId: '25' })).to.equal(
      'pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25',
    );
  });

  it('puts epoch, module and source package into qualifiers, sorted', () => {
    const one = {
      ...package_,
      epoch: 1,
      module: 'httpd:2.4:820190206142837:9edba152',
      sourceRpm: 'curl-7.50.3-1.fc25.src.rpm',
    };
    expect(rpmPurl(one, { id: 'rhel', versionId: '8.10' })).to.equal(
      'pkg:rpm/redhat/curl@7.50.3-1.fc25?arch=i386&distro=rhel-8.10&epoch=1&rpmmod=httpd:2.4:820190206142837:9edba152&upstream=curl-7.50.3-1.fc25.src.rpm',
    );
  });

  it('leaves out what is not known', () => {
    expect(rpmPurl({ ...package_, arch: '' }, undefined)).to.equal('pkg:rpm/curl@7.50.3-1.fc25');
  });

  it('percent-encodes what a URL would take for its own, and survives bytes that are no text', () => {
    const one = { ...package_, name: 'gcc-c++', version: '1.0~rc1^git2', release: 'a/b?c#d@e\udc80', arch: '' };
    expect(rpmPurl(one, undefined)).to.equal('pkg:rpm/gcc-c%2B%2B@1.0~rc1%5Egit2-a%2Fb%3Fc%23d%40e%EF%BF%BD');
  });
});
