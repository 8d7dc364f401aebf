import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { imgcheck } from '../support/command-line.js';

describe('npm run demo', function () {
  this.timeout(120_000);

  it('serves the committed images over TLS, and shows a true verdict on them with Node alone', async () => {
    await imgcheck(['--version']); // compiles what the demo runs
    const script = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));
    const { status, stdout } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect(stdout).to.include('fail: rebuild needed (exit 4)').and.include('1 release and 51 days behind');
    expect(stdout).to.include('imgcheck ended with 4');
    expect(status).to.equal(0);
  });
});
