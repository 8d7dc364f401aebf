import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';

describe('names that step out of the root', () => {
  for (const name of [
    '../etc/passwd',
    'usr/../../../etc/shadow',
    './../x',
    '..',
    'a/b/../../../c',
    '/../etc/cron.d/x',
  ]) {
    it(`fails layers-intact for ${name}`, async () => {
      const judged = await examineHostile(
        imageOfTar([
          { path: 'etc/', mode: 0o755 },
          { path: name, body: 'x' },
        ]),
      );
      expectFinding(judged, 'layers-intact', 'fail', 'escaping-name');
      expect(judged.exitCode).to.equal(1);
    });
  }

  it('reports a setuid file under the name at which engines clamp it', async () => {
    const judged = await examineHostile(
      imageOfTar([{ path: '../../../usr/bin/../sbin/evil', mode: 0o4755, body: 'x' }]),
    );
    expectFinding(judged, 'setuid', 'fail', '/usr/sbin/evil by layer 1');
  });
});
