import { expect } from 'chai';
import { compareEvr, compareVersions, formatEvr } from '../../src/rpm/version.js';
import { needShared } from '../support/shared.js';
import { readLines } from '../support/rpm-database.js';

describe('rpm/version', () => {
  it('orders every pair of upstream.tsv as rpm does, both ways round', function () {
    for (const [a, b, expected] of readPairs(needShared(this, 'data', 'rpmvercmp', 'upstream.tsv'))) {
      expect([compareVersions(a, b), compareVersions(b, a)], `${a} ${b}`).to.deep.equal([expected, 0 - expected]);
    }
  });

  it('orders every pair of extra.tsv as rpm does, both ways round', function () {
    for (const [a, b, expected] of readPairs(needShared(this, 'data', 'rpmvercmp', 'extra.tsv'))) {
      // No version holds a dash: what rpm was asked there is version-release. A release that is there and empty cannot be said.
      if (a.endsWith('-')) continue;
      const order = a.includes('-') || b.includes('-') ? compareDashed : compareVersions;
      expect([order(a, b), order(b, a)], `${a} ${b}`).to.deep.equal([expected, 0 - expected]);
    }
  });

  const versions: readonly (readonly [string, string, -1 | 0 | 1])[] = [
    ['1.0', '1.0', 0],
    ['1.9', '1.10', -1],
    ['1.0~rc1', '1.0', -1],
    ['1.0~', '1.0~~', 1],
    ['1.0^git1', '1.0', 1],
    ['1.0^git1', '1.0.1', -1],
    ['1.0^git1~pre', '1.0^git1', -1],
    ['1.a', '1.1', -1],
    ['1.A', '1.a', -1],
    ['0005', '5', 0],
    ['1.05', '1.5', 0],
    ['1.0.', '1.0', 0],
    ['1_0', '1.0', 0],
    ['1.é0', '1.0', 0],
    ['9'.repeat(40), `1${'0'.repeat(40)}`, -1],
    ['', '1', -1],
    ['', '~', 1],
  ];
  for (const [a, b, expected] of versions) {
    it(`puts ${a || 'nothing'} ${{ '-1': 'before', '0': 'level with', '1': 'after' }[expected]} ${b}`, () => {
      expect(compareVersions(a, b)).to.equal(expected);
      expect(compareVersions(b, a)).to.equal(0 - expected);
    });
  }

  it('orders by epoch before version before release', () => {
    const evr = (epoch: number, version: string, release: string) => ({ epoch, version, release });
    expect(compareEvr(evr(1, '1', '1'), evr(0, '9', '9'))).to.equal(1);
    expect(compareEvr(evr(0, '1', '9'), evr(0, '2', '1'))).to.equal(-1);
    expect(compareEvr(evr(0, '1', '9'), evr(0, '1', '10'))).to.equal(-1);
    expect(compareEvr(evr(2, '1', '1'), evr(2, '1', '1'))).to.equal(0);
  });

  it('puts an absent release before any, a tilde included', () => {
    expect(compareEvr({ epoch: 0, version: '1', release: '' }, { epoch: 0, version: '1', release: '~1' })).to.equal(-1);
    expect(compareEvr({ epoch: 0, version: '1', release: '' }, { epoch: 0, version: '1', release: '' })).to.equal(0);
  });

  it('writes the epoch only when there is one', () => {
    expect(formatEvr({ epoch: 0, version: '1.2', release: '3.el9' })).to.equal('1.2-3.el9');
    expect(formatEvr({ epoch: 7, version: '1.2', release: '3.el9' })).to.equal('7:1.2-3.el9');
  });
});

function readPairs(path: string): (readonly [string, string, number])[] {
  return readLines(path).map((line) => {
    const [a = '', b = '', expected] = line.split('\t');
    return [a, b, Number(expected)];
  });
}

function compareDashed(a: string, b: string): number {
  const split = (text: string) => {
    const dash = text.lastIndexOf('-');
    return dash < 0
      ? { epoch: 0, version: text, release: '' }
      : { epoch: 0, version: text.slice(0, dash), release: text.slice(dash + 1) };
  };
  return compareEvr(split(a), split(b));
}
