import { expect } from 'chai';
import { packageDatabase } from '../../src/checks/package-database.js';
import { database, databaseBytes, osRelease } from '../examination/rig.js';
import { answer, examinationOf, type Given } from './rig.js';

const removed = { path: 'var/lib/.wh.rpm', body: '' };
const elsewhere = { path: 'usr/lib/sysimage/rpm/rpmdb.sqlite', body: databaseBytes('bash 1-1') };

describe('package-database', () => {
  const cases: readonly [what: string, given: Given, answers: readonly RegExp[]][] = [
    ['no answer where no layer was read', { read: false }, [/^unknown idle: the layers were not read$/]],
    [
      'pass for one whole database',
      { layers: [[database('bash 1-1', 'glibc 2-1')]] },
      [/^pass: 2 packages in \/var\/lib\/rpm\/rpmdb\.sqlite \(sqlite\) of layer 1$/],
    ],
    [
      'fail where an RPM distribution has none',
      { layers: [[osRelease('rhel')]] },
      [/^fail: rhel 1 is an RPM distribution, but no layer has/],
    ],
    [
      'pass, idle, on another distribution',
      { layers: [[osRelease('debian')]] },
      [/^pass idle: no RPM database: debian 1$/],
    ],
    [
      'pass, idle, with the name of another package manager',
      { layers: [[{ path: 'lib/apk/db/installed', body: '' }]] },
      [/^pass idle: no RPM database, packages by apk$/],
    ],
    [
      'fail where a higher layer removed it',
      { layers: [[database('bash 1-1')], [removed]] },
      [/^fail: the database var\/lib\/rpm\/rpmdb\.sqlite of layer 1 was removed in layer 2$/],
    ],
    [
      'pass where it was moved, and say where the old one still ships',
      { layers: [[database('bash 1-1')], [removed, elsewhere]] },
      [
        /^pass: 1 packages in \/usr\/lib\/sysimage\/rpm\/rpmdb\.sqlite/,
        /^pass: an older one, \/var\/lib\/rpm\/rpmdb\.sqlite of layer 1, still ships, hidden since layer 2$/,
      ],
    ],
    [
      'unknown where it cannot be read',
      { layers: [[{ path: 'var/lib/rpm/Packages', body: 'nonsense' }]] },
      [/^unknown: .*could not be read/],
    ],
    [
      'fail for a second one',
      { layers: [[database('bash 1-1'), elsewhere]] },
      [/^fail: \/usr\/lib\/sysimage\/rpm\/rpmdb\.sqlite is a second database/],
    ],
    [
      'unknown where it holds no package',
      { layers: [[database()]] },
      [/^unknown: \/var\/lib\/rpm\/rpmdb\.sqlite holds no package$/],
    ],
  ];
  for (const [what, given, answers] of cases) {
    it(`gives ${what}`, async () => {
      const found = answer(packageDatabase, await examinationOf(given));
      expect(found.length).to.equal(answers.length);
      for (const [i, form] of answers.entries()) expect(found[i]).to.match(form);
    });
  }

  it('fails headers that contradict their signed region', async () => {
    const examination = await examinationOf({
      layers: [[database('bash 1-1')]],
      content: (content) => ({
        ...content,
        packages: {
          ...content.packages,
          packages: content.packages.packages.map((one) => ({ ...one, package: { ...one.package, shadowed: [1001] } })),
        },
      }),
    });
    expect(answer(packageDatabase, examination)).to.deep.equal([
      'fail: 1 headers say something outside their signed region that contradicts it: bash',
    ]);
  });
});
