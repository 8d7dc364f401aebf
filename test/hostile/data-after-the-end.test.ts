import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding } from '../support/hostile.js';

describe('a tar that goes on after its end', () => {
  const honest = buildTar([{ path: 'etc/motd', body: 'hello' }]);

  it('fails layers-intact and does not read the members there', async () => {
    const second = buildTar([{ path: 'usr/bin/su', mode: 0o4755, body: 'x' }]);
    const judged = await examineHostile(buildImage({ layers: [Buffer.concat([honest, second])] }));
    expectFinding(judged, 'layers-intact', 'fail', 'data-after-end');
    expectFinding(judged, 'setuid', 'pass', 'no setuid');
    expect(judged.exitCode).to.equal(1);
  });

  it('fails layers-intact for a single byte', async () => {
    const judged = await examineHostile(
      buildImage({ layers: [Buffer.concat([honest, Buffer.alloc(99), Buffer.from('x')])] }),
    );
    expectFinding(judged, 'layers-intact', 'fail', 'data-after-end');
  });

  it('passes for the zeros that GNU tar pads with', async () => {
    const judged = await examineHostile(buildImage({ layers: [Buffer.concat([honest, Buffer.alloc(10_240)])] }));
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
  });
});
