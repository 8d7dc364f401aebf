import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';
import fc from 'fast-check';
import { WasmGzipDecoder } from '../../src/archive/gzip-wasm.js';
import { WasmInflater } from '../../src/archive/inflate-wasm.js';
import type { Sink } from '../../src/archive/decoder.js';
import { decodeBy, outcomeOf } from '../support/decoding.js';
import { randomFrom } from '../support/random.js';

function open(sink: Sink): WasmGzipDecoder {
  const inflater = WasmInflater.open();
  if (!inflater) throw new Error('no WebAssembly here');
  return new WasmGzipDecoder(inflater, sink, 'layer');
}

/** What zlib makes of it: the plain bytes, or the word for what is wrong. */
function oracle(bytes: Uint8Array): Buffer | 'truncated' | 'corrupt' {
  if (bytes.length === 0) return 'truncated';
  try {
    return gunzipSync(bytes);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR' ? 'truncated' : 'corrupt';
  }
}

type Kind = 'noise' | 'words' | 'runs' | 'mixture';

/** Content as different as code lengths, matches and stored blocks need it, the same for the same seed. */
function contentOf(kind: Kind, size: number, seed: number): Buffer {
  const random = randomFrom(seed | 1);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size;) {
    const form = kind === 'mixture' ? (['noise', 'words', 'runs', 'copy'] as const)[random(4)] : kind;
    const length = Math.min(size - at, 1 + random(form === 'noise' ? 200 : 600));
    if (form === 'copy' && at > 0) {
      const from = at - 1 - random(Math.min(at, 40_000));
      for (let i = 0; i < length; i++) bytes[at + i] = bytes[from + i] as number;
    } else if (form === 'runs') bytes.fill(random(256), at, at + length);
    else if (form === 'words') bytes.write(['usr/', 'lib64/', 'bin', '\0\0\0\0', 'share/doc/'][random(5)] ?? '', at);
    else for (let i = 0; i < length; i++) bytes[at + i] = random(256);
    at += form === 'words' ? Math.min(length, 10) : length;
  }
  return bytes;
}

const member = fc.record({
  kind: fc.constantFrom<Kind>('noise', 'words', 'runs', 'mixture'),
  size: fc.oneof(
    { weight: 12, arbitrary: fc.nat({ max: 3000 }) },
    { weight: 4, arbitrary: fc.nat({ max: 40_000 }) },
    { weight: 1, arbitrary: fc.nat({ max: 400_000 }) },
  ),
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  level: fc.integer({ min: 0, max: 9 }),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_FILTERED,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
  windowBits: fc.integer({ min: 9, max: 15 }),
  memLevel: fc.integer({ min: 1, max: 9 }),
});

const damage = fc.oneof(
  fc.constant({ how: 'none' as const, where: 0 }),
  fc.record({ how: fc.constant('cut' as const), where: fc.nat() }),
  fc.record({ how: fc.constant('flip' as const), where: fc.nat() }),
  // The head is where codes are: damage there has most ways to be wrong.
  fc.record({ how: fc.constant('flip' as const), where: fc.nat({ max: 1000 }) }),
);

describe('WasmGzipDecoder', () => {
  it('agrees with zlib on 10,000 random streams, whole, cut and with a bit flipped', async function () {
    this.timeout(300_000);
    const counts = { same: 0, truncated: 0, corrupt: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(member, { minLength: 1, maxLength: 3 }),
        damage,
        fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300_000 })),
        async (members, { how, where }, pieceSize) => {
          let bytes = Buffer.concat(
            members.map(({ kind, size, seed, ...options }) => gzipSync(contentOf(kind, size, seed), options)),
          );
          if (how === 'cut') bytes = bytes.subarray(0, where % bytes.length);
          if (how === 'flip') {
            const at = (where >>> 3) % bytes.length;
            bytes[at] = (bytes[at] as number) ^ (1 << (where & 7));
          }
          const expected = oracle(bytes);
          for (const size of bytes.length < 4096 ? [pieceSize, 1] : [pieceSize]) {
            const found = await decodeBy(open, bytes, size).catch((error: unknown) => error);
            if (found instanceof Buffer) {
              expect(typeof expected !== 'string' && expected.equals(found)).to.equal(true);
            } else if (typeof expected === 'string') {
              expect(found).to.include({ kind: 'hostile' });
              expect((found as Error).message).to.match(new RegExp(`^layer: ${expected} gzip data`));
            } else {
              // zlib leaves out what follows a zero byte after a member: the one thing that we refuse and it does not.
              expect(found).to.have.property('message', 'layer: data after the end of the gzip data');
            }
          }
          counts[typeof expected === 'string' ? expected : 'same']++;
        },
      ),
      { seed: 8, numRuns: 10_000 },
    );
    for (const count of Object.values(counts)) expect(count).to.be.greaterThan(1000);
  });

  it('says what is wrong with the deflate data as the cause', async () => {
    const error = await decodeBy(open, Buffer.concat([gzipSync('').subarray(0, 10), Uint8Array.of(7)])).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).to.have.nested.property('cause.message', 'block type 3');
  });

  it('reads members that end where its window does', async () => {
    const whole = gzipSync(Buffer.alloc(262_144, 'window'));
    const half = gzipSync(Buffer.alloc(131_072, 'half'));
    const members = [whole, half, half, whole, gzipSync(''), whole, gzipSync('rest')];
    const packed = Buffer.concat(members);
    for (const size of [1, 100, packed.length]) {
      expect((await decodeBy(open, packed, size)).equals(gunzipSync(packed)), `${size}`).to.equal(true);
    }
  });

  it('reads 3000 small members', async () => {
    const packed = Buffer.concat(Array.from({ length: 3000 }, (_, i) => gzipSync(`member ${i}\n`)));
    for (const size of [1000, packed.length]) {
      expect((await decodeBy(open, packed, size)).equals(gunzipSync(packed))).to.equal(true);
    }
  });

  it('hands pieces over that end at whole blocks of 512 bytes, but for the last', async () => {
    const sizes: number[] = [];
    const decoder = open((plain) => sizes.push(plain.length));
    const packed = gzipSync(Buffer.alloc(1_000_001, 'abcdefgh'), { level: 0 });
    for (let at = 0; at < packed.length; at += 10_000) decoder.write(packed.subarray(at, at + 10_000));
    decoder.end();
    expect(sizes.slice(0, -1).filter((size) => size % 512 !== 0)).to.deep.equal([]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(1_000_001);
  });

  it('hands over what comes before the damage', async () => {
    const parts: Buffer[] = [];
    const decoder = open((plain) => parts.push(Buffer.from(plain)));
    const packed = gzipSync(Buffer.alloc(100_100, 'x'), { level: 0 });
    packed.fill(0xff, packed.length - 8);
    const error = await outcomeOf(
      (async () => {
        decoder.write(packed);
        return Buffer.alloc(0);
      })(),
      'hostile',
    );
    expect(error).to.equal('layer: corrupt gzip data');
    expect(Buffer.concat(parts).length).to.equal(100_100);
  });
});
