import { expect } from 'chai';
import { buildImage } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { redirectTo } from '../support/fake-answer.js';
import { examineHostile, expectRefused } from '../support/hostile.js';

describe('redirects without end', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  for (const what of ['manifests', 'blobs']) {
    it(`are followed five times: ${what}`, async () => {
      const judged = await examineHostile(image, {
        bend: (registry) => registry.on(new RegExp(`GET .*/${what}/`), (_, request) => redirectTo(request.url)),
      });
      expectRefused(judged, 'network', 'redirected more than 5 times');
      expect(judged.requests.filter(({ url }) => url.includes(`/${what}/`))).to.have.length(6);
    });
  }

  it('are followed five times though each leads to another place', async () => {
    let count = 0;
    const judged = await examineHostile(image, {
      bend: (registry) => registry.on(/ /, () => redirectTo(`/v2/hostile/app/manifests/${++count}`)),
    });
    expectRefused(judged, 'network', 'redirected more than 5 times');
    expect(judged.requests).to.have.length(6);
  });
});
