import { expect } from 'chai';
import { provesBase, sameContent, sharedLayers } from '../../src/freshness/prefix.js';
import { makeImage, type MakeImage } from './rig.js';

const make = (layers: string, more: Partial<MakeImage> = {}) =>
  makeImage('r.test/x:1', { layers: layers === '' ? [] : layers.split(' '), ...more });

describe('provesBase', () => {
  const cases: readonly [base: string, image: string, compressed: boolean, proof: string | undefined][] = [
    ['a', 'a b', false, 'layers'],
    ['a b', 'a b', false, 'layers'],
    ['a', 'a b', true, 'diff-ids'],
    ['a b', 'a b c', true, 'diff-ids'],
    ['b', 'a b', false, undefined],
    ['a c', 'a b', false, undefined],
    ['a b c', 'a b', false, undefined],
    ['', 'a b', false, undefined],
    ['a', '', false, undefined],
  ];
  for (const [base, image, compressed, proof] of cases) {
    it(`says ${proof ?? 'nothing'} of [${base}] under [${image}]${compressed ? ' compressed otherwise' : ''}`, async () => {
      const under = await make(base, compressed ? { compression: 'none' } : {});
      expect(provesBase(under, await make(image))).to.equal(proof);
    });
  }

  it('tells the same files under another manifest from other files', async () => {
    const one = await make('a b');
    expect(sameContent(one, await make('a b', { created: '2020-01-01T00:00:00Z', compression: 'none' }))).to.equal(
      true,
    );
    expect(sameContent(one, await make('a'))).to.equal(false);
    expect(sameContent(await make(''), await make('', { labels: { x: 'y' } }))).to.equal(false);
  });

  it('counts the lowest layers that are shared', async () => {
    expect(sharedLayers(await make('a b c'), await make('a b d', { compression: 'none' }))).to.equal(2);
    expect(sharedLayers(await make('a'), await make('b a'))).to.equal(0);
    expect(sharedLayers(await make('a b'), await make('a b c'))).to.equal(2);
  });
});
