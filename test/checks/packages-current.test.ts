import { expect } from 'chai';
import { packagesCurrent } from '../../src/checks/packages-current.js';
import { comparePackages } from '../../src/freshness/compare.js';
import type { BaseComparison } from '../../src/freshness/freshness.js';
import { database, osRelease } from '../examination/rig.js';
import { packageOf } from '../support/packages.js';
import { answer, examinationOf, verdictOf, type Given } from './rig.js';

const list = (...words: readonly string[]) =>
  words.map((word) => {
    const [name = '', evr = ''] = word.split(' ');
    return packageOf(evr, { name });
  });

function comparison(image: readonly string[], other: readonly string[], problem?: string): BaseComparison {
  return {
    base: 'r.test/base:latest',
    reference: 'r.test/base:latest',
    differences: comparePackages(list(...image), list(...other)),
    ...(problem === undefined ? {} : { problem }),
  };
}

const layers = [[database('bash 1-1')]];

describe('packages-current', () => {
  const cases: readonly [what: string, given: Given, answer: RegExp][] = [
    ['no answer where no layer was read', { read: false }, /^unknown idle: packages were not read$/],
    [
      'pass where nothing is older',
      { layers, also: { comparison: comparison(['a 1-1', 'b 2-1', 'own 1-1'], ['a 1-1', 'b 1-1']) } },
      /^pass: no package is older than in r\.test\/base:latest: 1 equal, 1 newer, 1 of its own$/,
    ],
    [
      'fail for one that is older',
      { layers, also: { comparison: comparison(['a 1-1'], ['a 1:1-1']) } },
      /^fail: 1 of its packages is older than in r\.test\/base:latest: a 1-1 < 1:1-1$/,
    ],
    [
      'fail for many, naming three',
      {
        layers,
        also: { comparison: comparison(['a 1-1', 'b 1-1', 'c 1-1', 'd 1-1'], ['a 2-1', 'b 2-1', 'c 2-1', 'd 2-1']) },
      },
      /^fail: 4 of its packages are older than in r\.test\/base:latest: a 1-1 < 2-1, b .*, c .*, \.\.\.$/,
    ],
    [
      'fail for one that is older though not all was read, and say so',
      { layers, also: { comparison: comparison(['a 1-1'], ['a 2-1'], 'damaged') } },
      /^fail: .*, and not all could be compared: damaged$/,
    ],
    [
      'unknown where nothing is older but not all was read',
      { layers, also: { comparison: comparison(['a 1-1'], ['a 1-1'], 'damaged') } },
      /^unknown: its packages could not be compared with those of r\.test\/base:latest: damaged$/,
    ],
    [
      'unknown where only the image itself names that base, and nothing bears it out',
      { layers, also: { comparison: comparison(['a 1-1'], ['a 2-1']), base: verdictOf('unknown') } },
      /^unknown: its packages tell nothing: it is not known to be built on r\.test\/base:latest, as the annotation says$/,
    ],
    [
      'unknown where the layers are those of a release newer than the named one: a rebuild would go back',
      {
        layers,
        also: { comparison: comparison(['a 1-1'], ['a 2-1']), base: verdictOf('unknown', { proof: 'layers' }) },
      },
      /^unknown: its packages tell nothing: it is not known whether r\.test\/base:latest is the base that a rebuild should/,
    ],
    [
      'fail where the user names that base, proved or not',
      {
        layers,
        also: { comparison: comparison(['a 1-1'], ['a 2-1']), base: verdictOf('unknown', { how: ['option'] }) },
      },
      /^fail: 1 of its packages is older/,
    ],
    [
      'fail where packages show that it is that base',
      { layers, also: { comparison: comparison(['a 1-1'], ['a 2-1']), base: verdictOf('stale', { proof: 'none' }) } },
      /^fail: 1 of its packages is older/,
    ],
    [
      'unknown where the base could not be read',
      { layers, also: { comparison: { base: 'b', reference: 'b', differences: undefined, problem: 'gone' } } },
      /^unknown: its packages could not be compared with those of b: gone$/,
    ],
    [
      'unknown, without binding, where there is nothing to compare with, with the age',
      { layers },
      /^unknown idle: nothing to compare its 1 packages with; the newest was built 199 days ago, installed 83 days ago$/,
    ],
    [
      'the age of what comes from the future',
      { layers, also: { now: new Date('2020-01-01T00:00:00Z') } },
      /built at a time that is yet to come, installed at a time that is yet to come$/,
    ],
    [
      'unknown, binding, where an RPM distribution has no database',
      { layers: [[osRelease('fedora')]] },
      /^unknown: no RPM database$/,
    ],
    [
      'unknown, binding, where the database is empty',
      { layers: [[database()]] },
      /^unknown: the RPM database holds no package$/,
    ],
    [
      'unknown, binding, where the database was removed',
      { layers: [...layers, [{ path: 'var/lib/.wh.rpm', body: '' }]] },
      /^unknown: the database var\/lib\/rpm\/rpmdb\.sqlite of layer 1 was removed in layer 2$/,
    ],
    [
      'unknown, without binding, elsewhere, with the package manager',
      { layers: [[osRelease('debian'), { path: 'var/lib/dpkg/status', body: '' }]] },
      /^unknown idle: no RPM database \(packages by dpkg are not compared\)$/,
    ],
  ];
  for (const [what, given, form] of cases) {
    it(`gives ${what}`, async () => {
      const [found, ...others] = answer(packagesCurrent, await examinationOf(given));
      expect(others).to.deep.equal([]);
      expect(found).to.match(form);
    });
  }

  for (const [closes, form] of [
    ['needed', /^fail: 1 of its packages/],
    ['not-needed', /^fail idle: 1 of its packages/],
    ['unknown', /^fail idle: 1 of its packages/],
  ] as const) {
    it(`shows what is older, where rebuilds are for advisories and this one is ${closes}`, async () => {
      const reason = { outcome: closes, reason: 'because' } as const;
      const rebuild = { 'layers-differ': reason, 'packages-differ': reason, advisories: reason };
      const also = { comparison: comparison(['a 1-1'], ['a 2-1']), rebuild };
      const examination = await examinationOf({ layers, also });
      expect(answer(packagesCurrent, examination, 'advisories')[0]).to.match(form);
      expect(answer(packagesCurrent, examination, 'packages-differ')[0]).to.match(/^fail: /);
    });
  }

  it('attaches the older packages with both versions', async () => {
    const examination = await examinationOf({ layers, also: { comparison: comparison(['a 1-1'], ['a 1:2-1']) } });
    const [finding] = packagesCurrent.evaluate(examination);
    expect(finding.evidence).to.deep.equal([{ type: 'package', name: 'a.x86_64', image: '1-1', other: '1:2-1' }]);
  });
});
