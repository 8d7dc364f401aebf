import { expect } from 'chai';
import { TarReader } from '../../src/archive/tar.js';
import { buildTar, type TarInput } from '../support/build-tar.js';
import { examineHostile, expectFinding, expectRefused, imageOfTar } from '../support/hostile.js';

describe('more entries than any layer has', () => {
  const entries = (count: number): TarInput[] => Array.from({ length: count }, (_, i) => ({ path: `f${i}`, body: '' }));

  const counter = () => ({ count: 0, entry: () => false, body() {}, endBody() {}, odd() {} });

  it('stops reading at the limit, here set to 10,000', () => {
    const read = (count: number): number => {
      const handler = { ...counter(), entry: () => (handler.count++, false) };
      const reader = new TarReader(handler, 'layer', { entries: 10_000 });
      reader.write(buildTar(entries(count)));
      reader.end();
      return handler.count;
    };
    expect(read(10_000)).to.equal(10_000);
    expect(() => read(10_001))
      .to.throw('more than 10000 headers')
      .with.property('kind', 'hostile');
  });

  it('counts headers that belong to members as well', () => {
    const reader = new TarReader(counter(), 'layer', { entries: 100 });
    const tar = buildTar(Array.from({ length: 60 }, () => ({ path: 'a', pax: { comment: 'x' } })));
    expect(() => reader.write(tar)).to.throw('more than 100 headers');
  });

  it('stops the image for whiteouts beyond their limit', async () => {
    const whiteouts = Array.from({ length: 250_001 }, (_, i) => ({ path: `.wh.${i}` }));
    expectRefused(await examineHostile(imageOfTar(whiteouts)), 'hostile', 'more than 250000 whiteouts');
  });

  it('stops the image for hard links out of the layer beyond their limit', async () => {
    const links = Array.from(
      { length: 100_001 },
      (_, i) => ({ path: `l${i}`, type: 'hardlink', linkname: 'below' }) as const,
    );
    expectRefused(await examineHostile(imageOfTar(links)), 'hostile', 'more than 100000 hard links out of the layer');
  });

  it('lists some and counts the rest of 30,000 world-writable files', async () => {
    const files = Array.from({ length: 30_000 }, (_, i) => ({ path: `f${i}`, mode: 0o666, body: '' }));
    const judged = await examineHostile(imageOfTar(files));
    expectFinding(judged, 'world-writable', 'fail', '20000 world-writable entries');
    expect(judged.report.coverage?.skipped.join()).to.include('10000 world-writable entries were counted');
  });
});
