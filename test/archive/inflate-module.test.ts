import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { inflateModule } from '../../src/archive/inflate-module.js';

const build = fileURLToPath(new URL('../../scripts/inflate/build.mjs', import.meta.url));

describe('inflateModule', () => {
  it('is what its source compiles to, byte for byte', () => {
    const { status, stderr } = spawnSync(process.execPath, [build, '--check'], { encoding: 'utf8' });
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
  });

  it('is small enough to be looked through', () => {
    expect(Buffer.from(inflateModule, 'base64').length).to.be.lessThan(8192);
  });
});
