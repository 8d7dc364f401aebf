import { expect } from 'chai';
import { buildImage, buildIndex } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding, expectOneLine, expectRefused, runHostile } from '../support/hostile.js';

describe('an index that does not say for which platforms its images are', () => {
  const images = ['a', 'b'].map((path) => buildImage({ layers: [buildTar([{ path, body: 'x' }])] }));
  const entry = (i: number) => {
    const { mediaType, digest, size } = (images[i] as (typeof images)[0]).manifest.descriptor;
    return { mediaType, digest, size };
  };

  it('takes the only image', async () => {
    const judged = await examineHostile(buildIndex(images, { manifests: [entry(0)] }));
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
  });

  it('never guesses between two', async () => {
    const judged = await examineHostile(buildIndex(images, { manifests: [entry(0), entry(1)] }));
    expectRefused(judged, 'missing', 'the index has no image for linux/amd64');
  });

  it('says so of an empty index', async () => {
    expectRefused(await examineHostile(buildIndex([])), 'missing', 'the index has no image for linux/amd64');
  });

  it('prints no more of a platform than fits', async () => {
    const platform = { os: 'x'.repeat(1_000_000), architecture: 'y'.repeat(1_000_000) };
    const run = await runHostile(buildIndex(images, { manifests: [{ ...entry(0), platform }] }));
    expectOneLine(run, 13, /^imgcheck: missing: .*offered: x{1000}/);
    expect(run.stderr.length).to.be.lessThan(10_000);
  });

  it('prints no escape out of a platform', async () => {
    const evil = { ...entry(0), platform: { os: '\u001b]0;owned\u0007', architecture: '\u202egnp.exe' } };
    expectRefused(await examineHostile(buildIndex(images, { manifests: [evil] })), 'missing', 'the index has no image');
  });
});
