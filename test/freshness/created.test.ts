import { expect } from 'chai';
import { daysBetween, isOlder, judgeDate, plausibleTime, type DateTrust } from '../../src/freshness/created.js';
import { makeImage } from './rig.js';

describe('created', () => {
  const cases: readonly [text: string | undefined, time: string | undefined][] = [
    ['2024-05-01T00:00:00Z', '2024-05-01T00:00:00.000Z'],
    ['2024-05-01T02:00:00.123456789+02:00', '2024-05-01T00:00:00.123Z'],
    ['2013-01-01T00:00:00Z', '2013-01-01T00:00:00.000Z'],
    [undefined, undefined],
    ['', undefined],
    ['0001-01-01T00:00:00Z', undefined],
    ['1970-01-01T00:00:00Z', undefined],
    ['1980-01-01T00:00:01Z', undefined],
    ['9999-12-31T23:59:59Z', undefined],
    ['2024-05-01', undefined],
    ['2024-05-01T00:00:00', undefined],
    ['2024-13-41T00:00:00Z', undefined],
    ['+275760-09-13T00:00:00Z', undefined],
    ['yesterday', undefined],
  ];
  for (const [text, time] of cases) {
    it(`takes ${String(text)} for ${time ?? 'no date'}`, () => {
      const found = plausibleTime(text);
      expect(found === undefined ? undefined : new Date(found).toISOString()).to.equal(time);
    });
  }

  const now = new Date('2026-03-01T00:00:00Z');
  const trusts: readonly [text: string | undefined, trust: DateTrust][] = [
    ['2026-02-28T00:00:00Z', 'plausible'],
    ['2026-03-02T00:00:00Z', 'plausible'],
    ['2026-03-02T00:00:01Z', 'future'],
    ['2026-03-02T10:00:00+14:00', 'plausible'],
    ['9999-12-31T23:59:59Z', 'future'],
    ['0000-01-01T00:00:00Z', 'zeroed'],
    ['0001-01-01T00:00:00Z', 'zeroed'],
    ['1970-01-01T00:00:00Z', 'zeroed'],
    ['1980-01-01T00:00:01Z', 'zeroed'],
    ['-000001-01-01T00:00:00Z', 'none'],
    ['+275760-09-13T00:00:00Z', 'none'],
    ['2026-13-41T00:00:00Z', 'none'],
    ['yesterday', 'none'],
    ['', 'none'],
    [undefined, 'none'],
  ];
  for (const [text, trust] of trusts) {
    it(`judges ${String(text)} as ${trust}`, () => {
      expect(judgeDate(text, now).trust).to.equal(trust);
      expect(judgeDate(text, now).time === undefined).to.equal(trust !== 'plausible');
    });
  }

  it('counts no days to a date that is yet to come', async () => {
    const at = (created: string) => makeImage('r.test/x:1', { layers: ['a'], created });
    const [past, future] = [await at('2026-02-01T00:00:00Z'), await at('2026-04-01T00:00:00Z')];
    expect([daysBetween(past, future), daysBetween(past, future, now)]).to.deep.equal([59, undefined]);
    expect([isOlder(past, future), isOlder(past, future, now)]).to.deep.equal([true, false]);
  });

  it('counts whole days forward, and none backwards or from a zeroed date', async () => {
    const at = (created: string) => makeImage('r.test/x:1', { layers: ['a'], created });
    const [may, june] = [await at('2024-05-01T23:00:00Z'), await at('2024-06-01T22:00:00Z')];
    const zeroed = await at('1970-01-01T00:00:00Z');
    expect(daysBetween(may, june)).to.equal(30);
    expect(daysBetween(may, may)).to.equal(0);
    expect(daysBetween(june, may)).to.equal(undefined);
    expect(daysBetween(zeroed, june)).to.equal(undefined);
    expect([isOlder(may, june), isOlder(june, may), isOlder(zeroed, june)]).to.deep.equal([true, false, false]);
  });
});
