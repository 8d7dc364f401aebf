import { expect } from 'chai';
import { digestOf } from '../../src/oci/digest.js';
import {
  expectPrintable,
  examineHostile,
  expectFinding,
  gzipOfTar,
  imageOfRaw,
  runHostile,
} from '../support/hostile.js';

describe('a layer whose tar bytes are not the ones that the config lists', () => {
  const { bytes, diffId } = gzipOfTar();
  const image = imageOfRaw([{ bytes, diffId: digestOf(Buffer.from('another tar')) }]);

  it('fails layers-intact, which is exit code 1', async () => {
    const judged = await examineHostile(image);
    expectFinding(judged, 'layers-intact', 'fail', `layer 1: its tar bytes hash to ${diffId}`);
    expect(judged.exitCode).to.equal(1);
  });

  it('is said by the command with exit code 1', async () => {
    const run = await runHostile(image);
    expect([run.code, run.stderr]).to.deep.equal([1, '']);
    expect(run.stdout).to.include('layers-intact').and.include('fail: a required check failed (exit 1)');
    expectPrintable(run.stdout);
  });

  it('stops the image for a diff_id that is no digest', async () => {
    const judged = await examineHostile(imageOfRaw([{ bytes, diffId: 'sha256:\u001b[2J' }]));
    expect([judged.error?.kind, judged.exitCode]).to.deep.equal(['hostile', 15]);
  });
});
