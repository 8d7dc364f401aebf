import { expect } from 'chai';
import { buildImage, buildIndex, type BuiltImage, type BuiltIndex } from '../support/build-image.js';
import { buildTar } from '../support/build-tar.js';
import { examineHostile, expectFinding, expectRefused } from '../support/hostile.js';

describe('indexes within indexes', () => {
  const image = buildImage({ layers: [buildTar([{ path: 'a', body: 'x' }])] });
  const nest = (depth: number): BuiltImage | BuiltIndex =>
    Array.from({ length: depth }).reduce<BuiltImage | BuiltIndex>((inner) => buildIndex([inner]), image);

  it('finds the image three deep', async () => {
    expectFinding(await examineHostile(nest(3)), 'layers-intact', 'pass', '1 layer');
  });

  it('stops the image four deep', async () => {
    expectRefused(await examineHostile(nest(4)), 'hostile', 'indexes are nested more than 3 deep');
  });

  it('stops the image where there are more indexes than anybody needs', async () => {
    const wide = buildIndex(
      Array.from({ length: 40 }, (_, i) => buildIndex([], { annotations: { number: String(i) } })),
    );
    const judged = await examineHostile(wide);
    expectRefused(judged, 'hostile', 'the index contains more than 32 indexes');
    expect(judged.requests.length).to.be.lessThan(40);
  });

  it('stops the image for an index of 1001 manifests', async () => {
    const { descriptor } = image.manifest;
    const judged = await examineHostile(buildIndex([], { manifests: Array.from({ length: 1001 }, () => descriptor) }));
    expectRefused(judged, 'hostile', 'has 1001 items, more than 1000');
  });
});
