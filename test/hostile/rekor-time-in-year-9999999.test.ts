import { expect } from 'chai';
import { verifyCosign } from '../../src/signature/cosign.js';
import { image, keysOf, signWithKey, TestLog } from '../support/cosign.js';
import { ecKey } from '../support/x509.js';

const key = ecKey();
const log = new TestLog();
const trust = { kind: 'keys', keys: keysOf(key), rekor: log.keys } as const;
const now = new Date('2026-11-24T12:00:00Z');

describe('hostile: a Rekor time in the year 9999999', () => {
  const times = [315_507_000_000_000, 8_640_000_000_001, 253_402_300_800, Number.MAX_SAFE_INTEGER];
  for (const time of times) {
    it(`finds the second ${time} invalid, though the log signed it`, () => {
      const judgement = verifyCosign(signWithKey(key, { log, time }), image, trust, now);
      expect(judgement).to.include({
        outcome: 'invalid',
        reason: 'the time of the Rekor entry is past the year 9999',
      });
    });
  }

  it('finds a number past 2^53 invalid, which other readers round', () => {
    const { outcome, reason } = verifyCosign(signWithKey(key, { log, time: 2 ** 60 }), image, trust, now);
    expect(`${outcome}: ${reason}`).to.match(/^invalid: .*integratedTime is not a whole number/);
  });
});
