import { expect } from 'chai';
import { HashSet, lastSlash, PathHasher } from '../../src/layer/path-set.js';
import { randomFrom } from './random-stack.js';

const key = Uint8Array.from({ length: 16 }, (_, i) => i);

describe('layer/path-set', () => {
  describe('the hasher', () => {
    it('agrees with a SipHash-1-3 of its own, component by component', () => {
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
      const again = new HashSet(values);
      expect(again.size).to.equal(set.size);
      expect(hashes.every((hash) => again.has(hash))).to.equal(true);
      expect(again.has(hasher.hash('not there'))).to.equal(false);
    });

    it('is empty at first', () => {
      expect(new HashSet().has(1)).to.equal(false);
      expect(new HashSet().values()).to.have.length(0);
    });
  });

  it('checks its own SipHash by the vector of the paper (SipHash-2-4, appendix A)', () => {
    const words = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n & 0xffffffffffffffn, 0n];
    words[1] = 0x0e0d0c0b0a0908n | (15n << 56n);
    expect(sipHash(words.slice(0, 2), 2, 4)).to.equal(0xa129ca6149be45e5n);
  });
});

function randomPaths(random: (below: number) => number, count: number): string[] {
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random(6) }, () =>
      Array.from({ length: 1 + random(11) }, () => 'abcé中\udcff'[random(6)]).join(''),
    ).join('/'),
  );
}

/** As the comment of PathTable says it, in big integers. */
function slowHash(path: string): number {
  let hash = 0n;
  for (const component of path.split('/')) {
    const units = Array.from({ length: component.length }, (_, i) => BigInt(component.charCodeAt(i)));
    const words = [hash];
    for (let at = 0; at + 4 <= units.length; at += 4) words.push(join(units.slice(at, at + 4)));
    words.push(join(units.slice(units.length - (units.length % 4))) | (BigInt(units.length) << 48n));
    hash = sipHash(words, 1, 3);
  }
  return Number(((hash >> 32n) >> 11n) * 2n ** 32n + (hash & 0xffffffffn)) || 1;
}

function join(units: readonly bigint[]): bigint {
  return units.reduce((word, unit, i) => word | (unit << (16n * BigInt(i))), 0n);
}

function sipHash(words: readonly bigint[], compressions: number, finalizations: number): bigint {
  const all = 2n ** 64n - 1n;
  const rotl = (x: bigint, by: bigint): bigint => ((x << by) | (x >> (64n - by))) & all;
  const [k0, k1] = [0x0706050403020100n, 0x0f0e0d0c0b0a0908n];
  let [v0, v1, v2, v3] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = (): void => {
    v0 = (v0 + v1) & all;
    v1 = rotl(v1, 13n) ^ v0;
    v0 = rotl(v0, 32n);
    v2 = (v2 + v3) & all;
    v3 = rotl(v3, 16n) ^ v2;
    v0 = (v0 + v3) & all;
    v3 = rotl(v3, 21n) ^ v0;
    v2 = (v2 + v1) & all;
    v1 = rotl(v1, 17n) ^ v2;
    v2 = rotl(v2, 32n);
  };
  for (const word of words) {
    v3 ^= word;
    for (let i = 0; i < compressions; i++) round();
    v0 ^= word;
  }
  v2 ^= 0xffn;
  for (let i = 0; i < finalizations; i++) round();
  return v0 ^ v1 ^ v2 ^ v3;
}
