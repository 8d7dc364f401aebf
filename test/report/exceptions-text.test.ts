import { expect } from 'chai';
import { renderJson } from '../../src/report/json.js';
import type { ReportedException } from '../../src/report/exceptions-report.js';
import { renderExceptions } from '../../src/report/exceptions-text.js';
import { renderLintText } from '../../src/report/lint-text.js';
import { safeJson } from '../../src/report/safe-json.js';
import { renderText } from '../../src/report/text.js';
import { expectGolden } from '../support/golden.js';
import { hostileText, lintReport, reports } from './formats.js';

const style = { width: 100, color: false, unicode: true } as const;
const exception = (more: Partial<ReportedException>): ReportedException => ({
  check: 'setuid',
  match: { path: '/usr/bin/*' },
  reason: 'why',
  owner: 'me',
  expiry: '2030-12-31',
  from: 'p.yaml:3',
  state: 'applied',
  daysLeft: 100,
  findings: 1,
  ...more,
});

describe('renderExceptions', () => {
  const cases: readonly [more: Partial<ReportedException>, words: string | undefined][] = [
    [{}, undefined],
    [{ daysLeft: 5, soon: true }, 'expires in 5 days, on 2030-12-31'],
    [{ daysLeft: 1, soon: true }, 'expires in 1 day, on 2030-12-31'],
    [{ daysLeft: 0, soon: true }, 'expires today'],
    [{ state: 'expired', daysLeft: -3 }, 'expired on 2030-12-31: it applies no more'],
    [{ state: 'unmatched' }, 'matches nothing that was found'],
    [{ state: 'unmatched', daysLeft: 0, soon: true }, 'matches nothing that was found, and expires today'],
    [
      { state: 'other-digest', digest: `sha256:${'a'.repeat(64)}` },
      'is for sha256:aaaaaaaaaaaa alone, which this is not',
    ],
  ];
  for (const [more, words] of cases) {
    it(`says of one ${JSON.stringify(more)}: ${words ?? 'nothing'}`, () => {
      const expected = words === undefined ? [] : [`the exception for setuid at p.yaml:3 (me) ${words}`];
      expect(renderExceptions([exception(more)])).to.deep.equal(expected);
    });
  }
});

describe('text and JSON', () => {
  const [first, ...rest] = reports;
  const noted = first
    ? [{ ...first, exceptions: [exception({ state: 'expired', owner: hostileText, daysLeft: -1 })] }, ...rest]
    : [];

  it('are what the golden files hold, waivers and exceptions included', () => {
    expectGolden('check.txt', renderText(noted, style));
    expectGolden('check.json', renderJson(noted));
    expectGolden('lint.txt', renderLintText(lintReport, style));
    expectGolden('lint.json', `${safeJson(lintReport, 2)}\n`);
  });

  it('show a waiver with its day, its owner and its reason', () => {
    const text = renderText(noted, { ...style, width: 400 });
    expect(text).to.include('/usr/bin/ping (1 of 2) [waived until 2030-12-31 by net <team>: needs "raw" sockets]');
    expect(text).not.to.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});
