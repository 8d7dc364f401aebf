import { expect } from 'chai';
import { parseAdvisoryDate } from '../../src/repodata/advisory-date.js';

describe('parseAdvisoryDate', () => {
  const cases: readonly [text: string, iso: string | undefined][] = [
    ['2021-07-22 18:25:24', '2021-07-22T18:25:24.000Z'],
    ['2013-01-27 16:08:05 UTC', '2013-01-27T16:08:05.000Z'],
    ['2018-01-11 21:05', '2018-01-11T21:05:00.000Z'],
    ['2026-03-01', '2026-03-01T00:00:00.000Z'],
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00.123456+00:00', '2026-03-01T10:00:00.000Z'],
    ['1770000000', '2026-02-02T02:40:00.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['2023-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-03-01 25:00', undefined],
    ['15mangled2', undefined],
    ['0', undefined],
    ['1970-01-01 00:00:00', undefined],
    ['', undefined],
    ['None', undefined],
    ['99999999999999999999', undefined],
  ];
  for (const [text, iso] of cases) {
    it(`reads ${iso ?? 'no date'} from '${text}'`, () => {
      const seconds = parseAdvisoryDate(text);
      expect(seconds === undefined ? undefined : new Date(seconds * 1000).toISOString()).to.equal(iso);
    });
  }
});
