import { expect } from 'chai';
import { examineHostile, imageOfTar } from '../support/hostile.js';

describe('an instruction of 3 MiB behind every piece of evidence', () => {
  it('does not make the report a thousand times as long', async () => {
    const files = Array.from({ length: 300 }, (_, i) => ({ path: `s${i}`, mode: 0o6777, body: '' }));
    const history = [{ created_by: `RUN ${'x '.repeat(1.5 * 1024 ** 2)}` }];
    const judged = await examineHostile(imageOfTar(files, { history }));
    expect(judged.error).to.equal(undefined);
    expect(judged.printed.length).to.be.lessThan(10 * 1024 ** 2);
  });
});
