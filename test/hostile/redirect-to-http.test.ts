import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { redirectTo } from '../support/fake-answer.js';
import { FakeRegistry } from '../support/fake-registry.js';
import { examineHostile, expectOneLine, expectRefused, runHostile } from '../support/hostile.js';

describe('a redirect away from TLS', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  let plain: FakeRegistry;
  before(async () => void (plain = await FakeRegistry.start({ plain: true })));
  after(() => plain.close());

  it('is not followed', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) => registry.on(/GET .*\/blobs\//, () => redirectTo(`${plain.origin}/blob?X-Signature=secret`)),
    });
    expectRefused(judged, 'tls', 'redirected from https to plain http');
    expect(judged.error?.message).not.to.include('secret');
    expect(plain.requests).to.have.length(0);
  });

  for (const target of [
    'file:///etc/passwd',
    'ftp://localhost/x',
    'data:text/plain,x',
    'https://[::broken',
    'javascript:0',
  ]) {
    it(`is not followed to ${target}`, async () => {
      const judged = await examineHostile(image, {
        bend: (registry) => registry.on(/GET .*\/blobs\//, () => redirectTo(target)),
      });
      expectRefused(judged, 'hostile', 'redirected to');
    });
  }

  it('ends the command with one line and exit code 11', async () => {
    const run = await runHostile(image, {
      bend: (registry) => registry.on(/GET .*\/blobs\//, () => redirectTo(`${plain.origin}/b`)),
    });
    expectOneLine(run, 11, /^imgcheck: tls: .*redirected from https to plain http/);
    expect(plain.requests).to.have.length(0);
  });
});
