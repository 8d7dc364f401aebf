import { expect } from 'chai';
import { examineHostile, expectFinding, imageOfTar } from '../support/hostile.js';

describe('a zero block between the members', () => {
  it('reads on, because some engines do, and fails layers-intact, because others do not', async () => {
    const judged = await examineHostile(
      imageOfTar([{ path: 'a', body: 'x' }, Buffer.alloc(512), { path: 'usr/bin/su', mode: 0o4755, body: 'x' }]),
    );
    expectFinding(judged, 'layers-intact', 'fail', 'it follows a lone zero block');
    expectFinding(judged, 'setuid', 'fail', '/usr/bin/su by layer 1');
    expect(judged.exitCode).to.equal(1);
  });
});
