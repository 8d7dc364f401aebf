import { expect } from 'chai';
import { FakeRegistry } from '../support/fake-registry.js';
import { examineHostile, expectFinding, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('urls of a foreign layer', () => {
  let elsewhere: FakeRegistry;
  before(async () => void (elsewhere = await FakeRegistry.start()));
  after(() => elsewhere.close());

  const foreign = (urls: readonly string[]) => ({
    ...gzipOfTar(),
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    claims: { urls },
  });

  it('are never contacted, not even when the layer is not in the registry', async () => {
    const image = imageOfRaw([
      foreign([`${elsewhere.origin}/layer`, 'http://169.254.169.254/latest/meta-data/', 'file:///etc/passwd']),
    ]);
    const judged = await examineHostile(image, {
      others: [elsewhere],
      bend: (registry) =>
        registry.on(new RegExp(`blobs/${image.layers[0]?.descriptor.digest}`), () => ({
          status: 404,
          headers: {},
          body: Buffer.alloc(0),
        })),
    });
    expectRefused(judged, 'missing', 'the registry does not have the blob');
    expect(elsewhere.requests).to.have.length(0);
  });

  it('are only spoken of when it is', async () => {
    const judged = await examineHostile(imageOfRaw([foreign([`${elsewhere.origin}/layer`])]), { others: [elsewhere] });
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expect(judged.report.remarks.join()).to.include('is foreign');
    expect(elsewhere.requests).to.have.length(0);
  });

  it('stop the image when there are more than anybody needs', async () => {
    expectRefused(
      await examineHostile(imageOfRaw([foreign(Array.from({ length: 65 }, () => 'https://a/'))])),
      'hostile',
      'urls has 65 items',
    );
  });
});
