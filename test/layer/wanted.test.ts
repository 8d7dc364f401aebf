import { expect } from 'chai';
import type { LayerEntry } from '../../src/layer/analyzer.js';
import { Wanted } from '../../src/layer/wanted.js';
import { noting } from './walked.js';

const entryAt = (path: string): LayerEntry => ({ path, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0 });

describe('layer/wanted', () => {
  const wanted = new Wanted([
    noting(['etc/os-release', 'etc/*'], { name: 'both' }),
    noting(['etc/os-release'], { name: 'exact', wants: ({ path }) => (path === 'usr/looked-at' ? 'body' : 'header') }),
    noting(['var/lib/*'], { name: 'inside' }),
    noting(['*'], { name: 'nothing: a pattern needs a directory' }),
  ]);
  const asked = (path: string): string[] =>
    (wanted.of(entryAt(path), wanted.hasher.hash(path)) ?? []).map(
      ({ worker, body }) => `${worker.analyzer.name} ${body ? 'body' : 'header'}`,
    );

  for (const [path, expected] of [
    ['etc/os-release', ['both body', 'exact body']],
    ['etc/other', ['both body', 'exact header']],
    ['etc', ['exact header']],
    ['etc/deep/er', ['exact header']],
    ['var/lib/x', ['inside body', 'exact header']],
    ['usr/looked-at', ['exact body']],
  ] as const) {
    it(`asks each analyzer once, by path before header: ${path}`, () => {
      expect(asked(path)).to.deep.equal(expected);
    });
  }

  it('asks for digests apart from bodies', () => {
    const few = new Wanted([noting(['a'], { wants: () => 'digest' })]);
    const asked = (path: string) =>
      few.of(entryAt(path), few.hasher.hash(path))?.map(({ body, digest }) => [body, digest]);
    expect([asked('a'), asked('b')]).to.deep.equal([[[true, undefined]], [[false, true]]]);
  });

  it('asks for as many of the first bytes as the analyzer says of the entry', () => {
    const analyzer = { ...noting([], { wants: () => 'start' }), startBytes: ({ size }: LayerEntry) => size + 3 };
    const few = new Wanted([analyzer]);
    const asked = few.of({ ...entryAt('a'), size: 4 }, few.hasher.hash('a'));
    expect(asked?.map(({ body, digest, start }) => [body, digest, start])).to.deep.equal([[false, undefined, 7]]);
  });

  it('is undefined where nobody wants anything', () => {
    const few = new Wanted([noting(['a'])]);
    expect(few.of(entryAt('b'), few.hasher.hash('b'))).to.equal(undefined);
    expect(few.atPath('b', few.hasher.hash('b'))).to.equal(undefined);
    expect(few.atPath('a', few.hasher.hash('a'))).to.have.length(1);
  });

  it('tells paths apart by their text where hashes meet', () => {
    const few = new Wanted([noting(['a'])]);
    expect(few.of(entryAt('b'), few.hasher.hash('a'))).to.equal(undefined);
  });
});
