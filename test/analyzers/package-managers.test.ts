import { expect } from 'chai';
import { packageManagers } from '../../src/analyzers/package-managers.js';
import { factsOf } from '../../src/layer/facts.js';
import type { TarInput } from '../support/build-tar.js';
import { stackOf, walked } from '../layer/walked.js';
import { rootfsNames, walkedRootfs } from './rootfs.js';

const managersOf = async (...layers: readonly (readonly TarInput[])[]): Promise<string[]> => [
  ...new Set((await stackOf(...layers)).visible(packageManagers).map(({ fact }) => fact.manager)),
];

describe('analyzers/package-managers', () => {
  for (const [path, manager] of [
    ['lib/apk/db/installed', 'apk'],
    ['usr/lib/apk/db/installed', 'apk'],
    ['var/lib/dpkg/status', 'dpkg'],
    ['var/lib/dpkg/status.d/base', 'dpkg'],
    ['var/lib/pacman/local/', 'pacman'],
    ['var/lib/pacman/local/ALPM_DB_VERSION', 'pacman'],
    ['var/lib/rpmmanifest/container-manifest-2', 'rpm-manifest'],
  ] as const) {
    it(`names ${manager} by ${path}`, async () => {
      expect(await managersOf([{ path }])).to.deep.equal([manager]);
    });
  }

  for (const path of [
    'var/lib/dpkg/status-old',
    'var/lib/dpkg/status.d/',
    'lib/apk/db/installed/x',
    'var/lib/pacman/local',
  ]) {
    it(`takes ${path} for no database`, async () => {
      expect(await managersOf([{ path }])).to.deep.equal([]);
    });
  }

  it('still knows of dpkg when one of its many files is gone', async () => {
    const many = ['a', 'b'].map((name) => ({ path: `var/lib/dpkg/status.d/${name}` }));
    expect(await managersOf(many, [{ path: 'var/lib/dpkg/status.d/.wh.a' }])).to.deep.equal(['dpkg']);
    expect(await managersOf(many, [{ path: 'var/lib/dpkg/.wh.status.d' }])).to.deep.equal([]);
  });

  it('still knows of pacman when a higher layer adds to its directory', async () => {
    expect(
      await managersOf([{ path: 'var/lib/pacman/local/' }], [{ path: 'var/lib/pacman/local/x-1/desc' }]),
    ).to.deep.equal(['pacman']);
  });

  it('keeps a thousand files and still every manager', async () => {
    const many = Array.from({ length: 1100 }, (_, i) => ({ path: `var/lib/dpkg/status.d/${i}` }));
    const found = factsOf(await walked([...many, { path: 'lib/apk/db/installed' }]), packageManagers);
    expect(found).to.have.length(1001);
    expect(found.at(-1)).to.deep.equal({ path: 'lib/apk/db/installed', manager: 'apk' });
  });

  for (const name of rootfsNames()) {
    it(`names what ${name} is made by`, async () => {
      const managers = new Set(factsOf(await walkedRootfs(name), packageManagers).map(({ manager }) => manager));
      const expected = name.startsWith('alpine') ? ['apk'] : name.startsWith('debian') ? ['dpkg'] : [];
      expect([...managers]).to.deep.equal(expected);
    });
  }
});
