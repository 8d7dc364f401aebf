import { expect } from 'chai';
import type { LayerProgress } from '../../src/examination/layers.js';
import { failureOf, inTemporaryDirectory } from '../source/failure.js';
import { buildFrom, database, openBuilt, readerOf } from './rig.js';

const two = buildFrom([[database('bash 1-1')], [{ path: 'own', body: 'x' }]]);

describe('LayerReader', () => {
  it('gives facts of every layer, bottom first, and what was fetched for them', async () => {
    const { image } = await openBuilt(two);
    const gathered = await readerOf().gather(image);
    expect(gathered.facts.map((one) => one.digest)).to.deep.equal(image.layers.map((one) => one.descriptor.digest));
    expect(gathered.facts.map((one) => one.diffId)).to.deep.equal(image.layers.map((one) => one.diffId));
    expect(gathered.bytes).to.equal(image.layers.reduce((sum, one) => sum + one.descriptor.size, 0));
    expect(gathered.cached).to.equal(0);
  });

  it('fetches each layer once, also when an image has it twice', async () => {
    const built = buildFrom([[{ path: 'a', body: 'a' }], [{ path: 'a', body: 'a' }]]);
    const { image, transport } = await openBuilt(built);
    const before = transport.fetched.length;
    const { facts } = await readerOf().gather(image);
    expect(facts.length).to.equal(2);
    expect(transport.fetched.length - before).to.equal(1);
  });

  it('fetches nothing whose facts were kept', async () => {
    await inTemporaryDirectory(async (folder) => {
      const first = await openBuilt(two);
      const { facts } = await readerOf(folder).gather(first.image);
      const second = await openBuilt(two);
      const before = second.transport.fetched.length;
      const again = await readerOf(folder).gather(second.image);
      expect(second.transport.fetched.length).to.equal(before);
      expect([again.cached, again.bytes]).to.deep.equal([2, 0]);
      expect(again.facts).to.deep.equal(facts);
    });
  });

  it('fetches a layer anew, once, when its bytes are not what they should be', async () => {
    const { image, transport } = await openBuilt(two);
    const layer = two.layers[1];
    if (!layer) throw new Error('no layer');
    const { digest } = layer.descriptor;
    const broken = Uint8Array.from(layer.bytes);
    broken[20] = (broken[20] ?? 0) ^ 1;
    transport.blobs.set(digest, broken);
    const fetch = transport.fetch.bind(transport);
    let tries = 0;
    transport.fetch = (descriptor) => {
      if (descriptor.digest === digest && ++tries === 2) transport.blobs.set(digest, layer.bytes);
      return fetch(descriptor);
    };
    const { facts } = await readerOf().gather(image);
    expect([tries, facts[1]?.digest]).to.deep.equal([2, digest]);
  });

  it('ends with the failure of a layer that stays wrong, the others waited for', async () => {
    const { image, transport } = await openBuilt(two);
    const { digest } = image.layers[0]?.descriptor ?? {};
    if (digest) transport.blobs.set(digest, new Uint8Array(10));
    await failureOf('integrity', () => readerOf().gather(image));
    const gone = await openBuilt(two);
    if (digest) gone.transport.blobs.delete(digest);
    await failureOf('missing', () => readerOf().gather(gone.image));
  });

  it('tells how far each layer has come', async () => {
    const { image } = await openBuilt(two);
    const heard: LayerProgress[] = [];
    await readerOf(undefined, (progress) => heard.push(progress)).gather(image);
    for (const [i, layer] of image.layers.entries()) {
      const mine = heard.filter((one) => one.layer === i);
      expect(mine[0]?.state).to.equal('started');
      expect(mine.at(-1)?.state).to.equal('read');
      expect(mine.reduce((sum, one) => sum + one.bytes, 0)).to.equal(layer.descriptor.size);
    }
  });
});
