import { expect } from 'chai';
import { baseCurrent } from '../../src/checks/base-current.js';
import { packagesCurrent } from '../../src/checks/packages-current.js';
import { isWithinDays, usualThresholds } from '../../src/checks/thresholds.js';
import { tls } from '../../src/checks/tls.js';
import type { RpmPackage } from '../../src/rpm/package.js';
import { plainHop } from '../../src/registry/evidence.js';
import { examinationOf, freshnessOf, verdictOf } from './rig.js';

describe('isWithinDays', () => {
  const cases: readonly [days: number | undefined, most: number | undefined, within: boolean][] = [
    [7, 7, true],
    [0, 0, true],
    [8, 7, false],
    [undefined, 7, false],
    [1, undefined, false],
  ];
  for (const [days, most, within] of cases) {
    it(`is ${within} for ${days ?? 'an unknown number of'} days where ${most ?? 'nothing'} is allowed`, () => {
      const base = verdictOf('stale', { behind: days === undefined ? {} : { days } });
      const thresholds = { ...usualThresholds, ...(most === undefined ? {} : { maxDaysBehind: most }) };
      expect(isWithinDays(base, thresholds)).to.equal(within);
    });
  }
});

describe('thresholds', () => {
  const base = verdictOf('stale', { behind: { days: 5, releases: 1 } });
  const row = (version: string): RpmPackage =>
    ({ name: 'bash', epoch: 0, version, release: '1', arch: 'x86_64' }) as RpmPackage;

  it('let a stale base pass base-current that is no further behind, and packages-current not bind', async () => {
    const differences = {
      behind: [{ name: 'bash', arch: 'x86_64', image: row('1'), other: row('2') }],
      ahead: [],
      added: [],
      removed: [],
      equal: 0,
      streams: [],
    };
    const examination = await examinationOf({
      also: {
        freshness: freshnessOf('stale', [base]),
        base,
        comparison: { base: base.reference, reference: base.reference, differences, problem: undefined } as never,
      },
    });
    for (const [maxDaysBehind, outcome, idle] of [
      [5, 'pass', true],
      [4, 'fail', undefined],
    ] as const) {
      const thresholds = { ...usualThresholds, maxDaysBehind };
      const [first] = baseCurrent.evaluate(examination, 'layers-differ', thresholds);
      expect(first.outcome).to.equal(outcome);
      if (outcome === 'pass') {
        expect(first.message).to.match(/5 days behind\); 5 days behind are allowed \(thresholds\.maxDaysBehind\)$/);
        expect(first.remedy).to.equal(undefined);
      }
      const [packages] = packagesCurrent.evaluate(examination, 'layers-differ', thresholds);
      expect([packages.outcome, packages.idle]).to.deep.equal(['fail', idle]);
    }
  });

  it('say when a certificate soon expires', async () => {
    const hop = { ...plainHop('r.test:443', 'registry'), protocol: 'TLSv1.3', verified: true, daysLeft: 20 } as const;
    const examination = await examinationOf({ also: { tls: [hop] } });
    const said = (certificateDays: number): string =>
      tls.evaluate(examination, 'layers-differ', { certificateDays })[0].message;
    expect(said(20)).to.match(/expires soon$/);
    expect(said(19)).not.to.match(/expires soon/);
  });
});
