import { expect } from 'chai';
import { checks } from '../../src/checks/all.js';
import { answer, examinationOf } from './rig.js';

describe('all checks', () => {
  for (const check of checks) {
    it(`has ${check.id} ask a question, give a reason and a remedy`, () => {
      expect(check.id).to.match(/^[a-z]+(?:-[a-z]+)*$/);
      expect(check.asks).to.match(/^[A-Z].*\?$/);
      expect(check.reason).to.match(/^[A-Z].*\.$/);
      expect(check.remedy).to.match(/^[A-Z].*\.$/);
    });

    it(`has ${check.id} answer when nothing was looked at: never pass, never fail`, async () => {
      const answers = answer(check, await examinationOf({ read: false }));
      // Without a connection there is nothing that TLS should have protected.
      const expected = check.id === 'tls' ? /^pass: no network/ : /^unknown idle: /;
      for (const one of answers) expect(one).to.match(expected);
    });

    it(`has ${check.id} answer for an image without layers`, async () => {
      expect(answer(check, await examinationOf({ layers: [] }))).not.to.deep.equal([]);
    });
  }

  it('marks those that a rebuild mends', () => {
    const mended = checks.filter((check) => check.mendedByRebuild).map((check) => check.id);
    expect(mended).to.deep.equal(['base-current', 'packages-current', 'update-layer-current']);
  });
});
