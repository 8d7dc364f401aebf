import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import { inflateEngines, type InflateEngine } from '../../src/archive/decoder.js';
import { decompress, type Codec, type DecompressOptions } from '../../src/archive/decompress.js';
import { ImgcheckError } from '../../src/core/error.js';
import { filterBy } from '../support/decoding.js';

const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * 7919) % 10_007}\n`).join(''));

/** Command line tools make what Node 20 cannot; without them those tests are left out. */
const compressed: readonly [Codec, Uint8Array | undefined, InflateEngine?][] = [
  ['none', text],
  ['gzip', gzipSync(text), 'wasm'],
  ['gzip', gzipSync(text), 'node'],
  ['zstd', filterBy('zstd', ['-q', '-c'], text)],
  ['xz', filterBy('xz', ['-c', '-0'], text)],
  ['bzip2', filterBy('bzip2', ['-c'], text)],
];

async function* pieces(bytes: Uint8Array, size: number, failing?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  if (failing) throw failing;
}

async function plainOf(source: AsyncIterable<Uint8Array>, codec: Codec, options?: DecompressOptions) {
  const hash = createHash('sha256');
  const sizes = await decompress(source, codec, (plain) => hash.update(plain), 'layer', options);
  return { ...sizes, hash: hash.digest('hex') };
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

describe('decompress', () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  before(() => process.on('unhandledRejection', note).on('uncaughtException', note));
  after(() => process.off('unhandledRejection', note).off('uncaughtException', note));
  afterEach('leaves no failure behind that nobody waits for', async () => {
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    expect(unhandled.splice(0)).to.deep.equal([]);
  });

  const hash = createHash('sha256').update(text).digest('hex');
  for (const [codec, bytes, engine] of compressed) {
    describe(engine ? `${codec}, ${engine} engine` : codec, () => {
      beforeEach(function () {
        if (!bytes) this.skip();
      });
      const packed = bytes ?? new Uint8Array(0);
      const decode = (source: AsyncIterable<Uint8Array>, limits: DecompressOptions = {}) =>
        plainOf(source, codec, { engine, ...limits });
      const network = new ImgcheckError('integrity', 'digest mismatch');

      for (const size of [1, 1000, 65_536, 10_000_000]) {
        it(`hands over every byte, from pieces of ${size}`, async () => {
          const found = await decode(pieces(packed, size));
          expect(found).to.deep.equal({ compressedSize: packed.length, plainSize: text.length, hash });
        });
      }

      it('throws what the source throws after all was read', async () => {
        expect(await failure(decode(pieces(packed, 5000, network)))).to.equal(network);
      });

      it('throws what the source throws in the middle, not that the data is cut', async () => {
        expect(await failure(decode(pieces(packed.subarray(0, 20_000), 5000, network)))).to.equal(network);
        expect(await failure(decode(pieces(new Uint8Array(0), 5000, network)))).to.equal(network);
      });

      it('throws what the source throws rather than what the sink threw before', async () => {
        const work = (source: AsyncIterable<Uint8Array>): Promise<unknown> =>
          decompress(
            source,
            codec,
            () => {
              throw new Error('the sink');
            },
            'layer',
            { engine },
          );
        expect(await failure(work(pieces(packed, 5000, network)))).to.equal(network);
        expect(await failure(work(pieces(packed, 5000)))).to.have.property('message', 'the sink');
      });

      it('reads the source to its end when the sink has failed, and hands nothing more to it', async () => {
        let read = 0;
        let calls = 0;
        async function* source(): AsyncGenerator<Uint8Array> {
          for await (const piece of pieces(packed, 1000)) {
            read += piece.length;
            yield piece;
          }
        }
        const work = decompress(
          source(),
          codec,
          () => {
            calls++;
            throw new Error('the sink');
          },
          'layer',
          { engine },
        );
        expect(await failure(work)).to.have.property('message', 'the sink');
        expect([read, calls]).to.deep.equal([packed.length, 1]);
      });

      it('stops at a number of plain bytes', async () => {
        expect(await decode(pieces(packed, 5000), { plainBytes: text.length })).to.include({ hash });
        const error = await failure(decode(pieces(packed, 5000), { plainBytes: text.length - 1 }));
        expect(error).to.include({ kind: 'hostile', message: `layer: more than ${text.length - 1} bytes when plain` });
      });

      if (codec === 'none') return;

      it('refuses data that is cut anywhere', async () => {
        for (const cut of [0, 1, 5, 11, 100, packed.length >> 1, packed.length - 9, packed.length - 1]) {
          const error = await failure(decode(pieces(packed.subarray(0, cut), 5000)));
          expect(error, `cut at ${cut}`).to.include({ kind: 'hostile' });
          expect((error as Error).message).to.match(new RegExp(`^layer: (?:truncated) ${codec} data`));
        }
      });

      it('refuses data with a flipped bit, or gives the same plain bytes', async () => {
        for (let at = 0; at < packed.length; at += Math.max(1, Math.floor(packed.length / 150))) {
          const flipped = new Uint8Array(packed);
          flipped[at] = (flipped[at] as number) ^ 0x10;
          // A few bits (times, flags, sizes that nobody needs) do not matter to the content.
          const found = await decode(pieces(flipped, 5000)).catch((error: unknown) => error);
          if (found instanceof ImgcheckError) expect(found.kind).to.match(/hostile|unsupported/);
          else expect(found).to.include({ hash });
        }
      });

      it('prefers a source that finds its digest wrong to the corruption it caused', async () => {
        const flipped = new Uint8Array(packed);
        flipped.fill(0x55, packed.length >> 2, packed.length >> 1);
        expect(await failure(decode(pieces(flipped, 5000, network)))).to.equal(network);
        expect(await failure(decode(pieces(flipped, 5000)))).to.include({ kind: 'hostile' });
      });

      it('refuses what is not compressed at all', async () => {
        const error = await failure(decode(pieces(text, 5000)));
        expect(error).to.include({ kind: 'hostile', message: `layer: corrupt ${codec} data` });
      });

      it('refuses data after the end', async () => {
        const error = await failure(decode(pieces(Buffer.concat([packed, text]), 5000)));
        expect(error).to.include({ kind: 'hostile' });
      });
    });
  }

  for (const engine of inflateEngines) {
    it(`hands a slow sink every byte before it asks the source for more, ${engine} engine`, async () => {
      const packed = gzipSync(text, { level: 0 });
      const order: string[] = [];
      async function* source(): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < packed.length; at += 300_000) {
          order.push('read');
          yield packed.subarray(at, at + 300_000);
        }
      }
      await decompress(source(), 'gzip', () => order.push('plain'), 'layer', { engine });
      expect(order.join(' ')).to.match(/^(?:read (?:plain ?)+)+$/);
    });

    it(`stops a bomb by what it makes of each byte, past 64 MiB, ${engine} engine`, async function () {
      this.timeout(30_000);
      const bomb = gzipSync(new Uint8Array(200 * 1024 ** 2));
      let plain = 0;
      const count = (piece: Uint8Array): void => void (plain += piece.length);
      const error = await failure(decompress(pieces(bomb, 1000), 'gzip', count, 'layer', { ratio: 100, engine }));
      expect(error).to.include({ kind: 'hostile', message: 'layer: more than 100 plain bytes to each compressed one' });
      expect(plain).to.be.lessThan(70 * 1024 ** 2);
      expect((await decompress(pieces(bomb, 1000), 'gzip', () => undefined, 'layer', { engine })).plainSize).to.equal(
        200 * 1024 ** 2,
      );
    });
  }
});
