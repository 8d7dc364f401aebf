import { expect } from 'chai';
import { HashSet, lastSlash, PathHasher, SortedHashes } from '../../src/layer/path-set.js';
import { randomFrom } from './random-stack.js';

const key = Uint8Array.from({ length: 16 }, (_, i) => i);

describe('layer/path-set', () => {
  describe('the hasher', () => {
    it('agrees with a HalfSipHash-1-3 of its own, component by component', () => {
      const random = randomFrom(1);
      const hasher = new PathHasher(key);
      for (const path of ['', 'a', 'usr', 'usr/bin', 'usr/bin/su', 'é/ü/\udc80', ...randomPaths(random, 3000)]) {
        expect(hasher.hash(path), path).to.equal(slowHash(path));
      }
    });

    it('gives a path the same hash whatever was asked before', () => {
      const hasher = new PathHasher(key);
      for (const path of randomPaths(randomFrom(2), 5000)) {
        expect(hasher.hash(path), path).to.equal(new PathHasher(key).hash(path));
      }
    });

    it('lists the hashes of the directories above, outermost first', () => {
      const hasher = new PathHasher(key);
      for (const path of ['a/b/c', 'a/b/d', 'a/bb/c', 'a', 'a/b/c/d/e', 'x/b/c', '']) {
        const parts = path.split('/').slice(0, -1);
        const above = parts.map((_, i) => slowHash(parts.slice(0, i + 1).join('/')));
        expect(hasher.above(path), path).to.deep.equal(above);
      }
    });

    it('has another hash under another key', () => {
      const hashes = Array.from({ length: 100 }, () => new PathHasher().hash('usr/bin/su'));
      expect(new Set(hashes).size).to.equal(100);
    });

    it('never gives 0, which marks a free slot', () => {
      for (const path of randomPaths(randomFrom(3), 1000)) expect(new PathHasher().hash(path)).to.be.greaterThan(0);
    });

    it('takes a path of two thousand directories component by component', () => {
      const deep = 'a/'.repeat(2047);
      const hasher = new PathHasher(key);
      for (let i = 0; i < 300; i++) hasher.hash(`${i}/${deep}x`);
      expect(hasher.above(`${deep}x`)).to.have.length(2047);
    });
  });

  it('finds the last slash', () => {
    for (const path of ['', 'a', '/', 'a/', 'a/b', 'a/b/c']) expect(lastSlash(path)).to.equal(path.lastIndexOf('/'));
  });

  describe('the set', () => {
    it('holds what a Set holds, through every growth', () => {
      const random = randomFrom(4);
      const set = new HashSet();
      const other = new Set<number>();
      for (let i = 0; i < 5000; i++) {
        // Some differ in the upper bits alone, so that they begin at one slot.
        const hash = 1 + random(2 ** 12) + 2 ** 32 * random(2 ** 4);
        expect(set.add(hash)).to.equal(!other.has(hash));
        other.add(hash);
      }
      expect(set.size).to.equal(other.size);
      for (let i = 0; i < 5000; i++) {
        const hash = 1 + random(2 ** 13) + 2 ** 32 * random(2 ** 4);
        expect(set.has(hash)).to.equal(other.has(hash));
      }
    });

    it('comes back from its packed values', () => {
      const hasher = new PathHasher(key);
      const hashes = randomPaths(randomFrom(5), 5000).map((path) => hasher.hash(path));
      const set = new HashSet();
      for (const hash of hashes) set.add(hash);
      const values = set.values();
      expect([...values].sort()).to.deep.equal([...new Set(hashes)].sort());
      const again = new SortedHashes(values);
      expect(again.size).to.equal(set.size);
      expect(hashes.every((hash) => again.has(hash))).to.equal(true);
      expect(again.has(hasher.hash('not there'))).to.equal(false);
    });

    it('is empty at first', () => {
      expect(new HashSet().has(1)).to.equal(false);
      expect(new HashSet().values()).to.have.length(0);
    });
  });

  for (const [length, expected] of [
    [0, [0x591f8d21, 0xc83cb8b9]],
    [1, [0x122455be, 0x157338f8]],
  ] as const) {
    it(`measures by a HalfSipHash that gives the vector of its authors for ${length} bytes (HalfSipHash-2-4)`, () => {
      expect(halfSipHash([(length << 24) >>> 0], [0x03020100, 0x07060504], 2, 4)).to.deep.equal(expected);
    });
  }
});

function randomPaths(random: (below: number) => number, count: number): string[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random(6) }, () =>
      Array.from({ length: 1 + random(11) }, () => 'abcé中\udcff'[random(6)]).join(''),
    ).join('/'),
  );
}

/** As the comment of PathTable says it. */
function slowHash(path: string): number {
  const keyWords = [0, 4, 8, 12].map((at) => Buffer.from(key).readUInt32LE(at));
  let hash = keyWords.slice(2);
  for (const component of path.split('/')) {
    const units = Array.from({ length: component.length }, (_, i) => component.charCodeAt(i));
    const words = [...hash];
    for (let at = 0; at + 2 <= units.length; at += 2) words.push((units[at] ?? 0) + 65536 * (units[at + 1] ?? 0));
    words.push((units.length % 2 === 1 ? (units.at(-1) ?? 0) : 0) + 65536 * units.length);
    hash = halfSipHash(words, keyWords, 1, 3);
  }
  const [low = 0, high = 0] = hash;
  return Math.floor(high / 2 ** 11) * 2 ** 32 + low || 1;
}

/** In whole numbers below 2^32, as the paper and its reference say it; eight bytes out, as two words. */
function halfSipHash(
  words: readonly number[],
  keys: readonly number[],
  compressions: number,
  closing: number,
): number[] {
  const [k0 = 0, k1 = 0] = keys;
  const v = [k0, k1, xor(k0, 0x6c796765), xor(k1, 0x74656462)];
  const at = (i: number): number => v[i] ?? 0;
  const add = (i: number, j: number): void => void (v[i] = (at(i) + at(j)) % 2 ** 32);
  const turn = (i: number, by: number): void => {
    v[i] = ((at(i) * 2 ** by) % 2 ** 32) + Math.floor(at(i) / 2 ** (32 - by));
  };
  const mix = (i: number, j: number): void => void (v[i] = xor(at(i), at(j)));
  const rounds = (count: number): void => {
    for (let i = 0; i < count; i++) {
      for (const [a, b, by, more] of [
        [0, 1, 5, true],
        [2, 3, 8, false],
        [0, 3, 7, false],
        [2, 1, 13, true],
      ] as const) {
        add(a, b);
        turn(b, by);
        mix(b, a);
        if (more) turn(a, 16);
      }
    }
  };
  v[1] = xor(at(1), 0xee);
  for (const word of words) {
    v[3] = xor(at(3), word);
    rounds(compressions);
    v[0] = xor(at(0), word);
  }
  v[2] = xor(at(2), 0xee);
  rounds(closing);
  const low = xor(at(1), at(3));
  v[1] = xor(at(1), 0xdd);
  rounds(closing);
  return [low, xor(at(1), at(3))];
}

function xor(a: number, b: number): number {
  return (a ^ b) >>> 0;
}
