import { expect } from 'chai';
import { findCves, parseAdvisoryType, parseSeverity } from '../../src/repodata/advisory.js';

describe('parseSeverity', () => {
  const cases: readonly [text: string, type: 'security' | 'bugfix', severity: string][] = [
    ['Critical', 'security', 'critical'],
    ['critical', 'security', 'critical'],
    ['Important', 'security', 'important'],
    ['medium', 'security', 'moderate'],
    ['Moderate', 'security', 'moderate'],
    ['Low', 'security', 'low'],
    ['urgent', 'security', 'critical'],
    ['high', 'security', 'important'],
    ['None', 'bugfix', 'none'],
    ['', 'bugfix', 'none'],
    ['', 'security', 'unknown'],
    ['severity_1', 'security', 'unknown'],
    ['unspecified', 'security', 'unknown'],
    ['constructor', 'security', 'unknown'],
  ];
  for (const [text, type, severity] of cases) {
    it(`says ${severity} of '${text}' in a ${type} advisory`, () =>
      expect(parseSeverity(text, type)).to.equal(severity));
  }
});

describe('parseAdvisoryType', () => {
  for (const [text, type] of [
    ['security', 'security'],
    ['bugfix', 'bugfix'],
    ['enhancement', 'enhancement'],
    ['newpackage', 'newpackage'],
    ['recommended', 'bugfix'],
    ['Security', 'security'],
    ['', 'other'],
    ['toString', 'other'],
  ] as const) {
    it(`says ${type} of '${text}'`, () => expect(parseAdvisoryType(text)).to.equal(type));
  }
});

describe('findCves', () => {
  it('finds every identifier, in any case and context', () => {
    expect(findCves('fixes (cve-2026-1001), CVE-2014-123456: and CVE-20-1, CVE-2026-12')).to.deep.equal([
      'CVE-2026-1001',
      'CVE-2014-123456',
    ]);
  });
});
