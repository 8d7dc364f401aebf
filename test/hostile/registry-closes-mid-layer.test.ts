import { expect } from 'chai';
import { examineHostile, expectFinding, expectRefused, gzipOfTar, imageOfRaw } from '../support/hostile.js';

describe('a connection that is closed within a layer', () => {
  const image = imageOfRaw([gzipOfTar([{ path: 'a', body: Array.from({ length: 60_000 }, (_, i) => i * i).join() }])]);
  const blob = new RegExp(`blobs/${image.layers[0]?.descriptor.digest}`);

  it('goes on where it broke off, and every byte is verified', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) => registry.on(blob, (answer) => ({ ...answer, cutAt: 100_000 }), 1),
    });
    expectFinding(judged, 'layers-intact', 'pass', '1 layer');
    expect(judged.requests.filter(({ headers }) => headers.range !== undefined)).to.have.length(1);
  });

  for (const cutAt of [0, 1, 500]) {
    it(`is given up when it always is: at byte ${cutAt}`, async () => {
      const judged = await examineHostile(image, {
        bend: (registry) => registry.on(blob, (answer) => ({ ...answer, cutAt })),
      });
      expectRefused(judged, 'network', /./);
      expect(judged.requests.length).to.be.lessThan(40);
    });
  }

  it('is not taken in by another part than the one asked for', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) =>
        registry.on(blob, (answer, { headers }) =>
          headers.range === undefined
            ? { ...answer, cutAt: 100_000 }
            : {
                status: 206,
                headers: { 'content-range': `bytes 0-99/${answer.body.byteLength}` },
                body: answer.body.subarray(0, 100),
              },
        ),
    });
    expect(judged.error?.kind).to.be.oneOf(['network', 'integrity']);
    expect(judged.requests.length).to.be.lessThan(40);
  });

  it('is not taken in by other bytes in the resumed part', async () => {
    const judged = await examineHostile(image, {
      bend: (registry) => {
        registry.on(blob, (answer) => ({ ...answer, cutAt: 100_000 }), 1);
        registry.on(blob, (answer, { headers }) =>
          headers.range === undefined ? answer : { ...answer, body: Buffer.alloc(answer.body.byteLength, 7) },
        );
        registry.on(blob, (answer, { headers }) =>
          headers.range === undefined ? { ...answer, cutAt: 100_000 } : answer,
        );
      },
    });
    expectRefused(judged, 'integrity', 'digest mismatch');
  });
});
